import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UNPROVEN_US_MAX } from '../../../shared/retention/trusted-time.ts'
import { type ModelClass, TAGS } from './model.ts'
import { DAY_US } from './run.ts'
import { Site } from './site.ts'

/**
 * A site lives for decades: laws change, holds come and go, people ask for erasure, clocks jump, the gateway is switched off,
 * the disk fills. The diary of the site knows the true time and says what should happen.
 *
 * Receipt is stamped by the gateway's own clocks. While both of them are behind, only the event time of the machines
 * tells how young data is, so old data is not read in then.
 */

const UNPROVEN_DAYS_MAX = UNPROVEN_US_MAX / DAY_US
const SUBJECTS = ['d1', 'd2'] as const
const term = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 4000 }))
const lawClass = fc
  .record({
    keepAtLeast: fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: term }),
    beyond: fc.option(fc.oneof(fc.constant(0), term)),
    worm: fc.boolean(),
  })
  .map(({ keepAtLeast, beyond, worm }): ModelClass => {
    const limit = beyond === null ? undefined : Math.max(1, keepAtLeast + beyond)
    return { keepAtLeast, keepAtMost: limit, worm: worm && keepAtLeast > 0 }
  })

type Deed = (site: Site) => void
const days = (max: number) => fc.integer({ min: 0, max })

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 6,
    arbitrary: days(900).map(
      (run): Deed =>
        (site) =>
          site.run(run),
    ),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...TAGS),
        fc.constantFrom(...SUBJECTS),
        days(500),
        fc.constantFrom('raw', 'rollup'),
      )
      .map(([tag, subject, ago, form]): Deed => {
        return (site) =>
          site.receive({ tag, subject, form, eventDay: site.today - (site.isBehind ? 0 : ago) })
      }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ 'a/x': lawClass, 'a/y': lawClass, 'b/x': lawClass }).map(
      (next): Deed =>
        (site) =>
          site.legislate(next),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.subarray([...TAGS], { minLength: 1 }), days(2000), days(4000))
      .map(([tags, ago, span]): Deed => {
        return (site) => site.hold(tags, site.today - ago, site.today - ago + span)
      }),
  },
  {
    weight: 2,
    arbitrary: fc.nat().map(
      (which): Deed =>
        (site) =>
          site.lift(which),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...SUBJECTS).map(
      (who): Deed =>
        (site) =>
          site.askErasure(who),
    ),
  },
  {
    weight: 2,
    arbitrary: days(60).map(
      (off): Deed =>
        (site) =>
          site.reboot(off),
    ),
  },
  // Switched on again with a clock that claims a longer time off.
  {
    weight: 3,
    arbitrary: days(40).map((ahead): Deed => {
      return (site) => {
        site.setWallAhead(ahead)
        site.reboot(0)
      }
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(-20_000, -400, -3, 0, 1, 20, 31, 400, 20_000).map(
      (ahead): Deed =>
        (site) =>
          site.setWallAhead(ahead),
    ),
  },
  { weight: 2, arbitrary: fc.constant<Deed>((site) => site.confirm()) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(50, 80, 85, 90, 95, 99).map((share): Deed => {
      return (site) => {
        site.diskShare = share
      }
    }),
  },
)

/** Carries the decisions out, and checks each against the diary. @returns how many went */
function carryOut(site: Site): number {
  let gone = 0
  for (const [id, data] of site.pieces) {
    const { verdict } = site.decide(data)
    if (verdict === 'keep') continue
    expect(site.diary.isHeld(id)).toBe(false)
    const age = site.diary.ageOf(id, site.today)
    expect(age).toBeGreaterThanOrEqual(site.diary.dutyOf(id))
    if (verdict === 'must-erase' && !site.diary.isToBeErased(id)) {
      // A limit may be reached early by what is believed of times off, and by no more.
      expect(age + UNPROVEN_DAYS_MAX).toBeGreaterThanOrEqual(site.diary.limitOf(id) ?? Infinity)
    }
    site.pieces.delete(id)
    gone += 1
  }
  return gone
}

/** With a clock that was just confirmed the decisions are those of the diary, neither earlier nor later. */
function compareAll(site: Site): void {
  site.confirm()
  for (const [id, data] of site.pieces) {
    if (!site.wellStamped.has(id)) continue
    expect(site.decide(data).verdict).toBe(site.diary.verdictOn(id, site.today, site.diskShare))
  }
}

const life = fc.array(deed, { minLength: 5, maxLength: 80, size: 'max' })

describe('a store over decades', () => {
  it('loses nothing that is held or before its term, worst version and true time, whatever the clocks say', () => {
    let gone = 0
    fc.assert(
      fc.property(life, fc.boolean(), (deeds, beginsConfirmed) => {
        const site = new Site()
        if (beginsConfirmed) site.confirm()
        for (const act of deeds) {
          act(site)
          gone += carryOut(site)
        }
      }),
      { numRuns: 300 },
    )
    // A store that deletes nothing would hold to all of this.
    expect(gone).toBeGreaterThan(300)
  })

  it('decides what the diary says whenever the clock is confirmed', () => {
    fc.assert(
      fc.property(life, (deeds) => {
        const site = new Site()
        for (const act of deeds) {
          act(site)
          compareAll(site)
          carryOut(site)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('has erased all that has a limit or was asked for, once holds are lifted and duties are over', () => {
    fc.assert(
      fc.property(life, (deeds) => {
        const site = new Site()
        for (const act of deeds) {
          act(site)
          carryOut(site)
        }
        while (site.hasHolds) site.lift(0)
        site.diskShare = 50
        site.setWallAhead(0)
        // Beyond every term, also of what was received while the clock was decades ahead.
        site.run(40_000)
        site.confirm()
        carryOut(site)
        for (const id of site.pieces.keys()) {
          expect(site.diary.limitOf(id)).toBeUndefined()
          expect(site.diary.isToBeErased(id)).toBe(false)
        }
      }),
      { numRuns: 100 },
    )
  })

  it('does not let a jump of the wall clock forward change anything', () => {
    fc.assert(
      fc.property(life, fc.integer({ min: 1, max: 50_000 }), (deeds, jump) => {
        const site = new Site()
        for (const act of deeds) act(site)
        site.confirm()
        const verdicts = () => [...site.pieces.values()].map((data) => site.decide(data).verdict)
        const before = verdicts()
        site.setWallAhead(jump)
        expect(verdicts()).toEqual(before)
      }),
      { numRuns: 100 },
    )
  })
})
