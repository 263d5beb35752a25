import { answerOf, type CarryIn, lastOf, latestOf, needsCarryIn, paneOf } from './answers.ts'
import { Changes } from './changes.ts'
import type { WindowDefinition } from './definition.ts'
import { EarlyTrigger } from './early.ts'
import type { Bounds } from './engine-bounds.ts'
import type { KeyedContext } from './keyed-windows.ts'
import type { WindowPane, Withdrawal } from './pane.ts'
import { type SessionHead, sessionKey, sessionText } from './session-cells.ts'
import { type Session, SessionList } from './session-list.ts'

/** The sessions of one key, and what they have to say. */
export class SessionState {
  readonly context: KeyedContext
  readonly list = new SessionList()
  readonly changes = new Changes(sessionKey, sessionText)
  readonly head: SessionHead
  readonly #keepsCarry: boolean
  isHeadNoted = false
  definition: WindowDefinition
  early: EarlyTrigger | undefined
  /** The next watermark at which something is to be done. */
  dueUs = Number.POSITIVE_INFINITY
  /** Early answers and withdrawals since the last settle. */
  panes: WindowPane[] = []
  withdrawals: Withdrawal[] = []

  constructor(context: KeyedContext, gapUs: number) {
    const none = Number.NEGATIVE_INFINITY
    this.context = context
    this.#keepsCarry = needsCarryIn(context.plan)
    this.head = {
      closedUs: none,
      wholeFromUs: context.unseenUs + gapUs,
      carry: undefined,
      isRetired: false,
      earlyUs: none,
      appliedUs: none,
    }
    this.definition = context.definition
    this.define(context.definition)
  }

  define(definition: WindowDefinition): void {
    this.definition = definition
    const { early } = definition
    this.early = early === undefined ? undefined : new EarlyTrigger(early, this.head)
  }

  isDueBy(us: number): void {
    if (us < this.dueUs) this.dueUs = us
  }

  answerEarly(sessions: readonly Session[], watermarkUs: number): void {
    this.isHeadNoted = true
    for (const session of sessions) {
      if (session.fresh > 0 && session.endUs > watermarkUs) {
        this.panes.push(this.answer(session, 'EARLY', false))
        this.isDueBy(Number.NEGATIVE_INFINITY)
      } else session.fresh = 0
    }
  }

  answer(session: Session, timing: WindowPane['timing'], isFinal: boolean): WindowPane {
    const { startUs, endUs, accumulator } = session
    session.revision++
    session.fresh = 0
    session.saidEndUs = endUs
    if (timing !== 'EARLY') {
      session.isAnswered = true
      session.isDirty = false
      session.flushAtUs = Number.NEGATIVE_INFINITY
    }
    this.changes.note(session)
    const carryIn = this.#keepsCarry ? this.#carryBefore(startUs) : undefined
    const { key, plan } = this.context
    const identity = { key, window: this.definition.name, startUs, endUs, revision: session.revision }
    return paneOf(identity, timing, isFinal, accumulator, answerOf(plan, accumulator, session, carryIn))
  }

  #carryBefore(startUs: number): CarryIn | undefined {
    const { carry } = this.head
    let latest = carry !== undefined && carry.timeUs < startUs ? carry : undefined
    for (const session of this.list.all) {
      if (session.startUs < startUs) latest = latestOf(latest, lastOf(session.accumulator))
    }
    return latest
  }

  /** What was said of a session under this start is true no more. */
  withdraw({ startUs, saidEndUs, revision }: Session): void {
    if (revision < 0) return
    const { key } = this.context
    this.withdrawals.push({
      key,
      window: this.definition.name,
      startUs,
      endUs: saidEndUs,
      revision: revision + 1,
    })
    this.isDueBy(Number.NEGATIVE_INFINITY)
  }

  /**
   * Forgets a session.
   *
   * @param staysClosed no watermark says that it is final: a source that has ended may start again, or it is given up
   */
  close(session: Session, staysClosed: boolean, bounds: Bounds): void {
    if (staysClosed) this.head.closedUs = Math.max(this.head.closedUs, session.endUs)
    if (this.#keepsCarry) this.head.carry = latestOf(this.head.carry, lastOf(session.accumulator))
    if (staysClosed || this.#keepsCarry) this.isHeadNoted = true
    this.list.remove(session)
    this.changes.drop(session)
    bounds.closed(session.isAnswered)
  }
}
