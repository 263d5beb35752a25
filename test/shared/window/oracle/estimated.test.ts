import fc from 'fast-check'
import { describe, it } from 'vitest'
import {
  type Advance,
  createWatermarkEstimator,
  type WatermarkEstimator,
} from '../../../../shared/window/estimator.ts'
import {
  createWindowEngine,
  type WindowEngine,
  type WindowsTaken,
} from '../../../../shared/window/window-engine.ts'
import { expectAnswers, type Scenario, SEARCH, SEARCH_TIMEOUT_MS } from './agreement.ts'
import { answersOf, type FoundAnswers, type FoundPane, framesOf } from './engine-run.ts'
import { answerAll, type OraclePane, ownSteps } from './model.ts'
import {
  countScenarios,
  hoppingScenarios,
  sessionScenarios,
  slidingScenarios,
  tumblingScenarios,
} from './scenarios.ts'
import type { StreamSample } from './streams.ts'
import { LEAD_US, type OracleLine, stepsOf } from './watermarks.ts'

/** A line of a stream whose watermark the engine makes by itself. */
type Line =
  | { readonly producer: string; readonly sample: StreamSample }
  | { readonly nowUs: number }
  | { readonly end: true }

interface Estimated {
  readonly producers: readonly string[]
  readonly outOfOrdernessUs: number
  readonly idleAfterUs: number | undefined
  readonly lines: readonly Line[]
}

const drafts = fc.array(
  fc.record({
    producer: fc.nat({ max: 1 }),
    tag: fc.constantFrom('a', 'b'),
    stepUs: fc.integer({ min: 0, max: 6 }),
    lagUs: fc.integer({ min: -2, max: 10 }),
    value: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -9, max: 9 }) }, fc.constant(Number.NaN)),
    /** Even, while idleness is odd: at exactly that time nothing is said. */
    clockStepUs: fc.option(fc.integer({ min: 0, max: 20 }).map((half) => half * 2)),
    aheadUs: fc.option(fc.integer({ min: -1, max: 2 }), { freq: 12 }),
  }),
  { maxLength: 30 },
)

const estimated: fc.Arbitrary<Estimated> = fc
  .record({
    producers: fc.constantFrom(['p'], ['p', 'q']),
    outOfOrdernessUs: fc.nat({ max: 8 }),
    idleAfterUs: fc.option(fc.constantFrom(7, 15, 31), { nil: undefined }),
    drafts,
    isEnded: fc.boolean(),
  })
  .map(({ drafts: all, isEnded, ...rules }) => {
    let clockUs: number | undefined
    let timeUs = -20
    const lines = all.flatMap(({ producer, tag, stepUs, lagUs, value, clockStepUs, aheadUs }): Line[] => {
      timeUs += stepUs
      if (clockStepUs !== null) clockUs = (clockUs ?? 1000) + clockStepUs
      const isAhead = aheadUs !== null && clockUs !== undefined
      const at = isAhead ? (clockUs ?? 0) + LEAD_US + (aheadUs ?? 0) : timeUs - lagUs
      return [
        ...(clockStepUs === null ? [] : [{ nowUs: clockUs ?? 0 }]),
        {
          producer: rules.producers[producer] ?? 'p',
          sample: { tag, timeUs: at, value, quality: 'good' as const },
        },
      ]
    })
    // Of several producers one ends after the other, which is no single step.
    const hasEnd = isEnded && rules.producers.length === 1
    return { ...rules, lines: hasEnd ? [...lines, { end: true as const }] : lines }
  })

/** What estimator and engine say together, line by line; both are given up and go on from their states after `restarts`. */
function run({ definition }: Scenario, stream: Estimated, restarts: ReadonlySet<number>): FoundAnswers[] {
  const { producers, outOfOrdernessUs, idleAfterUs, lines } = stream
  const options = { producers, outOfOrdernessUs, ...(idleAfterUs === undefined ? {} : { idleAfterUs }) }
  const disk = new Map<string, string>()
  let estimator = createWatermarkEstimator(options)
  const createEngine = () =>
    createWindowEngine([definition], {
      watermarks: { producers },
      cells: [...disk].map(([key, text]) => ({ key, text })),
    })
  let engine = createEngine()
  return lines.map((line, index) => {
    const taken = takeLine(line, producers, engine, estimator)
    for (const { key, text } of engine.takeCells()) {
      if (text === undefined) disk.delete(key)
      else disk.set(key, text)
    }
    if (restarts.has(index)) {
      engine = createEngine()
      estimator = createWatermarkEstimator({ ...options, state: estimator.takeState() })
    }
    return answersOf(taken)
  })
}

function takeLine(
  line: Line,
  producers: readonly string[],
  engine: WindowEngine,
  estimator: WatermarkEstimator,
): WindowsTaken[] {
  const advance = (advances: readonly Advance[]) =>
    advances.map(({ producer, completeBeforeUs }) => engine.advance(producer, completeBeforeUs))
  if ('end' in line) return advance(producers.map((producer) => ({ producer, completeBeforeUs: Infinity })))
  if ('nowUs' in line) return advance(estimator.tick(line.nowUs))
  const [frame] = framesOf([{ producer: line.producer, samples: [line.sample] }])
  if (frame === undefined) throw new Error('no frame')
  const { before, frame: marked, after } = estimator.take(frame)
  return [...advance(before), engine.take(marked), ...advance(after)]
}

const kinds = fc.oneof(
  tumblingScenarios,
  hoppingScenarios,
  slidingScenarios,
  sessionScenarios,
  countScenarios,
)

describe('windows over streams without watermarks', () => {
  it(
    'say what the model says, with idle producers, samples too far ahead and restarts',
    () => {
      const restarts = fc.array(fc.nat({ max: 30 }), { maxLength: 3 })
      fc.assert(
        fc.property(kinds, estimated, restarts, (scenario, stream, places) => {
          const { producers, outOfOrdernessUs, idleAfterUs, lines } = stream
          const estimate = { outOfOrdernessUs, ...(idleAfterUs === undefined ? {} : { idleAfterUs }) }
          const { steps } = stepsOf(lines.map(toOracle), { producers, estimate })
          const keys = new Set(steps.flatMap(({ samples }) => samples.map(({ key }) => key)))
          const expected = answerAll(scenario.model, keys, (key) => ownSteps(steps, key))
          expectAnswers(run(scenario, stream, new Set(places)).map(lateOpen), expected.map(lateOpen))
        }),
        SEARCH,
      )
    },
    SEARCH_TIMEOUT_MS,
  )
})

/**
 * A producer that comes back while others stay idle may move the watermark after its frame, in a step of its own: a late
 * answer can say that the window is open just before it becomes final.
 */
const lateOpen = <Answers extends { readonly panes: readonly OraclePane[] | readonly FoundPane[] }>(
  answers: Answers,
): Answers => ({
  ...answers,
  panes: answers.panes.map((pane) => (pane.timing === 'LATE' ? { ...pane, isFinal: false } : pane)),
})

function toOracle(line: Line): OracleLine {
  if (!('sample' in line)) return line
  const { tag, timeUs, value } = line.sample
  return { producer: line.producer, sample: { key: tag, timeUs, value, isBad: false, isUncertain: false } }
}
