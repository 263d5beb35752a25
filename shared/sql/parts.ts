import type { Expression, NestedQuery, Selection } from './syntax.ts'

/** The expressions that an expression is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'name':
    case 'variable':
    case 'star':
      return []
    case 'member':
      return [expression.of]
    case 'negate':
    case 'not':
    case 'cast':
      return [expression.operand]
    case 'logic':
    case 'compare':
    case 'in':
    case 'arithmetic':
      return [expression.left, expression.right]
    case 'call':
      return expression.args
    case 'array':
      return expression.items
    case 'object':
      return expression.members.map(([, member]) => member)
    case 'case': {
      const { subject, branches, otherwise } = expression
      const results = branches.flatMap(({ when, result }) => [when, result])
      return [subject, ...results, ...(otherwise === undefined ? [] : [otherwise])]
    }
    case 'nested':
    case 'exists':
      return partsOfQuery(expression.query)
  }
}

/** The expressions of a nested query. */
export const partsOfQuery = ({ selection, source, where }: NestedQuery): Expression[] => [
  ...selectedBy(selection),
  source,
  ...(where === undefined ? [] : [where]),
]

const selectedBy = (selection: Selection): Expression[] =>
  selection.kind === 'value'
    ? [selection.expression]
    : selection.items.flatMap(({ expression }) => (expression === undefined ? [] : [expression]))
