import type { Readings } from '../aggregate/readings.ts'
import type { Cell } from '../checkpoint/cell.ts'
import { timingOf } from './answers.ts'
import { isQuarantined } from './column-runs.ts'
import type { WindowDefinition } from './definition.ts'
import type { Bounds } from './engine-bounds.ts'
import type { KeyedContext, KeyedWindows, OpenWindowInfo, PaneSink, Refused } from './keyed-windows.ts'
import { sizeOfRuns } from './runs.ts'
import { headCell, readSessions } from './session-cells.ts'
import { type RefusedRuns, SessionIntake } from './session-intake.ts'
import type { Session } from './session-list.ts'
import { SessionState } from './session-state.ts'
import { SessionWaiting } from './session-waiting.ts'

/** Sessions of one key. */
export class SessionWindows implements KeyedWindows {
  readonly #state: SessionState
  readonly #intake: SessionIntake
  /** Only where sessions are cut: there the order of samples decides, so they wait for the watermark. */
  readonly #waiting: SessionWaiting | undefined

  constructor(context: KeyedContext) {
    const kind = context.definition.window
    if (kind.type !== 'session') throw new TypeError(`${context.definition.name} has no sessions`)
    this.#state = new SessionState(context, kind.gapUs)
    this.#intake = new SessionIntake(kind, this.#state)
    this.#waiting = kind.maxDurationUs === undefined ? undefined : new SessionWaiting()
  }

  get dueUs(): number {
    return Math.min(this.#state.dueUs, this.#waiting?.dueUs ?? Number.POSITIVE_INFINITY)
  }

  get isEmpty(): boolean {
    const { list, panes, withdrawals } = this.#state
    const isSilent = panes.length === 0 && withdrawals.length === 0
    return isSilent && list.all.length === 0 && this.#waiting?.isEmpty !== false
  }

  take(readings: Readings, watermarkUs: number, bounds: Bounds): Refused {
    const refused: RefusedRuns = { late: [], noRoom: [] }
    const { length } = readings.column.timesUs
    if (this.#waiting === undefined) this.#intake.take(readings, 0, length, watermarkUs, bounds, refused)
    else this.#takeOrWait(this.#waiting, readings, watermarkUs, bounds, refused)
    return refused
  }

  #takeOrWait(
    waiting: SessionWaiting,
    readings: Readings,
    watermarkUs: number,
    bounds: Bounds,
    refused: RefusedRuns,
  ): void {
    const { column } = readings
    const { head, list } = this.#state
    const appliedUs = Math.max(watermarkUs, waiting.appliedUs)
    for (let index = 0; index < column.timesUs.length; index++) {
      if (isQuarantined(column, index)) continue
      const run = { from: index, to: index + 1 }
      if ((column.timesUs[index] as number) < appliedUs)
        this.#intake.take(readings, run.from, run.to, watermarkUs, bounds, refused)
      else if (head.isRetired && list.all.length === 0 && waiting.isEmpty) refused.late.push(run)
      else if (!waiting.add(readings, index, bounds)) refused.noRoom.push(run)
    }
  }

  settle(beforeUs: number, afterUs: number, bounds: Bounds, out: PaneSink): void {
    if (afterUs < this.dueUs) return
    const state = this.#state
    this.#applyWaiting(beforeUs, afterUs, bounds)
    state.dueUs = Number.POSITIVE_INFINITY
    for (const withdrawal of state.withdrawals) out.withdraw(withdrawal)
    for (const pane of state.panes) out.pane(pane)
    state.withdrawals = []
    state.panes = []
    const finished: Session[] = []
    for (const session of state.list.all) {
      if (this.#answerDue(session, beforeUs, afterUs, bounds, out)) finished.push(session)
    }
    for (const session of finished) state.close(session, afterUs === Number.POSITIVE_INFINITY, bounds)
  }

  /** Answers for a session where it is time, and tells whether it is final. */
  #answerDue(session: Session, beforeUs: number, afterUs: number, bounds: Bounds, out: PaneSink): boolean {
    const state = this.#state
    const { endUs } = session
    if (endUs > afterUs) {
      state.isDueBy(endUs)
      return false
    }
    const finalUs = endUs + state.definition.allowedLatenessUs
    const isFinal = finalUs <= afterUs
    if (session.isDirty && (isFinal || session.flushAtUs <= afterUs)) {
      if (!session.isAnswered) bounds.answered()
      out.pane(state.answer(session, timingOf(endUs, beforeUs), isFinal))
    }
    if (!isFinal) state.isDueBy(session.isDirty ? Math.min(session.flushAtUs, finalUs) : finalUs)
    return isFinal
  }

  /** On-time samples take effect in event order once the watermark has passed them. */
  #applyWaiting(beforeUs: number, afterUs: number, bounds: Bounds): void {
    const refused: RefusedRuns = { late: [], noRoom: [] }
    this.#waiting?.apply(afterUs, bounds, (readings, from, to) =>
      this.#intake.take(readings, from, to, beforeUs, bounds, refused),
    )
    // They had passed as on time: only a bound, or the end of the definition, is in their way.
    const { isRetired } = this.#state.head
    bounds.dropped(sizeOfRuns(refused.noRoom) + (isRetired ? 0 : sizeOfRuns(refused.late)))
  }

  giveUp(bounds: Bounds): void {
    for (const session of [...this.#state.list.all]) {
      if (!session.isAnswered || session.isDirty) continue
      this.#state.close(session, true, bounds)
      bounds.closedEarly++
    }
  }

  reshape(definition: WindowDefinition, watermarkUs: number): void {
    const { head } = this.#state
    head.closedUs = Math.max(head.closedUs, watermarkUs - this.#state.definition.allowedLatenessUs)
    this.#state.isHeadNoted = true
    this.#state.define(definition)
    this.#state.isDueBy(Number.NEGATIVE_INFINITY)
  }

  retire(): void {
    this.#state.head.isRetired = true
    this.#state.isHeadNoted = true
  }

  takeCells(): Cell[] {
    const state = this.#state
    const cells = [...state.changes.take(), ...(this.#waiting?.takeCells() ?? [])]
    if (this.#waiting !== undefined && this.#waiting.appliedUs !== state.head.appliedUs) {
      state.head.appliedUs = this.#waiting.appliedUs
      state.isHeadNoted = true
    }
    if (state.isHeadNoted) cells.push(headCell(state.head))
    state.isHeadNoted = false
    return cells
  }

  restore(cells: readonly Cell[], bounds: Bounds): void {
    const { head, list, context } = this.#state
    const sessions = readSessions(cells, head, context.plan)
    for (const session of sessions) list.insert(session)
    bounds.restored(sessions.length, sessions.filter(({ isAnswered }) => isAnswered).length, 0)
    this.#waiting?.restore(cells, head.appliedUs, bounds)
    this.#state.isDueBy(Number.NEGATIVE_INFINITY)
  }

  openWindows(limit: number): OpenWindowInfo[] {
    const { allowedLatenessUs } = this.#state.definition
    return this.#state.list.all.slice(0, limit).map((session) => ({
      startUs: session.startUs,
      endUs: session.endUs,
      samples: session.accumulator.count + session.accumulator.bad,
      revision: session.revision,
      waitsForUs: session.endUs + (session.isDirty ? 0 : allowedLatenessUs),
    }))
  }
}
