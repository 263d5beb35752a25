import { type Arrived, aggregate, arrivalsOf, type KeyModel, type OracleStep, timingOf } from './model.ts'

export interface TimeWindow {
  readonly startUs: number
  readonly endUs: number
}

/** The windows that a time belongs to, by the definition of the kind. */
export type WindowsOf = (timeUs: number) => readonly TimeWindow[]

/**
 * [start, start + size) for every start that is offset modulo hop; a tumbling window is one whose hop is its size.
 * Times are small in these tests, so that the windows can be found by trying.
 */
export function alignedWindows(sizeUs: number, hopUs: number, offsetUs: number): WindowsOf {
  return (timeUs) => {
    const windows: TimeWindow[] = []
    const nearest = Math.floor((timeUs - offsetUs) / hopUs)
    for (let index = nearest - Math.ceil(sizeUs / hopUs) - 1; index <= nearest + 1; index++) {
      const startUs = index * hopUs + offsetUs
      if (startUs <= timeUs && timeUs < startUs + sizeUs) windows.push({ startUs, endUs: startUs + sizeUs })
    }
    return windows
  }
}

interface Collected extends TimeWindow {
  readonly samples: Arrived[]
}

/** Puts each sample into those of its windows that were not final when it came. */
export function collect(
  windowsOf: WindowsOf,
  latenessUs: number,
  steps: readonly OracleStep[],
): { windows: Collected[]; lateIn: (step: number) => number } {
  const windows = new Map<number, Collected>()
  const late: Arrived[] = []
  for (const sample of arrivalsOf(steps)) {
    const beforeUs = steps[sample.step]?.beforeUs ?? -Infinity
    const all = windowsOf(sample.timeUs)
    const open = all.filter(({ endUs }) => endUs + latenessUs > beforeUs)
    if (all.length > 0 && open.length === 0) late.push(sample)
    for (const { startUs, endUs } of open) {
      const window = windows.get(startUs) ?? { startUs, endUs, samples: [] }
      window.samples.push(sample)
      windows.set(startUs, window)
    }
  }
  return { windows: [...windows.values()], lateIn: (step) => late.filter((one) => one.step === step).length }
}

/** Tumbling, hopping and calendar windows. */
export const timeWindows =
  (windowsOf: WindowsOf, latenessUs: number): KeyModel =>
  (key, steps) => {
    const { windows, lateIn } = collect(windowsOf, latenessUs, steps)
    const revisions = new Map<number, number>()
    return steps.map((step, index) => ({
      withdrawn: [],
      late: lateIn(index),
      panes: windows.flatMap(({ startUs, endUs, samples }) => {
        const known = samples.filter((sample) => sample.step <= index)
        const isReached = step.beforeUs < endUs && endUs <= step.afterUs
        const isRevised = endUs <= step.beforeUs && known.some((sample) => sample.step === index)
        if (known.length === 0 || !(isReached || isRevised)) return []
        const revision = (revisions.get(startUs) ?? -1) + 1
        revisions.set(startUs, revision)
        const isFinal = endUs + latenessUs <= step.afterUs
        const timing = timingOf(endUs, step)
        return [{ key, startUs, endUs, revision, timing, isFinal, aggregates: aggregate(known) }]
      }),
    }))
  }
