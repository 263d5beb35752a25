import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { WindowDefinition } from '../../../../shared/window/definition.ts'
import { type FoundAnswers, type FoundPane, framesOf, runEngine } from './engine-run.ts'
import { answerAll, type KeyModel, type OracleAnswers, type OraclePane, ownSteps } from './model.ts'
import { type KeyOf, keysOf, PRODUCERS, type StreamFrame, stepsOfKey, stepsOfStream } from './streams.ts'

/** A definition, and what its windows are by the model. */
export interface Scenario {
  readonly definition: WindowDefinition
  readonly model: KeyModel
}

/** How a stream is put through the engine; none of it may show in the answers. */
export interface Handling {
  readonly keying: 'tag' | 'all' | 'level'
  readonly watermarks: 'shared' | 'per-key'
  readonly restarts: readonly number[]
  readonly checkpointEvery: number
}

export const handlings: fc.Arbitrary<Handling> = fc.record({
  keying: fc.constantFrom('tag', 'all', 'level'),
  watermarks: fc.constantFrom('shared', 'per-key'),
  restarts: fc.array(fc.nat({ max: 25 }), { maxLength: 3 }),
  checkpointEvery: fc.integer({ min: 1, max: 5 }),
})

const KEYS = {
  tag: { spec: { by: 'tag' }, of: (tag: string) => tag },
  all: { spec: { by: 'all' }, of: () => '' },
  level: { spec: { by: 'levels', levels: [1] }, of: (tag: string) => tag.split('/')[0] ?? '' },
} as const satisfies Record<Handling['keying'], { spec: WindowDefinition['key']; of: KeyOf }>

/**
 * `npm test` has seconds for all streams. For a long search: `GENBA_STREAMS=100000 npx vitest run test/shared/window/oracle`;
 * `GENBA_SEED` (printed with every failure, as `seed` and `path`) begins at another place.
 */
export const SEARCH: fc.Parameters<unknown> = {
  numRuns: Number(process.env['GENBA_STREAMS'] ?? 150),
  ...(process.env['GENBA_SEED'] === undefined ? {} : { seed: Number(process.env['GENBA_SEED']) }),
}

export const SEARCH_TIMEOUT_MS = process.env['GENBA_STREAMS'] === undefined ? 60_000 : 24 * 3_600_000

/** Every frame must give what the model says: panes in order, withdrawals, and the count of late samples. */
export function expectAgreement(
  { definition, model }: Scenario,
  stream: readonly StreamFrame[],
  { keying, watermarks, restarts, checkpointEvery }: Handling,
): void {
  const { spec, of: keyOf } = KEYS[keying]
  const shared = stepsOfStream(stream, keyOf)
  const expected = answerAll(model, keysOf(stream, keyOf), (key) =>
    watermarks === 'shared' ? ownSteps(shared, key) : stepsOfKey(stream, keyOf, key),
  )
  const actual = runEngine({ ...definition, key: spec }, framesOf(stream), {
    watermarks: watermarks === 'shared' ? { producers: [...PRODUCERS] } : 'per-key',
    restartAfter: new Set(restarts),
    checkpointEvery,
  })
  expectAnswers(actual, expected)
}

/** Step by step, so that a failure shows the first one that differs. */
export function expectAnswers(actual: readonly FoundAnswers[], expected: readonly OracleAnswers[]): void {
  for (const [index, answers] of expected.entries()) {
    const found = actual[index]
    if (found === undefined) continue
    const wanted = alike(answers, found)
    // `expect` is slow, and needed only to show a difference.
    if (!isDeepStrictEqual(found, wanted))
      expect({ step: index, ...found }).toEqual({ step: index, ...wanted })
  }
}

/** What the model leaves open, and what differs by rounding alone, is taken from the answer. */
function alike(expected: OracleAnswers, found: FoundAnswers): FoundAnswers {
  return { ...expected, panes: expected.panes.map((pane, index) => roundTo(pane, found.panes[index])) }
}

const TOLERANCE = 1e-12

function roundTo(pane: OraclePane, found: FoundPane | undefined): FoundPane {
  const entries = Object.entries(pane.aggregates).map(([name, value]: [string, unknown]) => {
    const answer = found?.aggregates[name]
    if (value === undefined) return [name, answer]
    const isClose =
      typeof value === 'number' &&
      typeof answer === 'number' &&
      Math.abs(answer - value) <= TOLERANCE * Math.max(1, Math.abs(value))
    return [name, isClose ? answer : value]
  })
  return { ...pane, aggregates: Object.fromEntries(entries) }
}
