import { partsOf } from '../parts.ts'
import type { Assignment, Expression } from '../syntax.ts'

/** The assignments that expressions need, directly or through each other, in the order of the statement. */
export function variablesOf(
  variables: readonly Assignment[],
  expressions: readonly Expression[],
): readonly Assignment[] {
  const needed = new Set<string>()
  for (const expression of expressions) collect(expression, needed)
  for (const { name, expression } of variables.toReversed()) {
    if (needed.has(name)) collect(expression, needed)
  }
  return variables.filter(({ name }) => needed.has(name))
}

function collect(expression: Expression, names: Set<string>): void {
  if (expression.kind === 'variable') names.add(expression.name)
  for (const part of partsOf(expression)) collect(part, names)
}
