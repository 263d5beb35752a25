import { startBudget } from '../budget.ts'
import { SqlError } from '../errors.ts'
import type { SqlValue } from '../value.ts'
import type { Code } from './code.ts'
import type { Unit } from './unit.ts'

/**
 * The code of a calculation whose operands are all constant, done here and now. Undefined when they are not, or when
 * it goes over a limit: then each evaluation does, and is stopped.
 */
export function fold(
  unit: Unit,
  operands: readonly Code[],
  calculate: (values: readonly SqlValue[]) => SqlValue,
): Code | undefined {
  const values: SqlValue[] = []
  for (const { constant } of operands) {
    if (constant === undefined) return undefined
    values.push(constant.value)
  }
  startBudget()
  try {
    return unit.constantCode(calculate(values))
  } catch (error) {
    if (error instanceof SqlError) return undefined
    throw error
  }
}
