import type { Accumulator } from '../aggregate/plan.ts'
import type { Tracked } from './changes.ts'

/** A session that is not final. */
export interface Session extends Tracked {
  /** Time of the first sample. */
  startUs: number
  /** Time of the last sample. */
  lastUs: number
  /** The gap after the last sample, or the cut. */
  endUs: number
  accumulator: Accumulator
  /** Of the last answer under this start; -1 when there was none. */
  revision: number
  /** The end that the last answer named. */
  saidEndUs: number
  /** It is booked as answered. */
  isAnswered: boolean
  /** Samples came since it last answered on time or late. */
  isDirty: boolean
  /** The watermark at which a late change is answered; -Infinity at once. */
  flushAtUs: number
  /** Samples since it last answered at all. */
  fresh: number
}

export function newSession(timeUs: number, endUs: number, accumulator: Accumulator): Session {
  return {
    startUs: timeUs,
    lastUs: timeUs,
    endUs,
    accumulator,
    revision: -1,
    saidEndUs: endUs,
    isAnswered: false,
    isDirty: true,
    flushAtUs: Number.NEGATIVE_INFINITY,
    fresh: 0,
    isNoted: false,
    isSaved: false,
  }
}

/** The sessions of one key by time; no two overlap. Most keys have one or two, so a search from the end is the fastest. */
export class SessionList {
  readonly all: Session[] = []

  /** Index of the last session that starts at or before an instant; -1 when none does. */
  indexAt(timeUs: number): number {
    let index = this.all.length - 1
    while (index >= 0 && (this.all[index] as Session).startUs > timeUs) index--
    return index
  }

  insert(session: Session): void {
    this.all.splice(this.indexAt(session.startUs) + 1, 0, session)
  }

  after(session: Session): Session | undefined {
    return this.all[this.all.indexOf(session) + 1]
  }

  remove(session: Session): void {
    this.all.splice(this.all.indexOf(session), 1)
  }
}
