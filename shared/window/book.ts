import { createAggregate } from '../aggregate/aggregate.ts'
import type { OpenWindow, SeriesName } from './open-window.ts'

/** Counts the windows of an engine against its bound, and notes what has changed since the last checkpoint. */
export class WindowBook {
  openCount = 0
  /** Windows that have answered and are kept only for revisions. */
  answeredCount = 0
  /** Windows that became final before their time because the bound was reached. */
  closedEarlyCount = 0
  readonly #openMax: number
  readonly #makeRoom: () => void
  #changed = new Map<OpenWindow, SeriesName>()
  #removed: (readonly [series: SeriesName, startUs: number])[] = []

  constructor(openMax: number, makeRoom: () => void) {
    this.#openMax = openMax
    this.#makeRoom = makeRoom
  }

  /** A new window; undefined when the bound leaves no room for it. */
  open(startUs: number): OpenWindow | undefined {
    if (this.openCount >= this.#openMax && this.answeredCount > 0) this.#makeRoom()
    if (this.openCount >= this.#openMax) return undefined
    const window: OpenWindow = {
      startUs,
      aggregate: createAggregate(),
      revision: -1,
      isDirty: false,
      isNoted: false,
      isSaved: false,
    }
    this.openCount++
    return window
  }

  restore(window: OpenWindow): void {
    this.openCount++
    if (window.revision >= 0) this.answeredCount++
  }

  note(series: SeriesName, window: OpenWindow): void {
    if (window.isNoted) return
    window.isNoted = true
    this.#changed.set(window, series)
  }

  drop(series: SeriesName, window: OpenWindow): void {
    this.openCount--
    if (window.revision >= 0) this.answeredCount--
    this.#changed.delete(window)
    if (window.isSaved) this.#removed.push([series, window.startUs])
  }

  /** What happened to windows since the last call; they count as saved from now on. */
  takeChanges(): {
    changed: (readonly [series: SeriesName, window: OpenWindow])[]
    removed: (readonly [series: SeriesName, startUs: number])[]
  } {
    const changed = [...this.#changed].map(([window, series]) => [series, window] as const)
    const removed = this.#removed
    for (const [, window] of changed) {
      window.isNoted = false
      window.isSaved = true
    }
    this.#changed = new Map()
    this.#removed = []
    return { changed, removed }
  }
}
