import type { Readings } from '../aggregate/add-run.ts'
import type { AggregatePlan } from '../aggregate/plan.ts'
import { answerOf, type CarryIn, lastOf, latestOf, needsCarryIn, timingOf } from './answers.ts'
import { Changes } from './changes.ts'
import { isQuarantined } from './column-runs.ts'
import type { WindowDefinition } from './definition.ts'
import { EarlyTrigger } from './early.ts'
import type { Bounds } from './engine-bounds.ts'
import type {
  KeyedContext,
  KeyedWindows,
  LocalCell,
  OpenWindowInfo,
  PaneSink,
  Refused,
} from './keyed-windows.ts'
import type { WindowPane, Withdrawal } from './pane.ts'
import { headCell, readSessions, type SessionHead, sessionKey, sessionText } from './session-cells.ts'
import { SessionJoins } from './session-joins.ts'
import { type Session, SessionList } from './session-list.ts'
import { SessionWaiting } from './session-waiting.ts'

/** Sessions of one key. */
export class SessionWindows implements KeyedWindows {
  dueUs = Number.POSITIVE_INFINITY
  readonly #key: string
  readonly #plan: AggregatePlan
  readonly #keepsCarry: boolean
  readonly #gapUs: number
  readonly #sessions = new SessionList()
  readonly #joins: SessionJoins
  readonly #changes = new Changes(sessionKey, sessionText)
  readonly #head: SessionHead
  #isHeadNoted = false
  /** Only where sessions are cut: there the order of samples decides, so they wait for the watermark. */
  readonly #waiting: SessionWaiting | undefined
  #definition: WindowDefinition
  #early: EarlyTrigger | undefined
  /** Early answers and withdrawals since the last settle. */
  #pending: WindowPane[] = []
  #withdrawals: Withdrawal[] = []
  /** Merged into others since they were last booked. */
  #gone: Session[] = []

  constructor({ key, definition, plan, unseenUs }: KeyedContext) {
    const kind = definition.window
    if (kind.type !== 'session') throw new TypeError(`${definition.name} has no sessions`)
    this.#key = key
    this.#plan = plan
    this.#definition = definition
    this.#gapUs = kind.gapUs
    this.#keepsCarry = needsCarryIn(plan)
    const none = Number.NEGATIVE_INFINITY
    const wholeFromUs = unseenUs + kind.gapUs
    this.#head = {
      closedUs: none,
      wholeFromUs,
      carry: undefined,
      isRetired: false,
      earlyUs: none,
      appliedUs: none,
    }
    this.#joins = new SessionJoins(kind, this.#sessions, plan, {
      beforeLeave: (session, survivor) => this.#leave(session, survivor),
    })
    this.#waiting = kind.maxDurationUs === undefined ? undefined : new SessionWaiting()
    this.#setEarly()
  }

  get isEmpty(): boolean {
    const isIdle = this.#pending.length === 0 && this.#withdrawals.length === 0
    return isIdle && this.#sessions.all.length === 0 && this.#waiting?.isEmpty !== false
  }

  take(readings: Readings, watermarkUs: number, bounds: Bounds): Refused {
    const refused: Refused = { late: [], noRoom: [] }
    const { timesUs } = readings.column
    if (this.#waiting === undefined) {
      this.#takeRange(readings, 0, timesUs.length, watermarkUs, bounds, refused)
      return refused
    }
    for (let index = 0; index < timesUs.length; index++) {
      if (isQuarantined(readings.column, index)) continue
      if ((timesUs[index] as number) < Math.max(watermarkUs, this.#waiting.appliedUs))
        this.#takeRange(readings, index, index + 1, watermarkUs, bounds, refused)
      else if (this.#head.isRetired && this.#sessions.all.length === 0 && this.#waiting.isEmpty)
        refused.late.push({ from: index, to: index + 1 })
      else if (!this.#waiting.add(readings, index, bounds))
        refused.noRoom.push({ from: index, to: index + 1 })
    }
    this.dueUs = Math.min(this.dueUs, this.#waiting.dueUs)
    return refused
  }

  #takeRange(
    readings: Readings,
    from: number,
    to: number,
    watermarkUs: number,
    bounds: Bounds,
    refused: Refused,
  ): void {
    const { column } = readings
    for (let index = from; index < to; ) {
      if (isQuarantined(column, index)) {
        index++
        continue
      }
      const timeUs = column.timesUs[index] as number
      if (this.#early?.passes(timeUs) === true) this.#answerEarly(this.#sessions.all, watermarkUs)
      const session = this.#sessionFor(timeUs, watermarkUs, bounds)
      let end = index + 1
      if (session === 'late') refused.late.push({ from: index, to: end })
      else if (session === 'no room') refused.noRoom.push({ from: index, to: end })
      else {
        const room = this.#early === undefined ? to : index + this.#early.everySamples - session.fresh
        const stopUs = this.#early?.stopUs ?? Number.POSITIVE_INFINITY
        end = this.#joins.extend(session, column, index, Math.min(to, room), stopUs)
        this.#add(session, readings, index, end, watermarkUs)
      }
      index = end
    }
  }

  #sessionFor(timeUs: number, watermarkUs: number, bounds: Bounds): Session | 'late' | 'no room' {
    const joined = this.#joins.join(timeUs)
    for (const { isAnswered } of this.#gone) bounds.closed(isAnswered)
    this.#gone = []
    if (joined !== undefined) return joined
    const head = this.#head
    if (head.isRetired) return 'late'
    if (timeUs < head.wholeFromUs) {
      // It may belong to a session that began unseen, which then reaches on.
      head.wholeFromUs = Math.max(head.wholeFromUs, timeUs + this.#gapUs)
      this.#isHeadNoted = true
      return 'late'
    }
    const endUs = this.#joins.ownEndUs(timeUs)
    if (endUs <= head.closedUs || endUs + this.#definition.allowedLatenessUs <= watermarkUs) return 'late'
    return bounds.tryOpen() ? this.#joins.open(timeUs) : 'no room'
  }

  #leave(session: Session, survivor: Session | undefined): void {
    this.#changes.drop(session)
    session.isSaved = false
    session.isNoted = false
    if (survivor !== undefined) this.#gone.push(session)
    if (session.revision < 0) return
    this.#withdrawals.push({
      key: this.#key,
      window: this.#definition.name,
      startUs: session.startUs,
      endUs: session.saidEndUs,
      revision: session.revision + 1,
    })
    this.dueUs = Number.NEGATIVE_INFINITY
  }

  #add(session: Session, readings: Readings, from: number, to: number, watermarkUs: number): void {
    session.accumulator.addRun(readings, from, to)
    session.fresh += to - from
    this.#changes.note(session)
    const isLate = session.endUs <= watermarkUs
    // The first change after an answer says when all that come till then are answered.
    if (!isLate) session.flushAtUs = Number.NEGATIVE_INFINITY
    else if (!session.isDirty || session.flushAtUs === Number.NEGATIVE_INFINITY)
      session.flushAtUs = watermarkUs + this.#definition.lateFlushUs
    session.isDirty = true
    this.dueUs = Math.min(this.dueUs, isLate ? session.flushAtUs : session.endUs)
    if (this.#early !== undefined && session.fresh >= this.#early.everySamples)
      this.#answerEarly([session], watermarkUs)
  }

  #answerEarly(sessions: readonly Session[], watermarkUs: number): void {
    this.#isHeadNoted = true
    for (const session of sessions) {
      if (session.fresh > 0 && session.endUs > watermarkUs) {
        this.#pending.push(this.#answer(session, 'EARLY', false))
        this.dueUs = Number.NEGATIVE_INFINITY
      } else session.fresh = 0
    }
  }

  settle(beforeUs: number, afterUs: number, bounds: Bounds, out: PaneSink): void {
    if (afterUs < this.dueUs) return
    this.#applyWaiting(beforeUs, afterUs, bounds)
    this.dueUs = this.#waiting?.dueUs ?? Number.POSITIVE_INFINITY
    for (const withdrawal of this.#withdrawals) out.withdraw(withdrawal)
    for (const pane of this.#pending) out.pane(pane)
    this.#withdrawals = []
    this.#pending = []
    const { allowedLatenessUs } = this.#definition
    const finished: Session[] = []
    for (const session of this.#sessions.all) {
      const { endUs } = session
      if (endUs > afterUs) {
        this.dueUs = Math.min(this.dueUs, endUs)
        continue
      }
      const isFinal = endUs + allowedLatenessUs <= afterUs
      if (session.isDirty && (isFinal || session.flushAtUs <= afterUs)) {
        if (!session.isAnswered) bounds.answered()
        out.pane(this.#answer(session, timingOf(endUs, beforeUs), isFinal))
      }
      if (isFinal) finished.push(session)
      else this.dueUs = Math.min(this.dueUs, endUs + allowedLatenessUs)
      if (session.isDirty) this.dueUs = Math.min(this.dueUs, session.flushAtUs)
    }
    for (const session of finished) this.#close(session, afterUs === Number.POSITIVE_INFINITY, bounds)
  }

  /** On-time samples take effect in event order once the watermark has passed them. */
  #applyWaiting(beforeUs: number, afterUs: number, bounds: Bounds): void {
    // What is refused here had passed as on time, and is final by no watermark: only by retiring or the bound.
    const refused: Refused = { late: [], noRoom: [] }
    this.#waiting?.apply(afterUs, bounds, (readings, from, to) =>
      this.#takeRange(readings, from, to, beforeUs, bounds, refused),
    )
  }

  #answer(session: Session, timing: WindowPane['timing'], isFinal: boolean): WindowPane {
    const { startUs, endUs, accumulator } = session
    session.revision++
    session.fresh = 0
    session.saidEndUs = endUs
    if (timing !== 'EARLY') {
      session.isAnswered = true
      session.isDirty = false
      session.flushAtUs = Number.NEGATIVE_INFINITY
    }
    this.#changes.note(session)
    const carryIn = this.#keepsCarry ? this.#carryBefore(startUs) : undefined
    return {
      key: this.#key,
      window: this.#definition.name,
      startUs,
      endUs,
      revision: session.revision,
      timing,
      isFinal,
      count: accumulator.count,
      bad: accumulator.bad,
      uncertain: accumulator.uncertain,
      aggregates: answerOf(this.#plan, accumulator, session, carryIn),
    }
  }

  #carryBefore(startUs: number): CarryIn | undefined {
    const { carry } = this.#head
    let latest = carry !== undefined && carry.timeUs < startUs ? carry : undefined
    for (const session of this.#sessions.all) {
      if (session.startUs < startUs) latest = latestOf(latest, lastOf(session.accumulator))
    }
    return latest
  }

  #close(session: Session, staysClosed: boolean, bounds: Bounds): void {
    // No watermark says that it is final once a source that has ended starts again, or before its time.
    if (staysClosed) this.#head.closedUs = Math.max(this.#head.closedUs, session.endUs)
    if (this.#keepsCarry) this.#head.carry = latestOf(this.#head.carry, lastOf(session.accumulator))
    if (staysClosed || this.#keepsCarry) this.#isHeadNoted = true
    this.#sessions.remove(session)
    this.#changes.drop(session)
    bounds.closed(session.isAnswered)
  }

  giveUp(bounds: Bounds): void {
    for (const session of [...this.#sessions.all]) {
      if (!session.isAnswered || session.isDirty) continue
      this.#close(session, true, bounds)
      bounds.closedEarly++
    }
  }

  reshape(definition: WindowDefinition, watermarkUs: number): void {
    const finalUs = watermarkUs - this.#definition.allowedLatenessUs
    this.#head.closedUs = Math.max(this.#head.closedUs, finalUs)
    this.#isHeadNoted = true
    this.#definition = definition
    this.#setEarly()
    this.dueUs = Number.NEGATIVE_INFINITY
  }

  #setEarly(): void {
    const { early } = this.#definition
    this.#early = early === undefined ? undefined : new EarlyTrigger(early, this.#head)
  }

  retire(): void {
    this.#head.isRetired = true
    this.#isHeadNoted = true
  }

  takeCells(): LocalCell[] {
    const cells = [...this.#changes.take(), ...(this.#waiting?.takeCells() ?? [])]
    if (this.#waiting !== undefined && this.#waiting.appliedUs !== this.#head.appliedUs) {
      this.#head.appliedUs = this.#waiting.appliedUs
      this.#isHeadNoted = true
    }
    if (this.#isHeadNoted) cells.push(headCell(this.#head))
    this.#isHeadNoted = false
    return cells
  }

  restore(cells: readonly LocalCell[], bounds: Bounds): void {
    const sessions = readSessions(cells, this.#head, this.#plan)
    for (const session of sessions) this.#sessions.insert(session)
    bounds.restored(sessions.length, sessions.filter(({ isAnswered }) => isAnswered).length, 0)
    this.#waiting?.restore(cells, this.#head.appliedUs, bounds)
    this.dueUs = Number.NEGATIVE_INFINITY
  }

  openWindows(limit: number): OpenWindowInfo[] {
    const { allowedLatenessUs } = this.#definition
    return this.#sessions.all.slice(0, limit).map((session) => ({
      startUs: session.startUs,
      endUs: session.endUs,
      samples: session.accumulator.count + session.accumulator.bad,
      revision: session.revision,
      waitsForUs: session.endUs + (session.isDirty ? 0 : allowedLatenessUs),
    }))
  }
}
