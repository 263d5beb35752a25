import {
  aggregate,
  arrivalsOf,
  inEventOrder,
  isGood,
  type KeyModel,
  type OraclePane,
  timingOf,
} from './model.ts'
import { collect, type TimeWindow, timeWindows, type WindowsOf } from './time-windows.ts'

/** All windows whose start lies between two times, in order; found by walking in steps finer than any window. */
export type WindowsBetween = (fromUs: number, toUs: number) => readonly TimeWindow[]

export interface EmptyRules {
  readonly windowsOf: WindowsOf
  readonly windowsBetween: WindowsBetween
  readonly latenessUs: number
  /** Empty windows in a row before one pane stands for the rest. */
  readonly limit: number
}

/**
 * Time windows, and for each window without samples after a key's first one a pane of count 0 with the last value
 * before it, in the step in which the watermark reaches its end.
 */
export const emptyWindows =
  ({ windowsOf, windowsBetween, latenessUs, limit }: EmptyRules): KeyModel =>
  (key, steps) => {
    const plain = timeWindows(windowsOf, latenessUs)(key, steps)
    const { windows } = collect(windowsOf, latenessUs, steps)
    const samples = inEventOrder(arrivalsOf(steps))
    const given = new Set<number>()
    return steps.map((step, index) => {
      const known = windows.filter((window) => window.samples.some((sample) => sample.step <= index))
      const filled = new Set(known.map(({ startUs }) => startUs))
      const firstUs = Math.min(...filled)
      const newestUs = Math.max(...filled)
      const toUs = Math.min(step.afterUs, step.afterUs === Infinity ? newestUs : Infinity)
      const reached =
        filled.size === 0 ? [] : windowsBetween(firstUs, toUs).filter(({ endUs }) => endUs <= step.afterUs)
      const empty: OraclePane[] = []
      let inRow = 0
      let gap: { startUs: number; endUs: number } | undefined
      const close = () => {
        if (gap !== undefined) empty.push({ ...blank(gap, index), gap: true })
        gap = undefined
      }
      const blank = (window: TimeWindow, upTo: number): OraclePane => ({
        key,
        ...window,
        revision: 0,
        timing: timingOf(window.endUs, step),
        isFinal: window.endUs + latenessUs <= step.afterUs,
        aggregates: {
          ...aggregate([]),
          last:
            samples.filter((one) => one.step <= upTo && one.timeUs < window.startUs && isGood(one)).at(-1)
              ?.value ?? null,
        },
      })
      for (const window of reached) {
        if (filled.has(window.startUs)) {
          close()
          inRow = 0
          continue
        }
        inRow++
        if (given.has(window.startUs)) continue
        given.add(window.startUs)
        if (inRow <= limit) empty.push(blank(window, index))
        else gap = { startUs: gap?.startUs ?? window.startUs, endUs: window.endUs }
      }
      close()
      const panes = (plain[index]?.panes ?? []).map((pane) =>
        given.has(pane.startUs) ? { ...pane, revision: pane.revision + 1 } : pane,
      )
      return { withdrawn: [], late: plain[index]?.late ?? 0, panes: [...panes, ...empty] }
    })
  }
