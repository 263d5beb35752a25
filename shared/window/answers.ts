import type { Accumulator, AggregateAnswer, AggregatePlan, WindowBounds } from '../aggregate/plan.ts'
import type { WindowPane } from './pane.ts'

/** The last good sample before a window. */
export type CarryIn = NonNullable<WindowBounds['carryIn']>

/** Aggregates that begin with the value from before the window. */
const CARRIED: ReadonlySet<string> = new Set([
  'timeWeightedMean',
  'integral',
  'coveredDuration',
  'durationInState',
  'increase',
  'rate',
])

export const needsCarryIn = (plan: AggregatePlan): boolean => plan.specs.some(({ fn }) => CARRIED.has(fn))

/**
 * What a window answers. Changes are counted inside the window only: that is what people who add up the panes of a
 * day expect of a count, and the change at a bound would be counted by a window that does not hold it.
 */
export function answerOf(
  plan: AggregatePlan,
  accumulator: Accumulator,
  { startUs, endUs }: { readonly startUs: number; readonly endUs: number },
  carryIn: CarryIn | undefined,
): AggregateAnswer {
  const alone = accumulator.values({ startUs, endUs })
  if (carryIn === undefined || !needsCarryIn(plan)) return alone
  const carried = accumulator.values({ startUs, endUs, carryIn })
  return pick(plan, (fn, as) => (CARRIED.has(fn) ? carried[as] : alone[as]))
}

/** What an empty window answers: the last value holds on. */
export function emptyAnswerOf(
  plan: AggregatePlan,
  bounds: { readonly startUs: number; readonly endUs: number },
  carryIn: CarryIn | undefined,
): AggregateAnswer {
  const answer = answerOf(plan, plan.create(), bounds, carryIn)
  return pick(plan, (fn, as) => (fn === 'last' ? (carryIn?.value ?? null) : answer[as]))
}

function pick(
  plan: AggregatePlan,
  pickValue: (fn: string, as: string) => AggregateAnswer[string] | undefined,
): AggregateAnswer {
  return Object.fromEntries(plan.specs.map(({ fn, as }) => [as, pickValue(fn, as) ?? null]))
}

/** The later of two; of equal times the second. */
export function latestOf(a: CarryIn | undefined, b: CarryIn | undefined): CarryIn | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return b.timeUs >= a.timeUs ? b : a
}

/** The latest good sample of an accumulator. */
export function lastOf({ lastTimeUs, last }: Accumulator): CarryIn | undefined {
  return last === null ? undefined : { timeUs: lastTimeUs, value: last }
}

/** Where an answer stands against the watermark before and after a frame. */
export function timingOf(endUs: number, beforeUs: number): Exclude<WindowPane['timing'], 'EARLY'> {
  return endUs <= beforeUs ? 'LATE' : 'ON_TIME'
}

/** An answer with the samples of an accumulator behind it. */
export function paneOf(
  identity: Pick<WindowPane, 'key' | 'window' | 'startUs' | 'endUs' | 'revision'>,
  timing: WindowPane['timing'],
  isFinal: boolean,
  { count, bad, uncertain }: Pick<Accumulator, 'count' | 'bad' | 'uncertain'>,
  aggregates: AggregateAnswer,
): WindowPane {
  const { key, window, startUs, endUs, revision } = identity
  return { key, window, startUs, endUs, revision, timing, isFinal, count, bad, uncertain, aggregates }
}
