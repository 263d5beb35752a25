import { parseDurationUs } from '../time/duration.ts'
import { nameIssue, reasonIssue, refuseIf, timeIssue } from './request-check.ts'

/** The clocks of a machine, read together. */
export interface ClockReading {
  /** Wall clock, microseconds since 1970 UTC: anybody may set it. */
  readonly wallUs: number
  /** Microseconds since some instant of this boot; nobody can set it. */
  readonly monotonicUs: number
  /** Differs for each boot, as `/proc/sys/kernel/random/boot_id` does. */
  readonly bootId: string
}

/** A person's or an outside witness's word that the wall clock was right. */
export interface ClockConfirmation {
  readonly confirmedBy: string
  readonly reason: string
}

/** Time as far as it can be believed: plain JSON, to be stored after each reading. */
export interface TrustedTime {
  readonly reading: ClockReading
  /** Confirmed time, what the monotonic clock has counted since, and what was believed of the times between boots. */
  readonly trustedUs: number
  /** How much of it was believed since the last confirmation, and is proven by nothing. */
  readonly unprovenUs: number
  /** The last one, and by how much it moved the trusted time. */
  readonly confirmation?: ClockConfirmation & { readonly atUs: number; readonly stepUs: number }
}

/**
 * Time that a machine says it was off, in all since the last confirmation, is believed up to this: weekends of a quarter
 * are 26 days. It is a total, so that many boots prove no more than one.
 */
export const UNPROVEN_US_MAX = parseDurationUs('31d')

/**
 * Takes a reading of the clocks. Within a boot the trusted time goes on with the monotonic clock alone. Over a boot it goes
 * on to the wall clock if what is left of `UNPROVEN_US_MAX` allows it, and otherwise not at all: half of a jump is no truth.
 * It never goes back.
 *
 * @param before undefined for the first reading ever, which is trusted for nothing until it is confirmed
 */
export function observeClock(before: TrustedTime | undefined, reading: ClockReading): TrustedTime {
  if (before === undefined) return { reading, trustedUs: reading.wallUs, unprovenUs: 0 }
  if (before.reading.bootId === reading.bootId) {
    // A monotonic clock that went back would otherwise count the same time twice.
    const monotonicUs = Math.max(before.reading.monotonicUs, reading.monotonicUs)
    const trustedUs = before.trustedUs + monotonicUs - before.reading.monotonicUs
    return { ...before, reading: { ...reading, monotonicUs }, trustedUs }
  }
  const offUs = Math.max(0, reading.wallUs - before.trustedUs)
  const believedUs = before.unprovenUs + offUs <= UNPROVEN_US_MAX ? offUs : 0
  return {
    ...before,
    reading,
    trustedUs: before.trustedUs + believedUs,
    unprovenUs: before.unprovenUs + believedUs,
  }
}

/**
 * Somebody vouches for the wall clock of this reading. The trusted time becomes that time, forward or back; who, why and by how
 * much it moved are kept, for the audit trail.
 *
 * @throws GenbaError `GENBA_CLOCK_CONFIRMATION` (an empty name or reason, a time that is none)
 */
export function confirmClock(
  before: TrustedTime | undefined,
  reading: ClockReading,
  { confirmedBy, reason }: ClockConfirmation,
): TrustedTime {
  refuseIf('GENBA_CLOCK_CONFIRMATION', 'the confirmation of the clock is refused', [
    nameIssue('confirmedBy', confirmedBy),
    reasonIssue('reason', reason),
    timeIssue('wallUs', reading.wallUs),
  ])
  const { trustedUs, reading: taken } = observeClock(before, reading)
  const { wallUs } = reading
  return {
    reading: taken,
    trustedUs: wallUs,
    unprovenUs: 0,
    confirmation: { confirmedBy, reason, atUs: wallUs, stepUs: wallUs - trustedUs },
  }
}

/** What decisions may know of time, microseconds since 1970 UTC. */
export interface RetentionClock {
  /** False until the first confirmation: then no term is over. */
  readonly isConfirmed: boolean
  /** Surely reached: only this ends a duty. */
  readonly provenUs: number
  /** Believed to be reached: this ends a `keepAtMost`. */
  readonly trustedUs: number
  /** For explanations alone. */
  readonly wallUs: number
}

/** Both clocks must agree that a time has come, so the earlier one counts. */
export function retentionClock({ reading, ...time }: TrustedTime): RetentionClock {
  const { wallUs } = reading
  return {
    isConfirmed: time.confirmation !== undefined,
    provenUs: Math.min(wallUs, time.trustedUs - time.unprovenUs),
    trustedUs: Math.min(wallUs, time.trustedUs),
    wallUs,
  }
}

/** The time to stamp received data with: the later of both clocks, since data that is thought too young stays too long. */
export const receiptUs = ({ reading, trustedUs }: TrustedTime): number => Math.max(reading.wallUs, trustedUs)
