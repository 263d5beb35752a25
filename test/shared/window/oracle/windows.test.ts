import fc from 'fast-check'
import { describe, it } from 'vitest'
import { expectAgreement, handlings, type Scenario, SEARCH, SEARCH_TIMEOUT_MS } from './agreement.ts'
import {
  CALENDAR_STREAM,
  calendarScenarios,
  countScenarios,
  emptyScenarios,
  hoppingScenarios,
  runScenarios,
  sessionScenarios,
  slidingScenarios,
  stateScenarios,
  tumblingScenarios,
} from './scenarios.ts'
import { type StreamFrame, type StreamShape, streams } from './streams.ts'

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
const opening: StreamFrame = {
  producer: 'p',
  samples: ['a', 'a/b', 'c'].map((tag) => ({ tag, timeUs: -100, value: 1, quality: 'good' })),
}

describe('windows over random streams', () => {
  it.each(KINDS)(
    'say of $kind windows what the model says, whatever the disorder, the frames and the restarts',
    ({ scenarios, shape }) => {
      fc.assert(fc.property(scenarios, streams(shape), handlings, expectAgreement), SEARCH)
    },
    SEARCH_TIMEOUT_MS,
  )

  it(
    'say of windows without samples what the model says',
    () => {
      const withOpening = streams().map((stream) => [opening, ...stream])
      fc.assert(fc.property(emptyScenarios, withOpening, handlings, expectAgreement), SEARCH)
    },
    SEARCH_TIMEOUT_MS,
  )
})
