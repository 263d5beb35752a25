import type { Readings } from '../aggregate/readings.ts'
import { isQuarantined } from './column-runs.ts'
import type { WindowKind } from './definition.ts'
import type { Bounds } from './engine-bounds.ts'
import type { Run } from './runs.ts'
import { SessionJoins } from './session-joins.ts'
import type { Session } from './session-list.ts'
import type { SessionState } from './session-state.ts'

/** Where samples go that no session takes. */
export interface RefusedRuns {
  readonly late: Run[]
  readonly noRoom: Run[]
}

/** Puts samples into sessions, in runs. */
export class SessionIntake {
  readonly #state: SessionState
  readonly #joins: SessionJoins
  readonly #gapUs: number
  /** Merged into others, and not yet booked. */
  #gone: Session[] = []

  constructor(kind: Extract<WindowKind, { type: 'session' }>, state: SessionState) {
    this.#state = state
    this.#gapUs = kind.gapUs
    this.#joins = new SessionJoins(kind, state.list, state.context.plan, {
      beforeLeave: (session, survivor) => this.#leave(session, survivor),
    })
  }

  /** Samples `from` (inclusive) to `to` (exclusive) of a column. */
  take(
    readings: Readings,
    from: number,
    to: number,
    watermarkUs: number,
    bounds: Bounds,
    refused: RefusedRuns,
  ): void {
    const { column } = readings
    const { early, list } = this.#state
    for (let index = from; index < to; ) {
      if (isQuarantined(column, index)) {
        index++
        continue
      }
      const timeUs = column.timesUs[index] as number
      if (early?.passes(timeUs) === true) this.#state.answerEarly(list.all, watermarkUs)
      const session = this.#sessionFor(timeUs, watermarkUs, bounds)
      let end = index + 1
      if (session === 'late') refused.late.push({ from: index, to: end })
      else if (session === 'no room') refused.noRoom.push({ from: index, to: end })
      else {
        const room = early === undefined ? to : index + early.everySamples - session.fresh
        const stopUs = early?.stopUs ?? Number.POSITIVE_INFINITY
        end = this.#joins.extend(session, column, index, Math.min(to, room), stopUs)
        this.#add(session, readings, index, end, watermarkUs)
      }
      index = end
    }
  }

  #sessionFor(timeUs: number, watermarkUs: number, bounds: Bounds): Session | 'late' | 'no room' {
    if (this.#isClosed(timeUs)) return 'late'
    const joined = this.#joins.join(timeUs)
    for (const { isAnswered } of this.#gone) bounds.closed(isAnswered)
    this.#gone = []
    if (joined !== undefined) return joined
    const { head, definition } = this.#state
    if (head.isRetired) return 'late'
    if (timeUs < head.wholeFromUs) {
      // It may belong to a session that began unseen, which then reaches on.
      head.wholeFromUs = Math.max(head.wholeFromUs, timeUs + this.#gapUs)
      this.#state.isHeadNoted = true
      return 'late'
    }
    const endUs = this.#joins.ownEndUs(timeUs)
    if (endUs <= head.closedUs || endUs + definition.allowedLatenessUs <= watermarkUs) return 'late'
    return bounds.tryOpen() ? this.#joins.open(timeUs) : 'no room'
  }

  /** What an end has closed stays closed: no session of a source that starts again reaches back into it. */
  #isClosed(timeUs: number): boolean {
    const { head, list } = this.#state
    if (this.#joins.ownEndUs(timeUs) > head.closedUs) return false
    return ![...list.all].some(({ startUs, endUs }) => startUs <= timeUs && timeUs < endUs)
  }

  /** Before a session changes its start, or goes into another. */
  #leave(session: Session, survivor: Session | undefined): void {
    this.#state.changes.drop(session)
    session.isSaved = false
    session.isNoted = false
    if (survivor !== undefined) this.#gone.push(session)
    this.#state.withdraw(session)
  }

  #add(session: Session, readings: Readings, from: number, to: number, watermarkUs: number): void {
    const { changes, definition, early } = this.#state
    session.accumulator.addRun(readings, from, to)
    session.fresh += to - from
    changes.note(session)
    const isLate = session.endUs <= watermarkUs
    // The first change after an answer says when all that come till then are answered.
    if (!isLate) session.flushAtUs = Number.NEGATIVE_INFINITY
    else if (!session.isDirty || session.flushAtUs === Number.NEGATIVE_INFINITY)
      session.flushAtUs = watermarkUs + definition.lateFlushUs
    session.isDirty = true
    const finalUs = session.endUs + definition.allowedLatenessUs
    this.#state.isDueBy(isLate ? Math.min(session.flushAtUs, finalUs) : session.endUs)
    if (early !== undefined && session.fresh >= early.everySamples)
      this.#state.answerEarly([session], watermarkUs)
  }
}
