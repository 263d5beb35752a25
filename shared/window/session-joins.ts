import type { AggregatePlan } from '../aggregate/plan.ts'
import type { Column } from '../frame/frame.ts'
import { isQuarantined } from './column-runs.ts'
import type { WindowKind } from './definition.ts'
import { newSession, type Session, type SessionList } from './session-list.ts'

/** What joining does besides growing sessions. */
export interface JoinEffects {
  /** Before a session gets another identity or goes; `survivor` is the one that it goes into. */
  beforeLeave(session: Session, survivor: Session | undefined): void
}

/**
 * Which session a sample is in. A sample opens [t, t + gap); what overlaps is one session, what touches is not.
 *
 * A session ends at the latest `maxDuration` after its start, so sessions whose union would be longer stay apart,
 * and the earlier one ends where the later one starts. Samples that come in event order therefore cut a session
 * at its own first sample and nowhere else; a late one joins what is there and never moves a cut.
 */
export class SessionJoins {
  readonly #gapUs: number
  readonly #maxDurationUs: number
  readonly #sessions: SessionList
  readonly #plan: AggregatePlan
  readonly #effects: JoinEffects

  constructor(
    kind: Extract<WindowKind, { type: 'session' }>,
    sessions: SessionList,
    plan: AggregatePlan,
    effects: JoinEffects,
  ) {
    this.#gapUs = kind.gapUs
    this.#maxDurationUs = kind.maxDurationUs ?? Number.POSITIVE_INFINITY
    this.#sessions = sessions
    this.#plan = plan
    this.#effects = effects
  }

  /** Where a session that this sample opens ends. */
  ownEndUs(timeUs: number): number {
    return timeUs + Math.min(this.#gapUs, this.#maxDurationUs)
  }

  /** The session that a sample joins, grown by it and merged with those it reaches; undefined when it joins none. */
  join(timeUs: number): Session | undefined {
    const { all } = this.#sessions
    const index = this.#sessions.indexAt(timeUs)
    const before = all[index]
    if (before !== undefined && timeUs < before.endUs) {
      if (timeUs > before.lastUs) before.lastUs = timeUs
      this.#grow(before)
      return before
    }
    const after = all[index + 1]
    if (after === undefined || after.startUs >= timeUs + this.#gapUs) return undefined
    if (after.lastUs - timeUs >= this.#maxDurationUs) return undefined
    this.#effects.beforeLeave(after, undefined)
    after.startUs = timeUs
    after.revision = -1
    this.#grow(after)
    return after
  }

  /** A session of this sample alone. */
  open(timeUs: number): Session {
    const session = newSession(timeUs, this.ownEndUs(timeUs), this.#plan.create())
    this.#sessions.insert(session)
    this.#grow(session)
    return session
  }

  /** Moves the end to where samples and limits put it, taking in the sessions that it reaches. */
  #grow(session: Session): void {
    for (;;) {
      session.endUs = Math.min(session.lastUs + this.#gapUs, session.startUs + this.#maxDurationUs)
      const next = this.#sessions.after(session)
      if (next === undefined || next.startUs >= session.endUs) return
      if (next.lastUs - session.startUs >= this.#maxDurationUs) {
        session.endUs = next.startUs
        return
      }
      this.#effects.beforeLeave(next, session)
      this.#sessions.remove(next)
      session.accumulator = this.#plan.merge(session.accumulator, next.accumulator)
      session.lastUs = Math.max(session.lastUs, next.lastUs)
      session.fresh += next.fresh
    }
  }

  /**
   * The end of a run of samples after `from`, at most `to`, that only prolong their session: none comes before its
   * start or after its end, reaches the next session, is quarantined or gets to `stopUs`.
   */
  extend(session: Session, column: Column, from: number, to: number, stopUs: number): number {
    const { startUs } = session
    const { timesUs } = column
    const cutUs = startUs + this.#maxDurationUs
    const nextUs = this.#sessions.after(session)?.startUs ?? Number.POSITIVE_INFINITY
    let { lastUs, endUs } = session
    let index = from + 1
    for (; index < to; index++) {
      const timeUs = timesUs[index] as number
      if (timeUs < startUs || timeUs >= endUs || timeUs >= stopUs || isQuarantined(column, index)) break
      if (timeUs <= lastUs) continue
      const grownUs = Math.min(timeUs + this.#gapUs, cutUs)
      if (grownUs > nextUs) break
      lastUs = timeUs
      endUs = grownUs
    }
    session.lastUs = lastUs
    session.endUs = endUs
    return index
  }
}
