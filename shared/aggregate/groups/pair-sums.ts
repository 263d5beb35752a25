import { parseDurationUs } from '../../time/duration.ts'
import type { AggregateParams, SampleValue } from '../params.ts'

export interface TimedValue {
  readonly timeUs: number
  readonly value: SampleValue
}

/** A sum over neighbouring samples in event order. */
export interface PairSum {
  /** Equal keys are equal sums. */
  readonly key: string
  /** How many numbers it keeps; they start at 0 and add when neighbouring segments join. */
  readonly size: number
  /** What lies between two samples, as far as it is after `fromUs`. */
  addPair(sums: number[], before: TimedValue, after: TimedValue, fromUs: number): void
  /** What the last sample holds from `fromUs` up to `toUs`. */
  addTail(sums: number[], last: TimedValue, fromUs: number, toUs: number): void
}

/** 2^53 µs of the largest double overflow, 1 µs of the smallest half vanishes: large values are kept apart and scaled. */
const LARGE_SCALE = 2 ** -53
const SMALL_MAX = 1
const SMALL = 0
const LARGE = 2
const COVERED = 4

type Course = AggregateParams['coveredDuration']

/** Value times µs, in four numbers, and the µs that are covered. */
export function courseSum({ method, maxHold }: Course): PairSum {
  const maxHoldUs = maxHold === undefined ? Number.POSITIVE_INFINITY : parseDurationUs(maxHold)
  const addStep = (sums: number[], held: TimedValue, fromUs: number, toUs: number) => {
    const value = numberOf(held.value)
    const lengthUs = Math.min(toUs, held.timeUs + maxHoldUs) - Math.max(held.timeUs, fromUs)
    if (!(lengthUs > 0)) return
    sums[COVERED] = (sums[COVERED] ?? 0) + lengthUs
    if (value !== undefined) addProduct(sums, value, lengthUs)
  }
  const addLine = (sums: number[], before: TimedValue, after: TimedValue, fromUs: number) => {
    const start = numberOf(before.value)
    const end = numberOf(after.value)
    const startUs = Math.max(before.timeUs, fromUs)
    const endUs = Math.min(after.timeUs, before.timeUs + maxHoldUs)
    if (!(endUs > startUs)) return
    const lengthUs = endUs - startUs
    sums[COVERED] = (sums[COVERED] ?? 0) + lengthUs
    if (start === undefined || end === undefined) return
    const wholeUs = after.timeUs - before.timeUs
    // The share of the later value at the middle of the part; of a whole line a half, without rounding.
    const lateUs = ((startUs - before.timeUs + (endUs - before.timeUs)) / 2 / wholeUs) * lengthUs
    addProduct(sums, start, lengthUs - lateUs)
    addProduct(sums, end, lateUs)
  }
  return {
    key: `course:${method}:${maxHoldUs}`,
    size: 5,
    addPair:
      method === 'step'
        ? (sums, before, after, fromUs) => addStep(sums, before, fromUs, after.timeUs)
        : addLine,
    addTail: addStep,
  }
}

/** Value times µs over `divisor`; not finite when no double holds it. */
export const areaOver = (sums: readonly number[], divisor: number): number =>
  partOf(sums, SMALL) / divisor + partOf(sums, LARGE) / divisor / LARGE_SCALE

export const coveredUs = (sums: readonly number[]): number => sums[COVERED] ?? 0

/** What a counter rose by, over `divisor`. */
export const increaseOf = (sums: readonly number[], divisor = 1): number => areaOver(sums, divisor)

/** How much a counter rose. A drop is a reset, from which it starts at 0, unless the counter wrapped. */
export function increaseSum(wrap: number | undefined): PairSum {
  return {
    key: `increase:${wrap ?? 'none'}`,
    size: 4,
    addPair: (sums, { value: before }, { value: after }) => {
      const start = numberOf(before)
      const end = numberOf(after)
      if (start === undefined || end === undefined) return
      if (end < start) {
        const isWrap = wrap !== undefined && start >= 0 && start < wrap && end >= 0
        if (isWrap) addProduct(sums, wrap - start, 1)
        addProduct(sums, end, 1)
        return
      }
      if (Number.isFinite(end - start)) {
        addProduct(sums, end - start, 1)
        return
      }
      addProduct(sums, end, 1)
      addProduct(sums, -start, 1)
    },
    addTail: () => {},
  }
}

/** µs during which the value is the given one, held from each sample to the next. */
export function stateSum(state: SampleValue): PairSum {
  const add = (sums: number[], held: TimedValue, fromUs: number, toUs: number) => {
    const lengthUs = toUs - Math.max(held.timeUs, fromUs)
    if (held.value === state && lengthUs > 0) sums[0] = (sums[0] ?? 0) + lengthUs
  }
  return {
    key: `state:${JSON.stringify(state)}`,
    size: 1,
    addPair: (sums, before, after, fromUs) => add(sums, before, fromUs, after.timeUs),
    addTail: add,
  }
}

/** How often a value differs from the one before, in type or in value. */
export const CHANGES: PairSum = {
  key: 'changes',
  size: 1,
  addPair: (sums, before, after) => {
    if (before.value !== after.value) sums[0] = (sums[0] ?? 0) + 1
  },
  addTail: () => {},
}

/** A text is no number: no area and no increase. */
function numberOf(value: SampleValue): number | undefined {
  if (typeof value === 'string') return undefined
  return typeof value === 'number' ? value : Number(value)
}

function addProduct(sums: number[], value: number, factor: number): void {
  if (Math.abs(value) <= SMALL_MAX) addCompensated(sums, SMALL, value * factor)
  else addCompensated(sums, LARGE, value * LARGE_SCALE * factor)
}

const partOf = (sums: readonly number[], at: number): number => (sums[at] ?? 0) + (sums[at + 1] ?? 0)

function addCompensated(sums: number[], at: number, value: number): void {
  const before = sums[at] ?? 0
  const sum = before + value
  const share = sum - before
  sums[at] = sum
  sums[at + 1] = (sums[at + 1] ?? 0) + (before - (sum - share) + (value - share))
}

/** Adds the sums of a segment to those of the one before it. */
export function joinSums(sums: number[], other: readonly number[]): void {
  if (sums.length === 1) {
    sums[0] = (sums[0] ?? 0) + (other[0] ?? 0)
    return
  }
  for (const at of [SMALL, LARGE]) {
    addCompensated(sums, at, other[at] ?? 0)
    addCompensated(sums, at, other[at + 1] ?? 0)
  }
  if (sums.length > COVERED) sums[COVERED] = coveredUs(sums) + coveredUs(other)
}
