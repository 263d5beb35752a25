import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DiskLevel, diskBudget, diskLevelOf } from '../../../shared/retention/disk-level.ts'
import { explainForecast, explainThinning } from '../../../shared/retention/explain.ts'
import { forecastFull } from '../../../shared/retention/forecast.ts'
import type { RetentionDecision } from '../../../shared/retention/precedence.ts'
import { decideThinning, type ThinningCandidate } from '../../../shared/retention/thinning.ts'
import { DAY_US, day } from './run.ts'

const decision = (verdict: RetentionDecision['verdict'], dropAt?: DiskLevel): RetentionDecision => ({
  verdict,
  reasons: [],
  isRestricted: false,
  isOverdue: false,
  ...(dropAt === undefined ? {} : { dropAt }),
})

type Kind = 'due' | 'served' | 'raw' | 'rollup' | 'held'
const decisions: Readonly<Record<Kind, RetentionDecision>> = {
  due: decision('must-erase', 'drop-expired'),
  served: decision('may-delete', 'drop-expired'),
  raw: decision('may-delete', 'thin'),
  rollup: decision('may-delete', 'refuse'),
  held: decision('keep'),
}
const candidate = (kind: Kind, startDay: number, freesBytes = 2): ThinningCandidate => ({
  id: `${kind} ${startDay}`,
  decision: decisions[kind],
  startUs: day(startDay),
  freesBytes,
})
const two = (kind: Kind) => [candidate(kind, 2), candidate(kind, 1)]
const all = [...two('held'), ...two('rollup'), ...two('raw'), ...two('served'), ...two('due')]
const at = (usedBytes: number, candidates = all, priorities: readonly number[] = []) =>
  decideThinning({ usedBytes, budgetBytes: 100, priorities }, candidates)
const inShort = (usedBytes: number, candidates = all) =>
  at(usedBytes, candidates).drops.map(({ id, action, level }) => `${level}: ${action} ${id}`)

describe('the budget of a disk', () => {
  it('keeps a twentieth and two compactions free', () => {
    expect(diskBudget(1000, 20)).toEqual({ reserveBytes: 90, budgetBytes: 910 })
    expect(diskBudget(1000, 2000)).toEqual({ reserveBytes: 1000, budgetBytes: 0 })
  })

  it.each<[number, DiskLevel]>([
    [0, 'normal'],
    [0.7999, 'normal'],
    [0.8, 'warn'],
    [0.85, 'drop-expired'],
    [0.9, 'thin'],
    [0.95, 'refuse'],
    [2, 'refuse'],
  ])('at a share of %d is at the level %s', (share, level) => {
    expect(diskLevelOf(share)).toBe(level)
  })
})

describe('a disk that fills', () => {
  it('drops nothing below its level', () => {
    expect([79, 84.9].flatMap((bytes) => inShort(bytes))).toEqual([])
    expect([79, 80, 94.9, 95].map((bytes) => at(bytes).alarm)).toEqual([
      'none',
      'warning',
      'warning',
      'critical',
    ])
  })

  it('erases at once all that must go, and drops of what has served its duty only what it needs', () => {
    expect(inShort(85)).toEqual(['drop-expired: erase due 1', 'drop-expired: erase due 2'])
    expect(inShort(89.9)).toEqual([
      'drop-expired: erase due 1',
      'drop-expired: erase due 2',
      'drop-expired: drop served 1',
    ])
  })

  it('goes on in the declared order, the oldest of each kind first', () => {
    expect(inShort(105)).toEqual([
      'drop-expired: erase due 1',
      'drop-expired: erase due 2',
      'drop-expired: drop served 1',
      'drop-expired: drop served 2',
      'thin: roll-up raw 1',
      'thin: roll-up raw 2',
    ])
    expect(inShort(108).slice(-1)).toEqual(['refuse: drop rollup 1'])
  })

  it('never drops what is held, and stops intake when only that is left', () => {
    const held = two('held')
    expect(at(94.9, held)).toMatchObject({ drops: [], intake: { kind: 'all' }, alarm: 'warning' })
    const full = at(95, held)
    expect(full).toMatchObject({ drops: [], heldShare: 0.95, alarm: 'critical' })
    expect(explainThinning(full)).toEqual([
      'disk level refuse, alarm critical',
      '95 % of the disk budget is used',
      '95 % is under a duty or a hold and cannot be dropped: intake will stop, add room',
      'only data under a duty or a hold is left at 95 % of the disk budget',
      'intake stops',
    ])
  })

  it('says long before that intake will stop', () => {
    expect(at(80, two('held')).reasons).toEqual([
      '80 % of the disk budget is used',
      '80 % is under a duty or a hold and cannot be dropped: intake will stop, add room',
    ])
    expect(at(80, [candidate('raw', 1, 10)]).reasons).toEqual(['80 % of the disk budget is used'])
  })

  it.each([
    [94.9, [1, 2, 3], { kind: 'all' }],
    [95, [3, 1, 2, 1], { kind: 'by-priority', refuseBelow: 2 }],
    [97.4, [1, 2, 3], { kind: 'by-priority', refuseBelow: 2 }],
    [97.5, [1, 2, 3], { kind: 'by-priority', refuseBelow: 3 }],
    [99.9, [1, 2, 3], { kind: 'by-priority', refuseBelow: 3 }],
    [97, [5], { kind: 'by-priority', refuseBelow: 5 }],
    [97, [], { kind: 'all' }],
  ])('at %d takes of the priorities %j: %j', (usedBytes, priorities, intake) => {
    const { intake: decided } = at(usedBytes, [candidate('served', 1, 20)], priorities)
    expect(decided).toEqual(intake)
  })

  it('refuses everything while the budget is used up', () => {
    expect(at(100, [candidate('served', 1, 20)], [1]).intake).toMatchObject({ kind: 'stop-intake' })
    expect(decideThinning({ usedBytes: 0, budgetBytes: 0 }, []).intake.kind).toBe('stop-intake')
  })

  const kinds = fc.constantFrom<Kind>('due', 'served', 'raw', 'rollup', 'held')
  it('drops only what may go at its level, gets below its levels where it can, and stops only where it cannot', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(kinds, fc.nat(50), fc.nat(9)), { maxLength: 30 }),
        fc.integer({ min: 0, max: 120 }),
        (pieces, usedBytes) => {
          const candidates = pieces.map(([kind, startDay, bytes], index) => ({
            ...candidate(kind, startDay, bytes),
            id: `${kind} ${index}`,
          }))
          const { drops, intake, level } = at(usedBytes, candidates)
          const gone = new Set(drops.map(({ id }) => id))
          expect(gone.size).toBe(drops.length)
          expect(drops.some(({ id }) => id.startsWith('held'))).toBe(false)
          const left = usedBytes - drops.reduce((sum, drop) => sum + drop.freesBytes, 0)
          const stays = (...kept: readonly Kind[]) =>
            candidates.some(({ id }) => kept.some((kind) => id.startsWith(kind)) && !gone.has(id))
          if (level === 'normal' || level === 'warn') expect(drops).toEqual([])
          else expect(stays('due')).toBe(false)
          if (usedBytes >= 85 && left >= 85) expect(stays('served')).toBe(false)
          if (usedBytes >= 90 && left >= 90) expect(stays('raw')).toBe(false)
          const isFull = usedBytes >= 95 && left >= 95
          if (isFull) expect(stays('rollup')).toBe(false)
          expect(intake.kind === 'stop-intake').toBe(isFull || usedBytes >= 100)
        },
      ),
    )
  })
})

describe('the forecast of a full disk', () => {
  const hours = (count: number, usedBytes: (hour: number) => number) =>
    Array.from({ length: count }, (_, hour) => ({ timeUs: day(hour / 24), usedBytes: usedBytes(hour) }))

  it('goes on with the growth of the last seven days', () => {
    const steady = hours(24 * 30, (hour) => (hour < 500 ? 0 : (hour - 500) * 1000))
    const forecast = forecastFull(steady, 1_000_000)
    expect(forecast).toEqual({ kind: 'full', atUs: day(1500 / 24), bytesPerDay: 24_000 })
    expect(explainForecast(forecast)).toBe('full at 2026-03-04T12:00:00.000Z, growing 24000 bytes a day')
  })

  it('is not moved by a nightly compaction or one large import', () => {
    const noisy = hours(
      169,
      (hour) => hour * 1000 + (hour % 24 < 3 ? 500_000 : 0) - (hour === 100 ? 90_000 : 0),
    )
    const forecast = forecastFull(noisy, 10_000_000)
    const expectedUs = day(10_000 / 24)
    expect(forecast.kind).toBe('full')
    if (forecast.kind !== 'full') return
    expect(Math.abs(forecast.atUs - expectedUs) / (expectedUs - day(0))).toBeLessThan(0.02)
  })

  it('is the same for any number and order of samples on a line', () => {
    const line = (count: number) =>
      Array.from({ length: count }, (_, index) => ({
        timeUs: day((index * 7) / (count - 1)),
        usedBytes: Math.round((index * 7000) / (count - 1)),
      }))
    for (const count of [3, 50, 170, 2000]) {
      const forecast = forecastFull(line(count).reverse(), 10_000)
      expect(forecast.kind === 'full' && Math.abs(forecast.atUs - day(10)) < DAY_US / 100).toBe(true)
    }
  })

  it.each([
    ['shrinks', hours(48, (hour) => 1000 - hour), 'does not fill, growing -24 bytes a day'],
    ['stays', hours(48, () => 1000), 'does not fill, growing 0 bytes a day'],
    [
      'grows for longer than a disk lives',
      hours(48, (hour) => hour / 24),
      'does not fill, growing 1 bytes a day',
    ],
    ['has not been seen for a day', hours(20, (hour) => hour), 'unknown: the samples span less than a day'],
    [
      'was seen twice',
      hours(200, (hour) => hour).filter((_, hour) => hour % 150 === 0),
      'unknown: fewer than 3 samples in the last 7 days',
    ],
    ['was never seen', [], 'unknown: fewer than 3 samples in the last 7 days'],
  ])('knows what to say of a disk that %s', (_, samples, text) => {
    expect(explainForecast(forecastFull(samples, 1_000_000))).toBe(text)
  })

  it('of a disk that is full is now', () => {
    expect(
      forecastFull(
        hours(48, () => 2000),
        1000,
      ),
    ).toMatchObject({ kind: 'full', atUs: day(47 / 24) })
  })

  it('never fails on numbers that are none, nor on equal times', () => {
    const bad = { timeUs: Number.NaN, usedBytes: 1 }
    const samples = hours(48, (hour) => hour)
    expect(forecastFull([...samples, bad], 9999)).toEqual(forecastFull(samples, 9999))
    expect(forecastFull([...samples, ...samples], 9999)).toEqual(forecastFull(samples, 9999))
  })
})
