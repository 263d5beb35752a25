import type { Readings } from '../../aggregate/readings.ts'
import type { Cell } from '../../checkpoint/cell.ts'
import { needsCarryIn } from '../answers.ts'
import { isQuarantined } from '../column-runs.ts'
import type { WindowDefinition } from '../definition.ts'
import type { Bounds } from '../engine-bounds.ts'
import type {
  CreateKeyedWindows,
  KeyedContext,
  KeyedWindows,
  OpenWindowInfo,
  PaneSink,
  Refused,
} from '../keyed-windows.ts'
import type { Run } from '../runs.ts'
import { KEY_SAMPLES_MAX } from './limits.ts'
import { appendToRuns } from './refused-runs.ts'
import { goodValue, isBad, weightOf } from './sample-buffer.ts'
import { answerSliding } from './sliding-answer.ts'
import { type SlidingKind, SlidingState } from './sliding-state.ts'
import { newTrigger } from './sliding-triggers.ts'

/** Sliding windows: at each good sample that meets `when`, of time t, one over `(t - length, t + delay]`. */
export const createSlidingWindows: CreateKeyedWindows = (context) => {
  const { window } = context.definition
  if (window.type !== 'sliding') throw new TypeError(`expected sliding windows, received ${window.type}`)
  return new SlidingWindows(context, window)
}

/**
 * Keeps the samples that any window which is not final may need, and computes each window from them when it
 * answers: the answer is that of the samples alone, and state grows with samples and not with overlaps.
 *
 * An end is reached when the watermark is past it, since the end belongs to the window.
 */
export class SlidingWindows implements KeyedWindows {
  dueUs = Number.POSITIVE_INFINITY
  readonly #context: KeyedContext
  readonly #kind: SlidingKind
  readonly #keySamplesMax: number
  readonly #state: SlidingState
  #definition: WindowDefinition

  /** @param keySamplesMax fewer than the bound of the product only for those who test it */
  constructor(context: KeyedContext, kind: SlidingKind, keySamplesMax = KEY_SAMPLES_MAX) {
    this.#context = context
    this.#kind = kind
    this.#definition = context.definition
    this.#keySamplesMax = keySamplesMax
    this.#state = new SlidingState(kind, needsCarryIn(context.plan), context.unseenUs + kind.lengthUs)
  }

  get isEmpty(): boolean {
    return this.#state.triggers.all.length === 0 && this.#state.buffer.isEmpty
  }

  /** Earlier triggers are final under a watermark. */
  #openFromUs(watermarkUs: number): number {
    const { delayUs } = this.#kind
    return Math.max(this.#state.closedUs, watermarkUs - delayUs - this.#definition.allowedLatenessUs)
  }

  take(readings: Readings, watermarkUs: number, bounds: Bounds): Refused {
    const { timesUs } = readings.column
    const refused = { late: [] as Run[], noRoom: [] as Run[] }
    for (let index = 0; index < timesUs.length; index++) {
      if (isQuarantined(readings.column, index)) continue
      const refusal = this.#takeSample(readings, index, watermarkUs, bounds)
      if (refusal !== undefined) appendToRuns(refused[refusal], index)
    }
    return refused
  }

  #takeSample(
    readings: Readings,
    index: number,
    watermarkUs: number,
    bounds: Bounds,
  ): keyof Refused | undefined {
    const timeUs = readings.column.timesUs[index] as number
    if (!this.#isWanted(timeUs, watermarkUs)) return 'late'
    const isTrigger = this.#isTrigger(readings, index, watermarkUs)
    const weight = weightOf(readings.column, index)
    if (!this.#makeRoom(weight, bounds)) return 'noRoom'
    if (isTrigger && !bounds.tryOpen()) {
      bounds.released(weight)
      return 'noRoom'
    }
    // Room is made by closing windows, and these may be the ones that this sample was for.
    const isOpen = isTrigger && timeUs >= this.#openFromUs(watermarkUs)
    if (isTrigger && !isOpen) bounds.closed(false)
    if (!this.#isWanted(timeUs, watermarkUs)) {
      bounds.released(weight)
      return 'late'
    }
    this.#state.add(readings, index)
    this.#noteSample(timeUs, watermarkUs)
    if (isOpen) this.#open(timeUs, watermarkUs)
    return undefined
  }

  /** Whether a window that is not final may hold a sample of this time. */
  #isWanted(timeUs: number, watermarkUs: number): boolean {
    const { lengthUs, delayUs } = this.#kind
    const { isRetired, triggers } = this.#state
    const openFromUs = this.#openFromUs(watermarkUs)
    if (!isRetired) return timeUs + lengthUs > openFromUs
    return triggers.hasWithin(Math.max(openFromUs, timeUs - delayUs), timeUs + lengthUs)
  }

  #isTrigger(readings: Readings, index: number, watermarkUs: number): boolean {
    const { isRetired, triggers } = this.#state
    const timeUs = readings.column.timesUs[index] as number
    if (isRetired || timeUs < this.#openFromUs(watermarkUs) || isBad(readings, index)) return false
    const { when } = this.#kind
    return (when === undefined || when.holds(goodValue(readings, index))) && !triggers.has(timeUs)
  }

  #makeRoom(weight: number, bounds: Bounds): boolean {
    const hasRoom = () =>
      this.#state.buffer.weight + weight <= this.#keySamplesMax && bounds.tryBuffer(weight)
    if (hasRoom()) return true
    this.giveUp(bounds)
    return hasRoom()
  }

  #noteSample(timeUs: number, watermarkUs: number): void {
    this.dueUs = Math.min(this.dueUs, this.#goneUs(timeUs))
    if (timeUs >= watermarkUs) return
    this.#state.noteLate(timeUs, watermarkUs)
    this.dueUs = Number.NEGATIVE_INFINITY
  }

  /** The watermark from which on no window needs a sample of this time. */
  #goneUs(timeUs: number): number {
    return timeUs + this.#kind.lengthUs + this.#kind.delayUs + this.#definition.allowedLatenessUs
  }

  #open(timeUs: number, watermarkUs: number): void {
    const endUs = timeUs + this.#kind.delayUs
    const flushAtUs =
      endUs < watermarkUs ? watermarkUs + this.#definition.lateFlushUs : Number.NEGATIVE_INFINITY
    const trigger = newTrigger(timeUs, flushAtUs)
    this.#state.triggers.insert(trigger)
    this.#state.changes.note(trigger)
    this.dueUs = Math.min(this.dueUs, endUs + 1)
  }

  settle(beforeUs: number, afterUs: number, bounds: Bounds, out: PaneSink): void {
    if (afterUs < this.dueUs) return
    this.#state.lookAtLate(this.#definition.lateFlushUs)
    this.dueUs = Number.POSITIVE_INFINITY
    const { delayUs } = this.#kind
    const { allowedLatenessUs } = this.#definition
    let finalCount = 0
    for (const trigger of this.#state.triggers.all) {
      const endUs = trigger.timeUs + delayUs
      if (endUs >= afterUs) {
        this.dueUs = Math.min(this.dueUs, endUs + 1)
        break
      }
      const isFinal = endUs + allowedLatenessUs < afterUs
      if (trigger.isDirty && (isFinal || trigger.flushAtUs <= afterUs)) {
        if (trigger.revision < 0) bounds.answered()
        out.pane(
          answerSliding(this.#context, this.#state, trigger, {
            timing: endUs < beforeUs ? 'LATE' : 'ON_TIME',
            isFinal,
          }),
        )
      }
      if (isFinal) finalCount++
      else this.dueUs = Math.min(this.dueUs, endUs + allowedLatenessUs + 1)
      if (trigger.isDirty) this.dueUs = Math.min(this.dueUs, trigger.flushAtUs)
    }
    this.#state.close(finalCount, bounds)
    this.#forget(afterUs, bounds)
  }

  #forget(afterUs: number, bounds: Bounds): void {
    const { buffer, triggers, isRetired } = this.#state
    const isOver = afterUs === Number.POSITIVE_INFINITY || (isRetired && triggers.all.length === 0)
    if (isOver) this.#state.forgetAll(bounds)
    else this.#state.forget(this.#openFromUs(afterUs), bounds)
    if (!buffer.isEmpty)
      this.dueUs = Math.min(this.dueUs, this.#goneUs(buffer.timesUs[buffer.first] as number))
  }

  reshape(definition: WindowDefinition, watermarkUs: number): void {
    this.#state.closedUs = this.#openFromUs(watermarkUs)
    this.#state.isHeadChanged = true
    this.#definition = definition
    this.dueUs = Number.NEGATIVE_INFINITY
  }

  retire(): void {
    this.#state.isRetired = true
    this.#state.isHeadChanged = true
    this.dueUs = Number.NEGATIVE_INFINITY
  }

  giveUp(bounds: Bounds): void {
    this.#state.lookAtLate(this.#definition.lateFlushUs)
    const { all } = this.#state.triggers
    const kept = all.findIndex(({ isDirty }) => isDirty)
    const count = kept < 0 ? all.length : kept
    const last = all[count - 1]
    if (last === undefined) return
    this.#state.closedUs = Math.max(this.#state.closedUs, last.timeUs + 1)
    this.#state.isHeadChanged = true
    this.#state.close(count, bounds)
    this.#state.forget(this.#state.closedUs, bounds)
    bounds.closedEarly += count
  }

  takeCells(): Cell[] {
    return this.#state.takeCells()
  }

  restore(cells: readonly Cell[], bounds: Bounds): void {
    this.#state.restore(cells, bounds)
    this.dueUs = Number.NEGATIVE_INFINITY
  }

  openWindows(limit: number): OpenWindowInfo[] {
    const { triggers, buffer } = this.#state
    buffer.sort()
    return triggers.all.slice(0, limit).map((trigger) => {
      const { startUs, endUs } = this.#state.boundsOf(trigger)
      const { revision } = trigger
      const waitsForUs = endUs + 1 + (revision < 0 ? 0 : this.#definition.allowedLatenessUs)
      return { startUs, endUs, samples: this.#state.samplesOf(trigger), revision, waitsForUs }
    })
  }
}
