import type { Expression } from '../syntax.ts'
import type { Code } from './code.ts'
import type { Unit } from './unit.ts'

/** Decimal places that are looked for in a number of a message, as a power of ten. */
const LEAF_PLACES = 4
const LEAF_SCALE = 10 ** LEAF_PLACES

/** Numbers up to a million, scaled: what is more goes the general way. */
const LEAF_END = 1e6 * LEAF_SCALE

/** Below this a scaled result has at most 15 digits, so its quotient by a power of ten prints as the exact decimal. */
const SCALED_END = 1e15

/** Powers of ten that a double holds exactly end here. */
const PLACES_MAX = 22

interface Scaled {
  readonly js: string
  readonly places: number
  /** No result is beyond it, whatever the numbers of the message. */
  readonly bound: number
}

/**
 * A sum or product with literals such as `value * 1.8 + 32`, calculated in whole numbers: every number is scaled to one
 * by a power of ten, all results stay below 1e15 and are exact, and one division makes the decimal result.
 *
 * @param leaves names or literals by the expressions they stand for
 * @returns undefined when the results have no such bound, or the literals are all whole
 */
export function scaledCode(
  unit: Unit,
  expression: Expression,
  leaves: ReadonlyMap<Expression, Code>,
): { readonly test: string; readonly js: string } | undefined {
  const tests: string[] = []
  const scaledLeaf = (leaf: Code): Scaled | undefined => {
    const value = leaf.constant?.value
    if (typeof value === 'number') return scaledLiteral(value)
    if (leaf.constant !== undefined) return undefined
    const whole = unit.temp()
    const isWhole = `(${whole} = Math.round(${leaf.js} * ${LEAF_SCALE})) / ${LEAF_SCALE} === ${leaf.js}`
    tests.push(
      `typeof ${leaf.js} === "number" && ${isWhole} && ${whole} < ${LEAF_END} && ${whole} > -${LEAF_END}`,
    )
    return { js: whole, places: LEAF_PLACES, bound: LEAF_END }
  }
  const scale = (part: Expression): Scaled | undefined => {
    if (part.kind !== 'arithmetic') {
      const leaf = leaves.get(part)
      return leaf === undefined ? undefined : scaledLeaf(leaf)
    }
    const [left, right] = [scale(part.left), scale(part.right)]
    return left === undefined || right === undefined ? undefined : combine(part.operator, left, right)
  }
  const result = hasFraction(leaves) ? scale(expression) : undefined
  if (result === undefined) return undefined
  return { test: tests.join(' && '), js: `${result.js} / ${10 ** result.places} + 0` }
}

const hasFraction = (leaves: ReadonlyMap<Expression, Code>): boolean =>
  [...leaves.values()].some(
    ({ constant }) => typeof constant?.value === 'number' && !Number.isInteger(constant.value),
  )

function scaledLiteral(value: number): Scaled | undefined {
  const text = String(value)
  if (text.includes('e')) return undefined
  const places = text.split('.')[1]?.length ?? 0
  const whole = Math.round(value * 10 ** places)
  const isExact = whole / 10 ** places === value && Math.abs(whole) < SCALED_END
  return isExact ? { js: whole < 0 ? `(${whole})` : `${whole}`, places, bound: Math.abs(whole) } : undefined
}

function combine(operator: string, left: Scaled, right: Scaled): Scaled | undefined {
  if (operator === '*') {
    return bounded(`(${left.js} * ${right.js})`, left.places + right.places, left.bound * right.bound)
  }
  if (operator !== '+' && operator !== '-') return undefined
  const places = Math.max(left.places, right.places)
  const [one, other] = [align(left, places), align(right, places)]
  return bounded(`(${one.js} ${operator} ${other.js})`, places, one.bound + other.bound)
}

function align({ js, places, bound }: Scaled, wanted: number): Scaled {
  const factor = 10 ** (wanted - places)
  return factor === 1
    ? { js, places, bound }
    : { js: `${js} * ${factor}`, places: wanted, bound: bound * factor }
}

const bounded = (js: string, places: number, bound: number): Scaled | undefined =>
  bound < SCALED_END && places <= PLACES_MAX ? { js, places, bound } : undefined
