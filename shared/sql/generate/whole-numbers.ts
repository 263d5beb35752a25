import type { ArithmeticOperator } from '../syntax.ts'
import type { Code } from './code.ts'
import type { Unit } from './unit.ts'

/** A factor below this and a whole number of 32 bits have a product that a double holds. */
const SMALL_FACTOR_END = 2 ** 21

/**
 * An operation on whole numbers of 32 bits where it stands, since its results stay small integers for the engine there;
 * `otherwise` is the general way. `left` and `right` are names or literals.
 */
export function wholeOperation(
  unit: Unit,
  operator: ArithmeticOperator,
  [left, right]: readonly [Code, Code],
  otherwise: string,
): string {
  if ([left, right].some((side) => side.constant !== undefined && !isWholeLiteral(side))) return otherwise
  const tests = [left, right].filter(({ constant }) => constant === undefined).map(isWhole)
  if (tests.length === 0) return otherwise
  if (operator === '/' || operator === '%') tests.push(`${right.js} !== 0`)
  if (operator !== '*' || [left, right].some(isSmallLiteral)) {
    return `(${tests.join(' && ')} ? ${RESULTS[operator](left.js, right.js)} : ${otherwise})`
  }
  const product = unit.temp()
  const isExact = `(${product} = ${left.js} * ${right.js}, ${product} <= ${MAX} && ${product} >= -${MAX})`
  return `(${tests.join(' && ')} && ${isExact} ? ${product} + 0 : ${otherwise})`
}

const MAX = Number.MAX_SAFE_INTEGER

/** Adding 0 makes a 0 of a negative 0. */
const RESULTS: Readonly<Record<ArithmeticOperator, (left: string, right: string) => string>> = {
  '+': (left, right) => `${left} + ${right}`,
  '-': (left, right) => `${left} - ${right}`,
  '*': (left, right) => `${left} * ${right} + 0`,
  '/': (left, right) => `Math.trunc(${left} / ${right}) + 0`,
  '%': (left, right) => `${left} % ${right} + 0`,
}

const isWhole = ({ js }: Code): string => `typeof ${js} === "number" && (${js} | 0) === ${js}`

const isWholeLiteral = ({ constant }: Code): boolean =>
  typeof constant?.value === 'number' && (constant.value | 0) === constant.value

const isSmallLiteral = ({ constant }: Code): boolean =>
  typeof constant?.value === 'number' && Math.abs(constant.value) < SMALL_FACTOR_END
