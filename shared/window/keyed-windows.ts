import type { AggregatePlan } from '../aggregate/plan.ts'
import type { Readings } from '../aggregate/readings.ts'
import type { Cell } from '../checkpoint/cell.ts'
import type { WindowDefinition } from './definition.ts'
import type { Bounds } from './engine-bounds.ts'
import type { WindowPane, Withdrawal } from './pane.ts'
import type { ColumnSurvey, Run } from './runs.ts'

/** What the windows of one key are made for. */
export interface KeyedContext {
  readonly key: string
  readonly definition: WindowDefinition
  readonly plan: AggregatePlan
  /**
   * Samples of this key up to and including this time may have passed before the definition came; -Infinity when
   * there were none. Only windows that are whole are opened: none that could hold a sample of this time or before.
   * A sample that would need another window counts as late.
   */
  readonly unseenUs: number
}

/**
 * The key of the one cell that may stay when a `KeyedWindows` is empty: what it knows besides windows and samples. The
 * engine removes it with the `KeyedWindows`.
 */
export const HEAD_CELL = 'head'

/** The samples of one column that were not taken; both lists ascend and neither holds quarantined samples. */
export interface Refused {
  /** All windows they belong to are final, or none is whole (`unseenUs`), or none may open (`retire`). */
  readonly late: Run[]
  /** The bounds of the engine leave no room for their window, or for them. */
  readonly noRoom: Run[]
}

/** For columns of which all samples were taken, as most are: saves two lists a column. */
export const NONE_REFUSED: Refused = { late: [], noRoom: [] }

/** Where answers go, in any order: the engine sorts them by `compareAnswers`. */
export interface PaneSink {
  pane(pane: WindowPane): void
  withdraw(withdrawal: Withdrawal): void
}

/** A window that has not gone yet, for people who ask why. */
export interface OpenWindowInfo {
  readonly startUs: number
  readonly endUs: number
  /** Of all samples in it: good, uncertain and bad. */
  readonly samples: number
  /** Of the last answer; -1 when there was none. */
  readonly revision: number
  /** The watermark at which it answers or, when it has, becomes final; Infinity when only samples decide. */
  readonly waitsForUs: number
}

/**
 * The windows of one key under one definition: a pure machine. The engine calls `take` for each column of a frame
 * that belongs to the key, then `settle` once for the frame, and `settle` alone when a watermark moves past
 * `dueUs`. No call waits, reads a clock or keeps `readings` after it returns: copy what is needed later.
 *
 * What comes out depends on the samples in order of arrival and on the watermarks between them, not on how samples
 * are cut into columns.
 */
export interface KeyedWindows {
  /**
   * The lowest watermark at which `settle` has work; Infinity when there is none. -Infinity means "at the next call
   * whatever the watermark", as after `restore`, `reshape` or a late sample that changed an answered window.
   */
  readonly dueUs: number

  /** Nothing is open, buffered or to be said: the engine forgets a retired one that is empty. */
  readonly isEmpty: boolean

  /**
   * Takes all samples of a column that are not quarantined (`Quality.quarantined`), in order.
   *
   * @param watermarkUs as it was before this frame: a sample is late when its time is before it. Never Infinity.
   * @param survey of the column, for those that it saves a look at each sample
   */
  take(readings: Readings, watermarkUs: number, bounds: Bounds, survey?: ColumnSurvey): Refused

  /**
   * Gives the answers that a watermark completes and those that late samples changed, and forgets what is final.
   *
   * @param beforeUs the watermark before this frame: `beforeUs < endUs <= afterUs` is ON_TIME, `endUs <= beforeUs` LATE
   * @param afterUs not before `beforeUs`. Infinity is the end of the stream: everything is answered and final. The
   * source may start again, with samples under a finite watermark: what Infinity has closed must stay closed, so
   * samples for such windows are late.
   */
  settle(beforeUs: number, afterUs: number, bounds: Bounds, out: PaneSink): void

  /**
   * The definition has changed in what does not make other windows: allowed lateness, late flush, early answers and
   * empty windows. What was final under the old lateness stays final.
   */
  reshape(definition: WindowDefinition, watermarkUs: number): void

  /** The definition is gone: what is open takes its samples and is finished, nothing is opened. Never taken back. */
  retire(): void

  /** At the bound: makes all windows final that have answered and have nothing to add, and counts them as closed early. */
  giveUp(bounds: Bounds): void

  /** What has changed since the last call, or since the start. */
  takeCells(): Cell[]

  /**
   * Puts back what `takeCells` gave, cells that are gone left out, and books it in the bounds; called once, before
   * anything else. What follows must be the same as without the restart, to the bit.
   *
   * @throws ZodError when they are no such cells
   */
  restore(cells: readonly Cell[], bounds: Bounds): void

  /** At most `limit` windows, earliest first. */
  openWindows(limit: number): OpenWindowInfo[]
}

/** One for each kind of window. A retired state is made anew from cells: `restore` then brings that back as well. */
export type CreateKeyedWindows = (context: KeyedContext) => KeyedWindows
