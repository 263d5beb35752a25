import type { SqlValue } from './value.ts'

export type CompareOperator = '=' | '<>' | '<' | '<=' | '>' | '>='
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'
export type CastType = 'string' | 'int' | 'decimal' | 'boolean'

/** An expression; `start` and `end` are offsets into the text, `height` counts the levels of expressions in it. */
export type Expression = { readonly start: number; readonly end: number; readonly height: number } & (
  | { readonly kind: 'literal'; readonly value: SqlValue }
  /** A member of the message, or of the element of a nested query. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'star' }
  | { readonly kind: 'member'; readonly of: Expression; readonly name: string }
  | { readonly kind: 'negate'; readonly operand: Expression }
  | { readonly kind: 'not'; readonly operand: Expression }
  | {
      readonly kind: 'logic'
      readonly operator: 'and' | 'or'
      readonly left: Expression
      readonly right: Expression
    }
  | {
      readonly kind: 'compare'
      readonly operator: CompareOperator
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'in'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'arithmetic'
      readonly operator: ArithmeticOperator
      readonly left: Expression
      readonly right: Expression
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'cast'; readonly operand: Expression; readonly to: CastType }
  | { readonly kind: 'array'; readonly items: readonly Expression[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [string, Expression])[] }
  | {
      readonly kind: 'case'
      readonly subject: Expression
      readonly branches: readonly { readonly when: Expression; readonly result: Expression }[]
      readonly otherwise: Expression | undefined
    }
  | { readonly kind: 'nested'; readonly query: NestedQuery }
  | { readonly kind: 'exists'; readonly query: NestedQuery }
)

export type ExpressionKind = Expression['kind']
export type ExpressionOf<Kind extends ExpressionKind> = Extract<Expression, { kind: Kind }>

export interface Item {
  /** Undefined for `*`, which copies the members of the payload. */
  readonly expression: Expression | undefined
  /** Where in the output it goes; several levels for `AS a.b`. */
  readonly path: readonly string[]
}

export type Selection =
  | { readonly kind: 'value'; readonly expression: Expression }
  | { readonly kind: 'items'; readonly items: readonly Item[] }

export interface NestedQuery {
  readonly selection: Selection
  readonly source: Expression
  readonly alias: string | undefined
  readonly where: Expression | undefined
}

export interface Assignment {
  readonly name: string
  readonly expression: Expression
}

export interface Statement {
  readonly variables: readonly Assignment[]
  readonly selection: Selection
  readonly topicFilter: string | undefined
  readonly where: Expression | undefined
  readonly groupBy: GroupBy | undefined
}

/** The extension: the windows over which aggregates are taken. */
export interface GroupBy {
  readonly keys: readonly Expression[]
  readonly window: { readonly name: string; readonly args: readonly WindowArgument[]; readonly start: number }
  readonly having: Expression | undefined
}

/** A duration or a number, as written. */
export interface WindowArgument {
  readonly text: string
  readonly start: number
}
