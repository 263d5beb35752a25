import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ClockReading,
  confirmClock,
  observeClock,
  receiptUs,
  retentionClock,
  type TrustedTime,
  UNPROVEN_US_MAX,
} from '../../../shared/retention/trusted-time.ts'
import { DAY_US, day } from './run.ts'

/** Days of the wall clock and of the monotonic clock. */
const reading = (wall: number, monotonic: number, bootId = 'a'): ClockReading => ({
  wallUs: day(wall),
  monotonicUs: monotonic * DAY_US,
  bootId,
})
const word = { confirmedBy: 'mari@plant', reason: 'compared with the radio clock' }
const confirmed = confirmClock(undefined, reading(0, 0), word)
const days = (timeUs: number) => (timeUs - day(0)) / DAY_US
const seen = (time: TrustedTime, ...readings: readonly ClockReading[]) =>
  readings.reduce<TrustedTime>(observeClock, time)
const clockDays = (time: TrustedTime) => {
  const { provenUs, trustedUs } = retentionClock(time)
  return [days(provenUs), days(trustedUs)]
}

describe('trusted time', () => {
  it('is worth nothing before somebody has confirmed the clock', () => {
    const first = observeClock(undefined, reading(0, 0))
    expect(retentionClock(first).isConfirmed).toBe(false)
    expect(retentionClock(confirmClock(first, reading(0, 1), word)).isConfirmed).toBe(true)
  })

  it('goes on with the clocks while they agree', () => {
    expect(clockDays(seen(confirmed, reading(1, 1), reading(30, 30)))).toEqual([30, 30])
  })

  it('does not follow a jump forward within a boot', () => {
    expect(clockDays(seen(confirmed, reading(1, 1), reading(3651, 1), reading(3652, 2)))).toEqual([2, 2])
  })

  it('waits while the wall clock is behind, and is right again when that is', () => {
    expect(clockDays(seen(confirmed, reading(-20_000, 5)))).toEqual([-20_000, -20_000])
    expect(clockDays(seen(confirmed, reading(-20_000, 5), reading(6, 6)))).toEqual([6, 6])
  })

  it('does not count a monotonic clock twice that went back', () => {
    expect(clockDays(seen(confirmed, reading(9, 5), reading(9, 3), reading(9, 5)))).toEqual([5, 5])
  })

  it('believes that a machine was off, which proves nothing', () => {
    const monday = seen(confirmed, reading(5, 5), reading(7.5, 0, 'b'))
    expect(clockDays(monday)).toEqual([5, 7.5])
    expect(clockDays(seen(monday, reading(8.5, 1, 'b')))).toEqual([6, 8.5])
  })

  it('believes no more of it than its bound, however many boots there are, and no part of a jump', () => {
    const off = (time: TrustedTime, wall: number, boot: number) =>
      seen(time, reading(wall, 0, `boot ${boot}`))
    let time = confirmed
    for (let boot = 1; boot <= 10; boot++) time = off(time, boot * 10, boot)
    expect(clockDays(time)).toEqual([0, 30])
    expect(clockDays(off(confirmed, UNPROVEN_US_MAX / DAY_US, 1))).toEqual([0, 31])
    expect(clockDays(off(confirmed, 32, 1))).toEqual([0, 0])
  })

  it('makes up at the next boot for a time off that the wall clock did not know at the last', () => {
    // A gateway without a battery: it starts at the time of its shutdown, and the network sets it right later.
    const asleep = seen(confirmed, reading(5, 5), reading(5, 0, 'b'), reading(8, 1, 'b'))
    expect(clockDays(asleep)).toEqual([6, 6])
    expect(clockDays(seen(asleep, reading(9, 0, 'c')))).toEqual([6, 9])
  })

  it('is set by a confirmation, forward or back, which says by whom, why and by how much', () => {
    const lost = seen(confirmed, reading(100, 0, 'b'))
    const found = confirmClock(lost, reading(100, 0, 'b'), word)
    expect(clockDays(found)).toEqual([100, 100])
    expect(found.confirmation).toEqual({ ...word, atUs: day(100), stepUs: 100 * DAY_US })
    expect(clockDays(confirmClock(found, reading(40, 1, 'b'), word))).toEqual([40, 40])
    expect(clockDays(seen(confirmClock(found, reading(40, 1, 'b'), word), reading(41, 2, 'b')))).toEqual([
      41, 41,
    ])
  })

  it.each([{ confirmedBy: '' }, { reason: ' ' }])('is not confirmed by %j', (more) => {
    expect(() => confirmClock(confirmed, reading(1, 1), { ...word, ...more })).toThrow(
      expect.objectContaining({ code: 'GENBA_CLOCK_CONFIRMATION' }),
    )
  })

  it('stamps what is received with the later clock', () => {
    expect(days(receiptUs(seen(confirmed, reading(3, 9))))).toBe(9)
    expect(days(receiptUs(seen(confirmed, reading(9, 3))))).toBe(9)
  })

  it('survives being stored as JSON', () => {
    const time = seen(confirmed, reading(5, 5))
    expect(seen(JSON.parse(JSON.stringify(time)), reading(6, 6))).toEqual(seen(time, reading(6, 6)))
  })
})

describe('trusted time, whatever the wall clock says', () => {
  const step = fc.record({
    ranDays: fc.integer({ min: 0, max: 400 }),
    wall: fc.integer({ min: -20_000, max: 20_000 }),
    boots: fc.boolean(),
  })

  /** The reading after each step, and how long the machine surely ran until then. */
  const readingsOf = (steps: readonly { ranDays: number; wall: number; boots: boolean }[]) => {
    let ran = 0
    let boot = 0
    let monotonic = 0
    return steps.map(({ ranDays, wall, boots }) => {
      boot += boots ? 1 : 0
      // What ran between the last reading and the boot was seen by nobody.
      monotonic = boots ? 0 : monotonic + ranDays
      ran += boots ? 0 : ranDays
      return { ran, boots, ranDays, taken: reading(wall, monotonic, boot === 0 ? 'a' : `b${boot}`) }
    })
  }

  it('is never ahead of what has passed by more than its bound, never proven ahead, and never goes back', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let time = confirmed
        for (const { ran, boots, ranDays, taken } of readingsOf(steps)) {
          const before = time
          time = observeClock(time, taken)
          expect(time.trustedUs).toBeGreaterThanOrEqual(before.trustedUs)
          if (!boots) expect(time.trustedUs - before.trustedUs).toBe(ranDays * DAY_US)
          const clock = retentionClock(time)
          expect(clock.provenUs).toBeLessThanOrEqual(day(ran))
          expect(clock.trustedUs).toBeLessThanOrEqual(day(ran) + UNPROVEN_US_MAX)
          expect(clock.trustedUs).toBeLessThanOrEqual(taken.wallUs)
        }
      }),
    )
  })
})
