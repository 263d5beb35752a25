import type { Issue } from '../../errors/genba-error.ts'
import type { SqlErrorCode } from '../errors.ts'
import type { Expression, ExpressionOf } from '../syntax.ts'
import type { SqlVersion } from '../version.ts'
import type { Code } from './code.ts'
import type { Unit } from './unit.ts'

/** What the names of an expression mean. */
export interface Names {
  name(expression: ExpressionOf<'name'>): Code
  variable(expression: ExpressionOf<'variable'>): Code
  /** The meaning of `*`, written at an offset. */
  whole(start: number): Code
  /** Calls that mean something else here than the function of that name. */
  call(expression: ExpressionOf<'call'>): Code | undefined
  /** Within a nested query, whose expressions run once for each element. */
  readonly isNested: boolean
}

export interface Generator {
  readonly unit: Unit
  readonly version: SqlVersion
  /** External lookups that the host answers. */
  readonly providers: ReadonlySet<string>
  readonly names: Names
  value(expression: Expression): Code
  /** JavaScript that is true exactly when the expression is Boolean true. */
  truth(expression: Expression): string
  /** The same generator where names mean something else. */
  within(names: Names): Generator
  error(code: SqlErrorCode, message: string, start: number, issue?: Issue): Error
}
