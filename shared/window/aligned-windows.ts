import type { Readings } from '../aggregate/readings.ts'
import type { Cell } from '../checkpoint/cell.ts'
import { readAligned, takeAligned } from './aligned-cells.ts'
import { AlignedState } from './aligned-state.ts'
import type { AlignedWindow, Slice } from './aligned-window.ts'
import { type Alignment, firstWindowAfter } from './alignment.ts'
import { answerOf, emptyAnswerOf, needsCarryIn, paneOf, timingOf } from './answers.ts'
import { endOfSlice, isQuarantined } from './column-runs.ts'
import type { WindowDefinition } from './definition.ts'
import { EarlyTrigger } from './early.ts'
import type { Bounds } from './engine-bounds.ts'
import {
  type KeyedContext,
  type KeyedWindows,
  NONE_REFUSED,
  type OpenWindowInfo,
  type PaneSink,
  type Refused,
} from './keyed-windows.ts'
import type { WindowPane } from './pane.ts'
import { type Run, surveyColumn } from './runs.ts'

const NO_SAMPLES = { count: 0, bad: 0, uncertain: 0 }

/** Tumbling, hopping and calendar windows of one key. */
export class AlignedWindows implements KeyedWindows {
  dueUs = Number.POSITIVE_INFINITY
  readonly #key: string
  readonly #state: AlignedState
  readonly #needsCarryIn: boolean
  #definition: WindowDefinition
  #early: EarlyTrigger | undefined
  /** Early answers since the last settle. */
  #pending: WindowPane[] = []

  constructor({ key, definition, plan, unseenUs }: KeyedContext, alignment: Alignment) {
    this.#key = key
    this.#definition = definition
    this.#needsCarryIn = needsCarryIn(plan)
    const keepsCarry = this.#needsCarryIn || definition.emitEmpty !== undefined
    this.#state = new AlignedState(alignment, plan, firstWindowAfter(alignment, unseenUs), keepsCarry)
    this.#setEarly()
  }

  get isEmpty(): boolean {
    return this.#state.windows.size === 0 && this.#pending.length === 0
  }

  take(
    readings: Readings,
    watermarkUs: number,
    bounds: Bounds,
    survey = surveyColumn(readings.column),
  ): Refused {
    const { column } = readings
    const { timesUs } = column
    const { alignment } = this.#state
    let late: Run[] | undefined
    let noRoom: Run[] | undefined
    for (let from = 0; from < timesUs.length; ) {
      if (survey.quarantined > 0 && isQuarantined(column, from)) {
        from++
        continue
      }
      const timeUs = timesUs[from] as number
      if (this.#early?.passes(timeUs) === true) this.#answerEarly(this.#state.windows.values(), watermarkUs)
      const startUs = alignment.sliceStart(timeUs)
      const slice = this.#state.sliceAt(startUs, watermarkUs, this.#definition.allowedLatenessUs, bounds)
      let to = endOfSlice(column, from, startUs, alignment.sliceEnd(startUs), survey)
      if (this.#early !== undefined) to = this.#early.cut(slice, timesUs, from, to)
      if (typeof slice !== 'string') this.#add(slice, readings, from, to, watermarkUs)
      else if (slice === 'late') {
        late ??= []
        late.push({ from, to })
      } else if (slice === 'no room') {
        noRoom ??= []
        noRoom.push({ from, to })
      }
      from = to
    }
    if (late === undefined && noRoom === undefined) return NONE_REFUSED
    return { late: late ?? NONE_REFUSED.late, noRoom: noRoom ?? NONE_REFUSED.noRoom }
  }

  #add(slice: Slice, readings: Readings, from: number, to: number, watermarkUs: number): void {
    slice.accumulator.addRun(readings, from, to)
    this.#state.noteSlice(slice)
    for (const window of slice.windows) {
      if (window.isClosed) continue
      this.#state.windowChanges.note(window)
      window.fresh += to - from
      if (window.endUs > watermarkUs) {
        if (window.endUs < this.dueUs) this.dueUs = window.endUs
      } else this.#noteLate(window, watermarkUs)
    }
    if (this.#early !== undefined) this.#answerEarlySamples(this.#early, slice, watermarkUs)
  }

  /** The first change after an answer says when all that come till then are answered. */
  #noteLate(window: AlignedWindow, watermarkUs: number): void {
    if (!window.isDirty || window.flushAtUs === Number.NEGATIVE_INFINITY) {
      window.isDirty = true
      window.flushAtUs = watermarkUs + this.#definition.lateFlushUs
    }
    this.dueUs = Math.min(this.dueUs, window.flushAtUs, window.endUs + this.#definition.allowedLatenessUs)
  }

  #answerEarlySamples({ everySamples }: EarlyTrigger, { windows }: Slice, watermarkUs: number): void {
    for (const window of windows) {
      if (window.isClosed || window.fresh < everySamples) continue
      if (window.endUs > watermarkUs) this.#answerEarly([window], watermarkUs)
      else window.fresh = 0
    }
  }

  #answerEarly(windows: Iterable<AlignedWindow>, watermarkUs: number): void {
    this.#state.isHeadNoted = true
    for (const window of windows) {
      if (window.fresh === 0 || window.endUs <= watermarkUs) continue
      this.#pending.push(this.#answer(window, 'EARLY', false))
      this.dueUs = Number.NEGATIVE_INFINITY
    }
  }

  settle(beforeUs: number, afterUs: number, bounds: Bounds, out: PaneSink): void {
    if (afterUs < this.dueUs) return
    this.dueUs = Number.POSITIVE_INFINITY
    for (const pane of this.#pending) out.pane(pane)
    this.#pending = []
    const finished: AlignedWindow[] = []
    const { allowedLatenessUs } = this.#definition
    for (const window of this.#state.windows.values()) {
      const { endUs } = window
      if (endUs > afterUs) {
        this.dueUs = Math.min(this.dueUs, endUs)
        continue
      }
      const isFinal = endUs + allowedLatenessUs <= afterUs
      if (window.isDirty && (isFinal || window.flushAtUs <= afterUs)) {
        if (!window.isAnswered) bounds.answered()
        out.pane(this.#answer(window, timingOf(endUs, beforeUs), isFinal))
      }
      if (isFinal) finished.push(window)
      else this.dueUs = Math.min(this.dueUs, endUs + allowedLatenessUs)
      if (window.isDirty) this.dueUs = Math.min(this.dueUs, window.flushAtUs)
    }
    // Before windows are forgotten: the empty ones after them carry their last value.
    this.#fillEmpty(beforeUs, afterUs, out)
    for (const window of finished) {
      // No watermark says that these are final once a source that has ended starts again.
      if (afterUs === Number.POSITIVE_INFINITY)
        this.#state.closedUs = Math.max(this.#state.closedUs, window.endUs)
      this.#state.close(window, bounds)
    }
  }

  #answer(window: AlignedWindow, timing: WindowPane['timing'], isFinal: boolean): WindowPane {
    // An answer of count 0 was its revision 0.
    if (window.revision < 0 && this.#state.empties.hasSaid(window.startUs)) window.revision = 0
    window.revision++
    window.fresh = 0
    if (timing !== 'EARLY') {
      window.isAnswered = true
      window.isDirty = false
      window.flushAtUs = Number.NEGATIVE_INFINITY
    }
    this.#state.windowChanges.note(window)
    const accumulator = this.#state.accumulatorOf(window)
    const { startUs, endUs, revision } = window
    const carryIn = this.#needsCarryIn ? this.#state.carryBefore(startUs) : undefined
    const aggregates = answerOf(this.#state.plan, accumulator, window, carryIn)
    const identity = { key: this.#key, window: this.#definition.name, startUs, endUs, revision }
    return paneOf(identity, timing, isFinal, accumulator, aggregates)
  }

  #fillEmpty(beforeUs: number, afterUs: number, out: PaneSink): void {
    const { emitEmpty, allowedLatenessUs, name } = this.#definition
    if (emitEmpty === undefined || this.#state.isRetired) return
    const { empties, windows, plan } = this.#state
    // A late window that waits for its flush has said nothing yet, and nothing may begin with it.
    const occupied = [...windows.values()].filter(({ isAnswered, endUs }) => isAnswered || endUs > afterUs)
    const starts = occupied.map(({ startUs }) => startUs).sort((a, b) => a - b)
    empties.fill(starts, afterUs, afterUs - allowedLatenessUs, emitEmpty.limit, (startUs, endUs, isGap) => {
      const identity = { key: this.#key, window: name, startUs, endUs, revision: 0 }
      const isFinal = endUs + allowedLatenessUs <= afterUs
      const aggregates = emptyAnswerOf(plan, identity, this.#state.carryBefore(startUs))
      const pane = paneOf(identity, timingOf(endUs, beforeUs), isFinal, NO_SAMPLES, aggregates)
      out.pane(isGap ? { ...pane, gap: true } : pane)
    })
    this.#state.isHeadNoted = true
    this.dueUs = Math.min(this.dueUs, empties.dueUs())
  }

  giveUp(bounds: Bounds): void {
    for (const window of [...this.#state.windows.values()]) {
      if (!window.isAnswered || window.isDirty) continue
      this.#state.closedUs = Math.max(this.#state.closedUs, window.endUs)
      this.#state.close(window, bounds)
      bounds.closedEarly++
    }
  }

  reshape(definition: WindowDefinition, watermarkUs: number): void {
    const finalUs = watermarkUs - this.#definition.allowedLatenessUs
    this.#state.closedUs = Math.max(this.#state.closedUs, finalUs)
    this.#state.isHeadNoted = true
    this.#definition = definition
    this.#setEarly()
    this.dueUs = Number.NEGATIVE_INFINITY
  }

  #setEarly(): void {
    const { early } = this.#definition
    this.#early = early === undefined ? undefined : new EarlyTrigger(early, this.#state)
  }

  retire(): void {
    this.#state.isRetired = true
    this.#state.isHeadNoted = true
  }

  takeCells(): Cell[] {
    return takeAligned(this.#state)
  }

  restore(cells: readonly Cell[], bounds: Bounds): void {
    readAligned(cells, this.#state)
    this.#state.restored(bounds)
    this.dueUs = Number.NEGATIVE_INFINITY
  }

  openWindows(limit: number): OpenWindowInfo[] {
    const { allowedLatenessUs } = this.#definition
    return [...this.#state.windows.values()]
      .sort((a, b) => a.startUs - b.startUs)
      .slice(0, limit)
      .map((window) => ({
        startUs: window.startUs,
        endUs: window.endUs,
        samples: window.slices.reduce((sum, { accumulator: { count, bad } }) => sum + count + bad, 0),
        revision: window.revision,
        waitsForUs: window.endUs + (window.isAnswered ? allowedLatenessUs : 0),
      }))
  }
}
