import type { Accumulator } from '../aggregate/plan.ts'
import type { Tracked } from './changes.ts'

/** A slice of time with the samples in it, shared by the windows that cover it. */
export interface Slice extends Tracked {
  readonly startUs: number
  readonly accumulator: Accumulator
  /** Those that were not final when the slice was made; some may have been closed since. */
  readonly windows: AlignedWindow[]
  /** How many of them are not closed. */
  openCount: number
}

/** A window that is being filled, or that has answered and may still be revised. */
export interface AlignedWindow extends Tracked {
  readonly startUs: number
  readonly endUs: number
  /** Those that hold samples, by time. */
  readonly slices: Slice[]
  /** Of the last answer; -1 before the first. */
  revision: number
  /** It has answered on time or late. */
  isAnswered: boolean
  /** Samples came since it last answered on time or late. */
  isDirty: boolean
  /** The watermark at which a late change is answered; -Infinity at once. */
  flushAtUs: number
  /** Samples since it last answered at all. */
  fresh: number
  isClosed: boolean
}

export function newWindow(startUs: number, endUs: number): AlignedWindow {
  return {
    startUs,
    endUs,
    slices: [],
    revision: -1,
    isAnswered: false,
    isDirty: true,
    flushAtUs: Number.NEGATIVE_INFINITY,
    fresh: 0,
    isClosed: false,
    isNoted: false,
    isSaved: false,
  }
}

/** Puts a slice among those of its windows. */
export function attachSlice(slice: Slice): void {
  for (const { slices } of slice.windows) {
    let at = slices.length
    while (at > 0 && (slices[at - 1] as Slice).startUs > slice.startUs) at--
    slices.splice(at, 0, slice)
  }
}
