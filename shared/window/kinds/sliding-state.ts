import type { Readings } from '../../aggregate/readings.ts'
import type { Cell } from '../../checkpoint/cell.ts'
import { readInstant, writeInstant } from '../../checkpoint/instant.ts'
import { type CarryIn, latestOf } from '../answers.ts'
import type { WindowKind } from '../definition.ts'
import type { Bounds } from '../engine-bounds.ts'
import { sampleAt, writeSample } from './machine-window.ts'
import { SampleBuffer } from './sample-buffer.ts'
import { SampleCells } from './sample-cells.ts'
import { createTriggerChanges, HEAD_KEY, HeadText, readTriggers } from './sliding-cells.ts'
import { type Trigger, TriggerList } from './sliding-triggers.ts'
import { firstAfter } from './sorted-times.ts'

export type SlidingKind = Extract<WindowKind, { type: 'sliding' }>

/** Indexes of a sorted buffer: `from` inclusive, `to` exclusive. */
interface Range {
  readonly from: number
  readonly to: number
}

/** Late samples that came since the last look at them. */
interface Late {
  readonly watermarkUs: number
  fromUs: number
  toUs: number
}

/** The samples and triggers of one key, as far as a window that is not final may need them. */
export class SlidingState {
  readonly buffer = new SampleBuffer()
  readonly triggers = new TriggerList()
  readonly changes = createTriggerChanges()
  /** Earlier triggers are final, whatever the watermark says. */
  closedUs: number
  isRetired = false
  isHeadChanged = false
  readonly #kind: SlidingKind
  readonly #keepsCarry: boolean
  readonly #cells = new SampleCells()
  /** The last good sample that the buffer has given up, where an aggregate asks for it. */
  #carry: CarryIn | undefined
  #late: Late | undefined

  constructor(kind: SlidingKind, keepsCarry: boolean, closedUs: number) {
    this.#kind = kind
    this.#keepsCarry = keepsCarry
    this.closedUs = closedUs
  }

  /** A sample behind the watermark has been added: it may change windows that have answered. */
  noteLate(timeUs: number, watermarkUs: number): void {
    this.#late ??= { watermarkUs, fromUs: timeUs, toUs: timeUs }
    this.#late.fromUs = Math.min(this.#late.fromUs, timeUs)
    this.#late.toUs = Math.max(this.#late.toUs, timeUs)
  }

  /** Sorts, and marks the answered windows that late samples have changed. */
  lookAtLate(lateFlushUs: number): void {
    this.buffer.sort()
    if (this.#late === undefined) return
    const { watermarkUs, fromUs, toUs } = this.#late
    this.#late = undefined
    const { all } = this.triggers
    for (let index = this.triggers.indexFrom(fromUs - this.#kind.delayUs); index < all.length; index++) {
      const trigger = all[index] as Trigger
      if (trigger.timeUs >= toUs + this.#kind.lengthUs) return
      if (trigger.isDirty || this.samplesOf(trigger) === trigger.samples) continue
      trigger.isDirty = true
      trigger.flushAtUs = watermarkUs + lateFlushUs
      this.changes.note(trigger)
    }
  }

  /** The start is not in the window, the end is. */
  boundsOf({ timeUs }: Trigger): { startUs: number; endUs: number } {
    return { startUs: timeUs - this.#kind.lengthUs, endUs: timeUs + this.#kind.delayUs }
  }

  samplesOf(trigger: Trigger): number {
    const { from, to } = this.rangeOf(trigger)
    return to - from
  }

  /** The samples of a trigger's window. The buffer must be sorted. */
  rangeOf({ timeUs }: Trigger): Range {
    const { timesUs, first, end } = this.buffer
    const { lengthUs, delayUs } = this.#kind
    return {
      from: firstAfter(timesUs, first, end, timeUs - lengthUs),
      to: firstAfter(timesUs, first, end, timeUs + delayUs),
    }
  }

  /** The last good sample in front of an index. */
  carryBefore(index: number): CarryIn | undefined {
    if (!this.#keepsCarry) return undefined
    const { buffer } = this
    for (let before = index - 1; before >= buffer.first; before--) {
      if (!buffer.isBadAt(before)) return sampleAt(buffer, before)
    }
    return this.#carry
  }

  /** Forgets the first triggers, which are final. */
  close(count: number, bounds: Bounds): void {
    for (const trigger of this.triggers.shift(count)) {
      this.changes.drop(trigger)
      bounds.closed(trigger.revision >= 0)
    }
  }

  /** Forgets samples that no trigger from an instant on can reach. */
  forget(openFromUs: number, bounds: Bounds): void {
    this.#removeBefore(openFromUs - this.#kind.lengthUs + 1, bounds)
  }

  add(readings: Readings, index: number): void {
    const { rewinds } = this.buffer
    this.buffer.add(readings, index)
    if (this.buffer.rewinds !== rewinds) this.isHeadChanged = true
  }

  /** Forgets all samples: where a source goes on that starts again, its windows begin anew. */
  forgetAll(bounds: Bounds): void {
    const { buffer } = this
    if (buffer.isEmpty) return
    buffer.sort()
    const newestUs = buffer.timesUs[buffer.end - 1] as number
    this.closedUs = Math.max(this.closedUs, newestUs + 1)
    this.isHeadChanged = true
    this.#removeBefore(newestUs + 1, bounds)
  }

  #removeBefore(timeUs: number, bounds: Bounds): void {
    const { buffer } = this
    buffer.sort()
    const { weight, liveFromUs } = buffer
    if (timeUs <= liveFromUs) return
    const to = firstAfter(buffer.timesUs, buffer.first, buffer.end, timeUs - 1)
    if (to === buffer.first) return
    this.#carry = this.#keepsCarry ? latestOf(this.#carry, this.carryBefore(to)) : undefined
    buffer.removeBefore(timeUs)
    bounds.released(weight - buffer.weight)
    this.isHeadChanged = true
  }

  takeCells(): Cell[] {
    const cells = [...this.changes.take(), ...this.#cells.take(this.buffer)]
    if (!this.isHeadChanged) return cells
    this.isHeadChanged = false
    const head: HeadText = [
      writeInstant(this.buffer.liveFromUs),
      writeInstant(this.closedUs),
      this.isRetired,
      writeSample(this.#carry),
    ]
    return [...cells, { key: HEAD_KEY, text: JSON.stringify(head) }]
  }

  restore(cells: readonly Cell[], bounds: Bounds): void {
    const head = cells.find(({ key }) => key === HEAD_KEY)
    if (head?.text !== undefined) {
      const [liveFrom, closed, isRetired, carry] = HeadText.parse(JSON.parse(head.text))
      this.buffer.liveFromUs = readInstant(liveFrom)
      this.closedUs = readInstant(closed)
      this.isRetired = isRetired
      this.#carry = carry ?? undefined
    }
    this.#cells.restore(cells, this.buffer)
    for (const trigger of readTriggers(cells).sort((a, b) => a.timeUs - b.timeUs))
      this.triggers.insert(trigger)
    const { all } = this.triggers
    const answered = all.reduce((count, { revision }) => count + (revision >= 0 ? 1 : 0), 0)
    bounds.restored(all.length, answered, this.buffer.weight)
  }
}
