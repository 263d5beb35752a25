import { aggregate, inEventOrder, isGood, type KeyModel, type OraclePane, timingOf } from './model.ts'
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
    // A sample that no window took, too late or in a gap between windows, is carried into none.
    const taken = [
      ...new Map(windows.flatMap(({ samples }) => samples.map((one) => [one.arrival, one]))).values(),
    ]
    const good = inEventOrder(taken).filter(isGood)
    const given = new Set<number>()
    return steps.map((step, index) => {
      const filled = new Set(
        windows
          .filter(({ samples }) => samples.some((one) => one.step <= index))
          .map(({ startUs }) => startUs),
      )
      const toUs = step.afterUs === Infinity ? Math.max(...filled) : step.afterUs
      const reached = filled.size === 0 ? [] : windowsBetween(Math.min(...filled), toUs)
      const blank = (window: TimeWindow): OraclePane => {
        const earlier = good.filter((one) => one.step <= index && one.timeUs < window.startUs)
        return {
          key,
          ...window,
          revision: 0,
          timing: timingOf(window.endUs, step),
          isFinal: window.endUs + latenessUs <= step.afterUs,
          aggregates: { ...aggregate([]), last: earlier.at(-1)?.value ?? null },
        }
      }
      const rows = emptyRows(
        reached.filter(({ endUs }) => endUs <= step.afterUs),
        filled,
      )
      const empty = rows.flatMap((row) => {
        const fresh = row
          .map((window, place) => ({ window, place }))
          .filter(({ window }) => !given.has(window.startUs))
        for (const { window } of fresh) given.add(window.startUs)
        const single = fresh.filter(({ place }) => place < limit).map(({ window }) => blank(window))
        const rest = fresh.filter(({ place }) => place >= limit).map(({ window }) => window)
        const [first, last] = [rest[0], rest.at(-1)]
        if (first === undefined || last === undefined) return single
        return [...single, { ...blank({ startUs: first.startUs, endUs: last.endUs }), gap: true as const }]
      })
      const revised = (plain[index]?.panes ?? []).map((pane) =>
        given.has(pane.startUs) ? { ...pane, revision: pane.revision + 1 } : pane,
      )
      return { withdrawn: [], late: plain[index]?.late ?? 0, panes: [...revised, ...empty] }
    })
  }

/** Neighbouring windows without samples, one list for each row of them. */
function emptyRows(windows: readonly TimeWindow[], filled: ReadonlySet<number>): TimeWindow[][] {
  const rows: TimeWindow[][] = [[]]
  for (const window of windows) {
    if (filled.has(window.startUs)) rows.push([])
    else rows.at(-1)?.push(window)
  }
  return rows
}
