import type { Feeder } from './feeders.ts'
import type { Form } from './forms.ts'
import type { KeyedWindows } from './keyed-windows.ts'

/** The windows of one key under one definition. */
export interface Series {
  /** Unique in its key, also over time. */
  readonly id: number
  readonly form: Form
  readonly windows: KeyedWindows
  /** As it was when the definition came; see `KeyedContext`. */
  readonly unseenUs: number
  /** No definition asks for it any more: what is open is finished, nothing is opened. */
  isRetiring: boolean
}

/** One key: who feeds it, how far it is complete, and its windows. */
export class KeyState {
  /** Keys of definitions by tag share a group; every other definition has its own. */
  readonly group: string
  readonly key: string
  readonly feeders: Feeder<KeyState>[] = []
  series: Series[] = []
  nextSeriesId = 0
  /** Finite or -Infinity: an end that all feeders have reached closes the windows and leaves this where it was. */
  watermarkUs = Number.NEGATIVE_INFINITY
  /** Latest time of a sample that was not quarantined. */
  newestUs = Number.NEGATIVE_INFINITY
  /** On the list of changes for the next checkpoint. */
  isNoted = false
  /** Number of the last frame that fed it, of those that this engine has taken. */
  fedBy = 0

  constructor(group: string, key: string) {
    this.group = group
    this.key = key
  }

  /** Minimum over the feeders. */
  completeBeforeUs(): number {
    let lowest = this.feeders.length === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    for (const { completeBeforeUs } of this.feeders) lowest = Math.min(lowest, completeBeforeUs)
    return lowest
  }

  /** Brings the watermark up to what the feeders say; it never goes back. */
  refresh(): void {
    const completeBeforeUs = this.completeBeforeUs()
    if (completeBeforeUs !== Number.POSITIVE_INFINITY && completeBeforeUs > this.watermarkUs) {
      this.watermarkUs = completeBeforeUs
    }
  }

  /** Brings the watermark up to date, with this feeder among those of the key. */
  join(feeder: Feeder<KeyState>): void {
    // Before and after: a producer that joins behind the others does not pull the watermark back.
    this.refresh()
    if (this.feeders.includes(feeder)) return
    this.attach(feeder)
    this.refresh()
  }

  /** Joins without a look at watermarks, as a checkpoint is put back. */
  attach(feeder: Feeder<KeyState>): void {
    this.feeders.push(feeder)
    feeder.keys.add(this)
  }

  detach(): void {
    for (const feeder of this.feeders) feeder.keys.delete(this)
  }

  dueUs(): number {
    let dueUs = Number.POSITIVE_INFINITY
    for (const { windows } of this.series) dueUs = Math.min(dueUs, windows.dueUs)
    return dueUs
  }
}
