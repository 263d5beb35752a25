import fc from 'fast-check'
import type { OracleSample, OracleStep, Value } from './model.ts'

/** A sample as it is put into a frame. */
export interface StreamSample {
  readonly tag: string
  readonly timeUs: number
  readonly value: Value
  readonly quality: 'good' | 'uncertain' | 'bad' | 'quarantined'
}

/** One frame of one producer. */
export interface StreamFrame {
  readonly producer: string
  readonly samples: readonly StreamSample[]
  /** Infinity: the producer has ended. Undefined: it says what it said before. */
  readonly completeBeforeUs?: number
}

export const PRODUCERS = ['p', 'q'] as const
const TAGS = ['a', 'a/b', 'c'] as const

const numbers = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: -9, max: 9 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, -Infinity) },
)
const values: fc.Arbitrary<Value> = fc.oneof(
  { weight: 10, arbitrary: numbers },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constantFrom('run', 'idle', '1', 'NaN') },
)
const qualities = fc.oneof(
  { weight: 12, arbitrary: fc.constant('good' as const) },
  fc.constantFrom('uncertain' as const, 'bad' as const, 'quarantined' as const),
)

/** How far the clock of the sources goes on between frames: mostly a little, at times a leap, at times back. */
const steps = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 0, max: 6 }) },
  { weight: 2, arbitrary: fc.integer({ min: 7, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: -40, max: -1 }) },
)
/** How far a sample lies behind or before the clock of its source, and how far the watermark behind it. */
const lags = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 4 }) },
  { weight: 3, arbitrary: fc.integer({ min: -3, max: 15 }) },
  { weight: 1, arbitrary: fc.integer({ min: 16, max: 60 }) },
)
const holdbacks = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 8 }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
)

/** A column of some length, as a fast source gives it: most of it in order. */
const bursts = fc.record({
  tag: fc.constantFrom(...TAGS),
  lagsUs: fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 8, maxLength: 40 }),
})

const draftsOf = (value: fc.Arbitrary<Value>) =>
  fc.array(
    fc.record({
      producer: fc.constantFrom(...PRODUCERS),
      stepUs: steps,
      samples: fc.array(
        fc.record({ tag: fc.constantFrom(...TAGS), lagUs: lags, value, quality: qualities }),
        {
          maxLength: 6,
        },
      ),
      burst: fc.option(bursts, { freq: 10, nil: undefined }),
      holdbackUs: holdbacks,
    }),
    { maxLength: 24 },
  )

export interface StreamShape {
  /** Numbers alone, for questions that have no answer for a text. */
  readonly isNumeric?: boolean
  /** Where event time begins, and how many microseconds a unit of the steps above has. */
  readonly fromUs?: number
  readonly unitUs?: number
}

/** Streams with disorder, duplicates, late data, leaps of the clock, idle and slow producers, bad and quarantined samples. */
export function streams(shape: StreamShape = {}): fc.Arbitrary<readonly StreamFrame[]> {
  const { fromUs = -30, unitUs = 1, isNumeric = false } = shape
  const drafts = draftsOf(isNumeric ? numbers : values)
  return fc.tuple(drafts, fc.constantFrom('none', 'one', 'all')).map(([all, ending]) => {
    let clock = 0
    const frames = all.map(({ producer, stepUs, samples, burst, holdbackUs }): StreamFrame => {
      clock += stepUs
      const at = (units: number) => fromUs + units * unitUs
      const fast = burst?.lagsUs.map((lagUs, index) => ({
        tag: burst.tag,
        timeUs: at(clock + Math.floor(index / 4) - lagUs),
        value: index % 7,
        quality: 'good' as const,
      }))
      return {
        producer,
        samples: [
          ...(fast ?? []),
          ...samples.map(({ lagUs, ...sample }) => ({ ...sample, timeUs: at(clock - lagUs) })),
        ],
        ...(holdbackUs === undefined ? {} : { completeBeforeUs: at(clock - holdbackUs) }),
      }
    })
    const ended = PRODUCERS.slice(0, ending === 'none' ? 0 : ending === 'one' ? 1 : 2)
    return [...frames, ...ended.map((producer) => ({ producer, samples: [], completeBeforeUs: Infinity }))]
  })
}

/** The same stream with no late sample in it, whoever's watermark one asks. */
export function onTime(frames: readonly StreamFrame[]): StreamFrame[] {
  let saidUs = -Infinity
  return frames.map(({ samples, ...frame }) => {
    const beforeUs = saidUs
    saidUs = Math.max(saidUs, frame.completeBeforeUs ?? -Infinity)
    return { ...frame, samples: samples.map((one) => ({ ...one, timeUs: Math.max(one.timeUs, beforeUs) })) }
  })
}

export type KeyOf = (tag: string) => string

const toOracle = ({ tag, timeUs, value, quality }: StreamSample, keyOf: KeyOf): OracleSample => ({
  key: keyOf(tag),
  timeUs,
  value,
  isBad: quality === 'bad',
  isUncertain: quality === 'uncertain',
})

const believed = (samples: readonly StreamSample[], keyOf: KeyOf): OracleSample[] =>
  samples.filter(({ quality }) => quality !== 'quarantined').map((sample) => toOracle(sample, keyOf))

export const keysOf = (frames: readonly StreamFrame[], keyOf: KeyOf): Set<string> =>
  new Set(frames.flatMap(({ samples }) => samples.map(({ tag }) => keyOf(tag))))

/** One watermark for all keys: the minimum over all producers, each of which is waited for from the start. */
export function stepsOfStream(frames: readonly StreamFrame[], keyOf: KeyOf): OracleStep[] {
  const said = new Map<string, number>(PRODUCERS.map((producer) => [producer, -Infinity]))
  let watermarkUs = -Infinity
  return frames.map(({ producer, samples, completeBeforeUs = -Infinity }) => {
    const beforeUs = watermarkUs
    said.set(producer, Math.max(said.get(producer) ?? -Infinity, completeBeforeUs))
    watermarkUs = Math.max(watermarkUs, Math.min(...said.values()))
    return { samples: believed(samples, keyOf), beforeUs, afterUs: watermarkUs }
  })
}

/**
 * A watermark for each key: the minimum over the producers that have fed it. It never goes back, also not for a
 * producer that joins behind the others; a new key begins where its first producer is.
 */
export function stepsOfKey(frames: readonly StreamFrame[], keyOf: KeyOf, key: string): OracleStep[] {
  const said = new Map<string, number>()
  const feeders = new Set<string>()
  let watermarkUs = -Infinity
  const advance = () => {
    const marks = [...feeders].map((producer) => said.get(producer) ?? -Infinity)
    watermarkUs = Math.max(watermarkUs, marks.length === 0 ? -Infinity : Math.min(...marks))
    return watermarkUs
  }
  return frames.map(({ producer, samples, completeBeforeUs = -Infinity }) => {
    const own = samples.filter(({ tag }) => keyOf(tag) === key)
    if (own.length > 0) feeders.add(producer)
    const beforeUs = advance()
    said.set(producer, Math.max(said.get(producer) ?? -Infinity, completeBeforeUs))
    return { samples: believed(own, keyOf), beforeUs, afterUs: advance() }
  })
}
