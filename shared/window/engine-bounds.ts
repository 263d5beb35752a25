import { BUFFERED_SAMPLES_MAX, OPEN_WINDOWS_MAX } from './limits.ts'

export interface BoundsOptions {
  readonly openWindowsMax?: number
  readonly bufferedSamplesMax?: number
}

/**
 * Counts what an engine holds against its bounds. Whoever opens a window or keeps a sample asks here first, and
 * refuses the sample as `noRoom` when the answer is no.
 */
export class Bounds {
  /** Windows that exist, and slices of windows that share their samples. */
  openWindows = 0
  /** Those of them that have answered on time or late, and are kept for revisions only. */
  answeredWindows = 0
  /** Windows that became final before their time because the bound was reached. */
  closedEarly = 0
  /** Samples that were taken, and had no window to go to when it came to that: counted as refused. */
  #dropped = 0
  /** Samples kept one by one. */
  bufferedSamples = 0
  /** Samples that took effect before the watermark had passed them because the bound was reached. */
  forcedSamples = 0
  readonly #openWindowsMax: number
  readonly #bufferedSamplesMax: number
  readonly #makeRoom: () => void

  /** @param makeRoom gives up answered windows of all keys, by `KeyedWindows.giveUp` */
  constructor(options: BoundsOptions, makeRoom: () => void) {
    this.#openWindowsMax = options.openWindowsMax ?? OPEN_WINDOWS_MAX
    this.#bufferedSamplesMax = options.bufferedSamplesMax ?? BUFFERED_SAMPLES_MAX
    this.#makeRoom = makeRoom
  }

  /**
   * Books windows to be opened; false, and nothing is booked, when there is no room. May call `giveUp` of any
   * `KeyedWindows`, the caller among them: look at your windows anew afterwards.
   */
  tryOpen(count = 1): boolean {
    if (this.openWindows + count > this.#openWindowsMax && this.answeredWindows > 0) this.#makeRoom()
    if (this.openWindows + count > this.#openWindowsMax) return false
    this.openWindows += count
    return true
  }

  /** A window is answered for the first time, on time or late. */
  answered(): void {
    this.answeredWindows++
  }

  /** A window is forgotten. */
  closed(wasAnswered: boolean): void {
    this.openWindows--
    if (wasAnswered) this.answeredWindows--
  }

  /** Books samples to be kept; false, and nothing is booked, when there is no room. */
  tryBuffer(samples: number): boolean {
    if (this.bufferedSamples + samples > this.#bufferedSamplesMax) return false
    this.bufferedSamples += samples
    return true
  }

  released(samples: number): void {
    this.bufferedSamples -= samples
  }

  /** Books what a checkpoint puts back, whatever the bounds are now. */
  restored(windows: number, answered: number, samples: number): void {
    this.openWindows += windows
    this.answeredWindows += answered
    this.bufferedSamples += samples
  }

  dropped(samples: number): void {
    this.#dropped += samples
  }

  /** How many were dropped since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped
    this.#dropped = 0
    return dropped
  }
}
