import * as z from 'zod'
import type { Json } from '../../bytes/json.ts'
import { joinSums, type PairSum, type TimedValue } from './pair-sums.ts'

const Timed = z.tuple([z.number(), z.union([z.number(), z.boolean(), z.string()])])
const State = z.tuple([Timed, Timed, z.int().min(1), z.array(z.array(z.number()))])

/** Neighbouring samples in event order, of which only the ends and the sums between are kept. */
export interface Segment {
  readonly first: TimedValue
  readonly last: TimedValue
  readonly count: number
  /** One list for each of the sums that the group keeps. */
  readonly sums: readonly (readonly number[])[]
}

const NEVER_US = Number.NEGATIVE_INFINITY

/** A segment, or nothing, continued by later samples in event order. */
export function extend(
  segment: Segment | undefined,
  samples: readonly TimedValue[],
  pairSums: readonly PairSum[],
): Segment | undefined {
  const last = samples.at(-1)
  if (last === undefined) return segment
  const sums = pairSums.map((pairSum, index) => {
    const added = [...(segment?.sums[index] ?? new Array<number>(pairSum.size).fill(0))]
    let before = segment?.last
    for (const sample of samples) {
      if (before !== undefined) pairSum.addPair(added, before, sample, NEVER_US)
      before = sample
    }
    return added
  })
  const first = segment?.first ?? (samples[0] as TimedValue)
  return { first, last, count: (segment?.count ?? 0) + samples.length, sums }
}

/** Two segments of which the first ends before the second begins. */
export function join(before: Segment, after: Segment, pairSums: readonly PairSum[]): Segment {
  const sums = pairSums.map((pairSum, index) => {
    const joined = [...(before.sums[index] ?? [])]
    pairSum.addPair(joined, before.last, after.first, NEVER_US)
    joinSums(joined, after.sums[index] ?? [])
    return joined
  })
  return { first: before.first, last: after.last, count: before.count + after.count, sums }
}

export const writeSegment = ({ first, last, count, sums }: Segment): Json => [
  [first.timeUs, first.value],
  [last.timeUs, last.value],
  count,
  sums.map((sum) => sum.map((part) => part + 0)),
]

export function readSegment(state: unknown): Segment {
  const [first, last, count, sums] = State.parse(state)
  return { first: timed(first), last: timed(last), count, sums }
}

const timed = ([timeUs, value]: z.output<typeof Timed>): TimedValue => ({ timeUs, value })
