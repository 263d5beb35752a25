import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WindowDefinition } from '../../../../shared/window/definition.ts'
import type { WindowPane } from '../../../../shared/window/pane.ts'
import { createWindowEngine, type WindowsTaken } from '../../../../shared/window/window-engine.ts'
import { type Scenario, SEARCH, SEARCH_TIMEOUT_MS } from './agreement.ts'
import { framesOf } from './engine-run.ts'
import {
  countScenarios,
  hoppingScenarios,
  runScenarios,
  sessionScenarios,
  slidingScenarios,
  stateScenarios,
  tumblingScenarios,
} from './scenarios.ts'
import { PRODUCERS, type StreamFrame, streams } from './streams.ts'

const timed = fc.oneof(tumblingScenarios, hoppingScenarios, sessionScenarios)
const all = fc.oneof(timed, slidingScenarios, countScenarios, stateScenarios, runScenarios)
const numeric = streams({ isNumeric: true })

/** The end of all producers, so that nothing is left to be said. */
const ended = (stream: readonly StreamFrame[]): StreamFrame[] => [
  ...stream,
  ...PRODUCERS.map((producer) => ({ producer, samples: [], completeBeforeUs: Infinity })),
]

function run(definitions: readonly WindowDefinition[], stream: readonly StreamFrame[]): WindowsTaken[] {
  const engine = createWindowEngine(definitions, { watermarks: { producers: [...PRODUCERS] } })
  return framesOf(stream).map((frame) => engine.take(frame))
}

const panesOf = (taken: readonly WindowsTaken[]): WindowPane[] => taken.flatMap(({ panes }) => panes)

const identity = ({ key, startUs }: { readonly key: string; readonly startUs: number }) => `${key} ${startUs}`

/** The last word on every window: what a receiver holds that keeps the highest revision and heeds withdrawals. */
function lastWords(
  taken: readonly WindowsTaken[],
): Map<string, Omit<WindowPane, 'revision' | 'timing' | 'isFinal'>> {
  const words = new Map<string, Omit<WindowPane, 'revision' | 'timing' | 'isFinal'>>()
  for (const { panes, withdrawn } of taken) {
    for (const { revision: _, timing: __, isFinal: ___, ...pane } of panes) words.set(identity(pane), pane)
    for (const gone of withdrawn) words.delete(identity(gone))
  }
  return words
}

describe('windows with triggers of their own', () => {
  it(
    'answer early and still say on time and late what they say without',
    () => {
      const early = fc.record({
        everyUs: fc.integer({ min: 1, max: 20 }),
        everySamples: fc.integer({ min: 1, max: 6 }),
      })
      fc.assert(
        fc.property(timed, early, streams(), ({ definition }, trigger, stream) => {
          const plain = run([definition], stream)
          const eager = run([{ ...definition, early: trigger }], stream)
          const withoutEarly = (taken: readonly WindowsTaken[]) =>
            panesOf(taken)
              .filter(({ timing }) => timing !== 'EARLY')
              .map(({ revision: _, ...pane }) => pane)
          expect(withoutEarly(eager)).toEqual(withoutEarly(plain))
          expect(eager.map(({ late }) => late.length)).toEqual(plain.map(({ late }) => late.length))
        }),
        SEARCH,
      )
    },
    SEARCH_TIMEOUT_MS,
  )

  it(
    'gather late samples and have the same last word',
    () => {
      const flushes = fc.integer({ min: 1, max: 40 })
      fc.assert(
        fc.property(
          fc.oneof(timed, slidingScenarios),
          flushes,
          streams(),
          ({ definition }, lateFlushUs, stream) => {
            const atOnce = run([definition], ended(stream))
            const gathered = run([{ ...definition, lateFlushUs }], ended(stream))
            expect(lastWords(gathered)).toEqual(lastWords(atOnce))
            expect(panesOf(gathered).length).toBeLessThanOrEqual(panesOf(atOnce).length)
          },
        ),
        SEARCH,
      )
    },
    SEARCH_TIMEOUT_MS,
  )
})

describe('several windows in one engine', () => {
  it(
    'say what each says alone, and call late what is late for all',
    () => {
      const several = fc.array(all, { minLength: 2, maxLength: 4 })
      fc.assert(
        fc.property(several, numeric, (scenarios: readonly Scenario[], stream) => {
          const definitions = scenarios.map(({ definition }, index) => ({ ...definition, name: `w${index}` }))
          const together = run(definitions, stream)
          const alone = definitions.map((definition) => run([definition], stream))
          for (const [index, { name }] of definitions.entries()) {
            const own = <Answer extends { window: string }>(answers: readonly Answer[]) =>
              answers.filter(({ window }) => window === name)
            expect(together.map(({ panes, withdrawn }) => [own(panes), own(withdrawn)])).toEqual(
              alone[index]?.map(({ panes, withdrawn }) => [panes, withdrawn]),
            )
          }
          const lateCount = ({ late }: WindowsTaken) => late.reduce((sum, { from, to }) => sum + to - from, 0)
          for (const [step, taken] of together.entries()) {
            const least = Math.min(...alone.map((one) => lateCount(one[step] ?? taken)))
            expect(lateCount(taken)).toBeLessThanOrEqual(least)
          }
        }),
        SEARCH,
      )
    },
    SEARCH_TIMEOUT_MS,
  )
})
