import * as z from 'zod'
import { WindowConfig } from '../../../shared/window/config.ts'
import type { NumberedLine } from '../window/stream-file.ts'
import { StreamLine } from '../window/stream-line.ts'
import { type Emission, type Tried, tryWindow } from '../window/try-window.ts'
import type { CaseOutcome } from './check.ts'

/** An aggregate's value; histograms come as objects. */
const Value = z.json()

const Pane = z.strictObject({
  key: z.string(),
  startUs: z.number(),
  endUs: z.number(),
  timing: z.enum(['EARLY', 'ON_TIME', 'LATE']),
  revision: z.number(),
  /** Left out where it depends on when a late batch is answered. */
  isFinal: z.boolean().optional(),
  gap: z.boolean().optional(),
  aggregates: z.record(z.string(), Value),
})

const Gone = z.strictObject({
  key: z.string(),
  startUs: z.number(),
  endUs: z.number(),
  revision: z.number(),
})

const WindowCase = z.object({
  watermarks: z.enum(['explicit', 'estimated']),
  definition: z.unknown(),
  input: z.array(StreamLine),
  expect: z.strictObject({
    panes: z.array(Pane),
    withdrawn: z.array(Gone).default([]),
    late: z.number(),
    quarantined: z.number().default(0),
  }),
  /** |actual - expected| <= tolerance * max(1, |expected|), of aggregates alone. */
  tolerance: z.number().default(0),
})
type WindowCase = z.output<typeof WindowCase>

/** Puts the input of a case through the engine and compares every answer in order. */
export function checkWindowCase(line: unknown): CaseOutcome {
  const { watermarks, definition, input, expect, tolerance } = WindowCase.parse(line)
  const config = WindowConfig.parse(definition)
  const lines = input.map((one, index): NumberedLine => ({ ...one, line: index + 1 }))
  const actual = answersOf(tryWindow(config, lines, watermarks), expect)
  return isAlike(actual, expect, tolerance)
    ? { passed: true }
    : { passed: false, expected: Reflect.get(Object(line), 'expect'), actual }
}

/** What came, in the shape of what is expected: without the parts that the case leaves open. */
function answersOf(
  { emissions, lateCount, quarantined }: Tried,
  expect: WindowCase['expect'],
): WindowCase['expect'] {
  const panes = emissions.flatMap((one) => (one.kind === 'pane' ? [one] : []))
  const withdrawn = emissions.flatMap((one) => (one.kind === 'withdrawn' ? [one] : []))
  return {
    panes: panes.map((pane, index) => paneOf(pane, expect.panes[index])),
    withdrawn: withdrawn.map(({ key, startUs, endUs, revision }) => ({ key, startUs, endUs, revision })),
    late: lateCount,
    quarantined,
  }
}

type GivenPane = Extract<Emission, { kind: 'pane' }>

function paneOf(pane: GivenPane, expected: z.output<typeof Pane> | undefined): z.output<typeof Pane> {
  const { key, startUs, endUs, timing, revision, isFinal, gap } = pane
  return {
    key,
    startUs,
    endUs,
    timing,
    revision,
    ...(expected?.isFinal === undefined && expected !== undefined ? {} : { isFinal }),
    ...(gap === undefined ? {} : { gap }),
    aggregates: z.record(z.string(), Value).parse(pane.aggregates),
  }
}

/** Exact but for the aggregates. */
function isAlike(actual: WindowCase['expect'], expected: WindowCase['expect'], tolerance: number): boolean {
  const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
  return (
    actual.late === expected.late &&
    actual.quarantined === expected.quarantined &&
    isSame(actual.withdrawn.map(goneRow), expected.withdrawn.map(goneRow)) &&
    isSame(actual.panes.map(paneRow), expected.panes.map(paneRow)) &&
    actual.panes.every((pane, index) =>
      Object.entries(expected.panes[index]?.aggregates ?? {}).every(([name, value]) =>
        isClose(pane.aggregates[name], value, tolerance),
      ),
    )
  )
}

const goneRow = ({ key, startUs, endUs, revision }: z.output<typeof Gone>) => [key, startUs, endUs, revision]
const paneRow = ({ key, startUs, endUs, timing, revision, isFinal, gap }: z.output<typeof Pane>) => [
  key,
  startUs,
  endUs,
  timing,
  revision,
  isFinal,
  gap === true,
]

function isClose(actual: unknown, expected: unknown, tolerance: number): boolean {
  if (typeof actual !== 'number' || typeof expected !== 'number')
    return JSON.stringify(actual) === JSON.stringify(expected)
  return Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected))
}
