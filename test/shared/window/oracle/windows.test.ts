import fc from 'fast-check'
import { describe, it } from 'vitest'
import { expectAgreement, handlings, type Scenario, SEARCH, SEARCH_TIMEOUT_MS } from './agreement.ts'
import {
  CALENDAR_STREAM,
  calendarScenarios,
  countScenarios,
  cutSessionScenarios,
  emptyCalendarScenarios,
  emptyScenarios,
  gapScenarios,
  hoppingScenarios,
  runScenarios,
  sessionScenarios,
  slidingScenarios,
  stateScenarios,
  tumblingScenarios,
} from './scenarios.ts'
import { onTime, PRODUCERS, type StreamFrame, type StreamShape, streams } from './streams.ts'

interface Kind {
  readonly kind: string
  readonly scenarios: fc.Arbitrary<Scenario>
  readonly shape?: StreamShape
}

const KINDS: readonly Kind[] = [
  { kind: 'tumbling', scenarios: tumblingScenarios },
  { kind: 'hopping', scenarios: hoppingScenarios },
  { kind: 'calendar', scenarios: calendarScenarios, shape: CALENDAR_STREAM },
  { kind: 'sliding', scenarios: slidingScenarios },
  { kind: 'session', scenarios: sessionScenarios },
  { kind: 'count', scenarios: countScenarios },
  { kind: 'state', scenarios: stateScenarios },
  { kind: 'run', scenarios: runScenarios },
]

/** So early that no window can begin before the first of its key. */
const opened =
  ({ fromUs = 0, unitUs = 1 }: StreamShape) =>
  (stream: readonly StreamFrame[]): StreamFrame[] => {
    const timeUs = fromUs - 100 * unitUs
    const samples = ['a', 'a/b', 'c'].map((tag) => ({ tag, timeUs, value: 1, quality: 'good' as const }))
    return [{ producer: 'p', samples }, ...stream]
  }

/** Everything first, then how far it is complete: in one step, so that a gap is seen whole. */
function atOnce(stream: readonly StreamFrame[]): StreamFrame[] {
  const frames = stream.map(({ producer, samples }) => ({ producer, samples }))
  const marks = stream.map(({ completeBeforeUs }) => completeBeforeUs).filter((mark) => mark !== undefined)
  const completeBeforeUs = marks.at(-1)
  if (completeBeforeUs === undefined) return frames
  return [...frames, ...PRODUCERS.map((producer) => ({ producer, samples: [], completeBeforeUs }))]
}

describe('windows over random streams', () => {
  it.each(KINDS)(
    'say of $kind windows what the model says, whatever the disorder, the frames and the restarts',
    ({ scenarios, shape }) => {
      fc.assert(fc.property(scenarios, streams(shape), handlings, expectAgreement), SEARCH)
    },
    SEARCH_TIMEOUT_MS,
  )

  // Which cut a late sample would move is left open.
  it(
    'say of sessions that are cut what the model says, when nothing is late',
    () => {
      fc.assert(fc.property(cutSessionScenarios, streams().map(onTime), handlings, expectAgreement), SEARCH)
    },
    SEARCH_TIMEOUT_MS,
  )

  it.each([
    { kind: 'tumbling and hopping', scenarios: emptyScenarios, shape: {} },
    { kind: 'calendar', scenarios: emptyCalendarScenarios, shape: CALENDAR_STREAM },
  ])(
    'say of $kind windows without samples what the model says',
    ({ scenarios, shape }) => {
      fc.assert(fc.property(scenarios, streams(shape).map(opened(shape)), handlings, expectAgreement), SEARCH)
    },
    SEARCH_TIMEOUT_MS,
  )

  it(
    'say of many windows without samples what the model says, the last of them in one',
    () => {
      const sudden = streams().map(opened({})).map(atOnce)
      fc.assert(fc.property(gapScenarios, sudden, handlings, expectAgreement), SEARCH)
    },
    SEARCH_TIMEOUT_MS,
  )
})
