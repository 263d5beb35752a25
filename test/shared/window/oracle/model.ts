/**
 * An independent model of windows: every sample is collected with the step it arrived in, and each window is then
 * sorted, grouped and computed from the whole list. Nothing is kept from one step to the next but what has been
 * answered. Written from the rules of the windows (shared/window/README.md), not from the engine, and as slow as
 * it likes: what matters is that one sees at a glance that it is right.
 */

export type Value = number | boolean | string

export interface OracleSample {
  readonly key: string
  readonly timeUs: number
  readonly value: Value
  /** Bad quality; NaN and infinities are bad by themselves. */
  readonly isBad: boolean
  readonly isUncertain: boolean
}

/** What happens at once: samples arrive, then the watermark moves from one value to the other. */
export interface OracleStep {
  readonly samples: readonly OracleSample[]
  readonly beforeUs: number
  /** Infinity: the end of the stream. */
  readonly afterUs: number
}

/** A sample with its place in the order of arrival. */
export interface Arrived extends OracleSample {
  readonly arrival: number
  readonly step: number
}

export interface OraclePane {
  readonly key: string
  readonly startUs: number
  readonly endUs: number
  readonly revision: number
  readonly timing: 'ON_TIME' | 'LATE'
  readonly isFinal: boolean
  readonly aggregates: OracleAggregates
  readonly gap?: true
}

export interface OracleWithdrawal {
  readonly key: string
  readonly startUs: number
  readonly endUs: number
  readonly revision: number
}

/** What one step gave. */
export interface OracleAnswers {
  readonly panes: readonly OraclePane[]
  readonly withdrawn: readonly OracleWithdrawal[]
  readonly late: number
}

/** The samples of one key in order of arrival. */
export const arrivalsOf = (steps: readonly OracleStep[]): Arrived[] =>
  steps
    .flatMap(({ samples }, step) => samples.map((sample) => ({ ...sample, step })))
    .map((sample, arrival) => ({ ...sample, arrival }))

export const isGood = ({ value, isBad }: OracleSample): boolean =>
  !isBad && (typeof value !== 'number' || Number.isFinite(value))

/** Event order: by time, then by arrival. */
export const inEventOrder = (samples: readonly Arrived[]): Arrived[] =>
  samples.toSorted((a, b) => a.timeUs - b.timeUs || a.arrival - b.arrival)

export interface OracleAggregates {
  readonly count: number
  readonly bad: number
  readonly uncertain: number
  /** Left open where texts are among the values. */
  readonly sum: number | undefined
  readonly mean: number | null | undefined
  readonly min: number | null | undefined
  readonly max: number | null | undefined
  readonly first: Value | null
  readonly last: Value | null
  readonly changes: number
}

/** Every aggregate by its definition, over the samples of one window. */
export function aggregate(samples: readonly Arrived[]): OracleAggregates {
  const good = inEventOrder(samples.filter(isGood))
  const values = good.map(({ value }) => value)
  const changes = values.filter((value, index) => index > 0 && value !== values[index - 1]).length
  return {
    count: good.length,
    bad: samples.length - good.length,
    uncertain: good.filter(({ isUncertain }) => isUncertain).length,
    ...numericPart(values),
    first: values[0] ?? null,
    last: values.at(-1) ?? null,
    changes,
  }
}

/** Booleans count as 0 and 1. */
function numericPart(values: readonly Value[]): Pick<OracleAggregates, 'sum' | 'mean' | 'min' | 'max'> {
  if (values.some((value) => typeof value === 'string'))
    return { sum: undefined, mean: undefined, min: undefined, max: undefined }
  const numbers = values.map(Number)
  const sum = numbers.reduce((total, value) => total + value, 0)
  if (numbers.length === 0) return { sum, mean: null, min: null, max: null }
  return { sum, mean: sum / numbers.length, min: Math.min(...numbers), max: Math.max(...numbers) }
}

/** ON_TIME when the watermark gets to the end in this step. */
export const timingOf = (endUs: number, { beforeUs, afterUs }: OracleStep): OraclePane['timing'] =>
  beforeUs < endUs && endUs <= afterUs ? 'ON_TIME' : 'LATE'

/** The order in which the panes of one step come. */
export const inPaneOrder = <Answer extends OracleWithdrawal>(answers: readonly Answer[]): Answer[] =>
  answers.toSorted(
    (a, b) => a.endUs - b.endUs || a.startUs - b.startUs || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  )

export type KeyModel = (key: string, steps: readonly OracleStep[]) => OracleAnswers[]

/** All keys of a stream, each with the steps that it sees, put together step by step. */
export function answerAll(
  model: KeyModel,
  keys: Iterable<string>,
  stepsOf: (key: string) => readonly OracleStep[],
): OracleAnswers[] {
  const ofKeys = [...keys].map((key) => model(key, stepsOf(key)))
  const count = Math.max(0, ...ofKeys.map((answers) => answers.length))
  return Array.from({ length: count }, (_, index) => {
    const answers = ofKeys.flatMap((ofKey) => ofKey[index] ?? [])
    return {
      panes: inPaneOrder(answers.flatMap(({ panes }) => panes)),
      withdrawn: inPaneOrder(answers.flatMap(({ withdrawn }) => withdrawn)),
      late: answers.reduce((total, { late }) => total + late, 0),
    }
  })
}

/** What one key sees of steps that all keys share. */
export const ownSteps = (steps: readonly OracleStep[], key: string): OracleStep[] =>
  steps.map((step) => ({ ...step, samples: step.samples.filter((sample) => sample.key === key) }))
