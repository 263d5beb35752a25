import type { Accumulator, AggregatePlan } from '../aggregate/plan.ts'
import { alignedCells } from './aligned-texts.ts'
import { type AlignedWindow, attachSlice, newWindow, type Slice } from './aligned-window.ts'
import type { Alignment } from './alignment.ts'
import { type CarryIn, lastOf, latestOf } from './answers.ts'
import { Changes } from './changes.ts'
import { EmptyWindows } from './empty-windows.ts'
import type { Bounds } from './engine-bounds.ts'

/** Why a sample has no slice. */
export type NoSlice = 'late' | 'no room' | 'between windows'

/** The windows of fixed bounds of one key, and the slices that hold their samples. */
export class AlignedState {
  readonly alignment: Alignment
  readonly plan: AggregatePlan
  readonly windows = new Map<number, AlignedWindow>()
  readonly slices = new Map<number, Slice>()
  /** Windows that start earlier are not whole. */
  readonly openFromUs: number
  readonly empties: EmptyWindows
  /** Windows that end here or earlier are final, whatever the watermark says. */
  closedUs = Number.NEGATIVE_INFINITY
  /** The latest good sample of the slices that are gone, where anything asks for it. */
  carry: CarryIn | undefined
  isRetired = false
  /** Where the next early answers are due. */
  earlyUs = Number.NEGATIVE_INFINITY
  readonly keepsCarry: boolean
  /** What is no window and no slice has changed since the last checkpoint. */
  isHeadNoted = false
  readonly windowChanges: Changes<AlignedWindow>
  readonly sliceChanges: Changes<Slice>
  #current: Slice | undefined

  constructor(alignment: Alignment, plan: AggregatePlan, openFromUs: number, keepsCarry: boolean) {
    this.alignment = alignment
    this.plan = plan
    this.openFromUs = openFromUs
    this.keepsCarry = keepsCarry
    this.empties = new EmptyWindows(alignment)
    const texts = alignedCells(alignment.isShared)
    this.windowChanges = new Changes(texts.windowKey, texts.windowText)
    this.sliceChanges = new Changes(texts.sliceKey, texts.sliceText)
  }

  /** The slice of this start with the windows that cover it, opened where they may be. */
  sliceAt(startUs: number, watermarkUs: number, latenessUs: number, bounds: Bounds): Slice | NoSlice {
    if (this.#current?.startUs === startUs) return this.#current
    const slice = this.slices.get(startUs) ?? this.#open(startUs, watermarkUs, latenessUs, bounds)
    if (typeof slice !== 'string') this.#current = slice
    return slice
  }

  #open(startUs: number, watermarkUs: number, latenessUs: number, bounds: Bounds): Slice | NoSlice {
    if (this.alignment.firstCovering(startUs) > startUs) return 'between windows'
    const wanted = this.#coveringStarts(startUs, watermarkUs, latenessUs)
    if (wanted.length === 0) return 'late'
    const own = this.alignment.isShared ? 1 : 0
    const count = own + this.#missing(wanted)
    if (!bounds.tryOpen(count)) return 'no room'
    // Making room may have closed windows of this very key.
    const left = this.#coveringStarts(startUs, watermarkUs, latenessUs)
    for (let spare = count - own - this.#missing(left); spare > 0; spare--) bounds.closed(false)
    if (left.length === 0) {
      if (own > 0) bounds.closed(false)
      return 'late'
    }
    const windows = left.map(
      (windowStartUs) => this.windows.get(windowStartUs) ?? this.#openWindow(windowStartUs),
    )
    const slice: Slice = {
      startUs,
      accumulator: this.plan.create(),
      windows,
      openCount: windows.length,
      isNoted: false,
      isSaved: false,
    }
    this.addSlice(slice)
    return slice
  }

  addSlice(slice: Slice): void {
    attachSlice(slice)
    this.slices.set(slice.startUs, slice)
  }

  #openWindow(startUs: number): AlignedWindow {
    const window = newWindow(startUs, this.alignment.windowEnd(startUs))
    this.windows.set(startUs, window)
    return window
  }

  #missing(starts: readonly number[]): number {
    return starts.reduce((count, startUs) => count + (this.windows.has(startUs) ? 0 : 1), 0)
  }

  /** Starts of the windows that cover a slice and may take its samples. */
  #coveringStarts(sliceStartUs: number, watermarkUs: number, latenessUs: number): number[] {
    const { firstCovering, nextWindow, windowEnd } = this.alignment
    const starts: number[] = []
    for (let startUs = firstCovering(sliceStartUs); startUs <= sliceStartUs; startUs = nextWindow(startUs)) {
      const endUs = windowEnd(startUs)
      const isFinal = endUs <= this.closedUs || endUs + latenessUs <= watermarkUs
      const mayOpen = !this.isRetired && startUs >= this.openFromUs && !isFinal
      if (mayOpen || this.windows.has(startUs)) starts.push(startUs)
    }
    return starts
  }

  accumulatorOf({ slices }: AlignedWindow): Accumulator {
    const [first, ...rest] = slices
    if (first === undefined) return this.plan.create()
    return rest.reduce((sum, { accumulator }) => this.plan.merge(sum, accumulator), first.accumulator)
  }

  /** The last good sample before a window, as far as it is known. */
  carryBefore(startUs: number): CarryIn | undefined {
    let latest = this.carry !== undefined && this.carry.timeUs < startUs ? this.carry : undefined
    for (const slice of this.slices.values()) {
      if (slice.startUs < startUs) latest = latestOf(latest, lastOf(slice.accumulator))
    }
    return latest
  }

  /** Forgets a window, and the slices that no other needs. */
  close(window: AlignedWindow, bounds: Bounds): void {
    window.isClosed = true
    this.windows.delete(window.startUs)
    this.windowChanges.drop(window)
    bounds.closed(window.isAnswered)
    for (const slice of window.slices) {
      slice.openCount--
      if (slice.openCount > 0) continue
      this.slices.delete(slice.startUs)
      if (this.#current === slice) this.#current = undefined
      if (this.alignment.isShared) {
        this.sliceChanges.drop(slice)
        bounds.closed(false)
      }
      if (this.keepsCarry) this.carry = latestOf(this.carry, lastOf(slice.accumulator))
    }
    this.isHeadNoted = true
  }

  noteSlice(slice: Slice): void {
    if (this.alignment.isShared) this.sliceChanges.note(slice)
  }

  /** Books what has been put back. */
  restored(bounds: Bounds): void {
    let answered = 0
    for (const window of this.windows.values()) if (window.isAnswered) answered++
    bounds.restored(this.windows.size + (this.alignment.isShared ? this.slices.size : 0), answered, 0)
  }
}
