import * as z from 'zod'
import type { GroupType } from '../group.ts'
import { Ordered } from './ordered.ts'
import type { PairSum, TimedValue } from './pair-sums.ts'
import { extend, join, readSegment, type Segment } from './segment.ts'

const Value = z.union([z.number(), z.boolean(), z.string()])
const State = z
  .tuple([z.int().min(0), z.unknown(), z.array(z.number()), z.array(Value)])
  .refine(([, , timesUs, values]) => timesUs.length === values.length, 'a time for each value')

/** One list of samples for all aggregates of a plan that need the order of events. */
export const orderedType = (pairSums: readonly PairSum[]): GroupType<Ordered> => ({
  key: 'ordered',
  create: () => new Ordered(pairSums),
  merge: (earlier, later) => merge(earlier, later, pairSums),
  read: (state) => read(state, pairSums),
})

/**
 * Windows and panes that follow one another join exactly, and so does all that is still kept one by one. What lies
 * within a segment of the other is displaced; of two segments within each other, the smaller.
 */
function merge(earlier: Ordered, later: Ordered, pairSums: readonly PairSum[]): Ordered {
  const merged = new Ordered(pairSums)
  merged.displacedCount = earlier.displacedCount + later.displacedCount
  let rest = mergeSamples(earlier.samples, later.samples)
  for (const segment of apart(earlier.head, later.head, merged)) {
    const before = rest.filter(({ timeUs }) => timeUs < segment.first.timeUs)
    const after = rest.filter(({ timeUs }) => timeUs >= segment.last.timeUs)
    merged.displacedCount += rest.length - before.length - after.length
    const preceding = extend(merged.head, before, pairSums)
    merged.head = preceding === undefined ? segment : join(preceding, segment, pairSums)
    rest = after
  }
  merged.samples = rest
  merged.shrink()
  return merged
}

/** The segments in event order, unless one lies within the other. */
function apart(a: Segment | undefined, b: Segment | undefined, merged: Ordered): readonly Segment[] {
  if (a === undefined || b === undefined) return [a ?? b].filter((segment) => segment !== undefined)
  const [one, other] = b.first.timeUs < a.first.timeUs ? [b, a] : [a, b]
  if (one.last.timeUs <= other.first.timeUs) return [one, other]
  const [larger, smaller] = other.count > one.count ? [other, one] : [one, other]
  merged.displacedCount += smaller.count
  return [larger]
}

/** Of equal times, those that arrived earlier come first. */
function mergeSamples(earlier: readonly TimedValue[], later: readonly TimedValue[]): TimedValue[] {
  const merged: TimedValue[] = []
  let at = 0
  for (const sample of later) {
    for (; at < earlier.length && (earlier[at] as TimedValue).timeUs <= sample.timeUs; at++)
      merged.push(earlier[at] as TimedValue)
    merged.push(sample)
  }
  merged.push(...earlier.slice(at))
  return merged
}

function read(state: unknown, pairSums: readonly PairSum[]): Ordered {
  const [displacedCount, head, timesUs, values] = State.parse(state)
  let timeUs = 0
  const samples = values.map((value, index) => {
    timeUs += timesUs[index] ?? 0
    return { timeUs, value }
  })
  return Object.assign(new Ordered(pairSums), {
    displacedCount,
    samples,
    head: head === null ? undefined : readSegment(head),
  })
}
