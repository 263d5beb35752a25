import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarAlignment } from '../../../shared/window/calendar.ts'

const DAY_US = 86_400_000_000
const us = (text: string): number => Date.parse(text) * 1000
const iso = (timeUs: number): string => new Date(timeUs / 1000).toISOString().replace(':00.000Z', 'Z')

function boundsAt(
  text: string,
  zone: string,
  unit: 'day' | 'month' | 'shift',
  startsAt: string[] = [],
): string[] {
  const calendar = calendarAlignment({ type: 'calendar', unit, zone, startsAt })
  const startUs = calendar.sliceStart(us(text))
  return [iso(startUs), iso(calendar.windowEnd(startUs))]
}

describe('calendar windows', () => {
  it('have 23 hours when clocks go forward and 25 when they go back', () => {
    expect(boundsAt('2026-03-29T12:00Z', 'Europe/Berlin', 'day')).toEqual([
      '2026-03-28T23:00Z',
      '2026-03-29T22:00Z',
    ])
    expect(boundsAt('2026-10-25T12:00Z', 'Europe/Berlin', 'day')).toEqual([
      '2026-10-24T22:00Z',
      '2026-10-25T23:00Z',
    ])
  })

  it('start an hour later on the day on which their start does not exist, and at the first of two', () => {
    const start = ['02:30']
    expect(boundsAt('2026-03-29T06:00Z', 'Europe/Berlin', 'day', start)[0]).toBe('2026-03-29T01:30Z')
    expect(boundsAt('2026-10-25T06:00Z', 'Europe/Berlin', 'day', start)[0]).toBe('2026-10-25T00:30Z')
  })

  it('skip the day that a zone skipped', () => {
    expect(boundsAt('2011-12-30T09:59Z', 'Pacific/Apia', 'day')).toEqual([
      '2011-12-29T10:00Z',
      '2011-12-30T10:00Z',
    ])
    expect(boundsAt('2011-12-30T10:00Z', 'Pacific/Apia', 'day')).toEqual([
      '2011-12-30T10:00Z',
      '2011-12-31T10:00Z',
    ])
  })

  it('are shifts in whatever order they are written, and months from day 1', () => {
    const shifts = ['22:00', '06:00', '14:00']
    expect(boundsAt('2026-01-01T03:00Z', 'UTC', 'shift', shifts)).toEqual([
      '2025-12-31T22:00Z',
      '2026-01-01T06:00Z',
    ])
    expect(boundsAt('2024-02-10T00:00Z', 'Asia/Tokyo', 'month')).toEqual([
      '2024-01-31T15:00Z',
      '2024-02-29T15:00Z',
    ])
  })

  it('hold every instant exactly once, and know their neighbours, in any zone', () => {
    const zone = fc.constantFrom('Europe/Berlin', 'Australia/Lord_Howe', 'Pacific/Apia', 'America/New_York')
    const starts = fc.constantFrom(['00:00'], ['02:30', '03:00', '14:15'], ['06:00', '18:00'])
    const time = fc.integer({ min: us('1969-12-01T00:00Z'), max: us('2037-01-01T00:00Z') })
    fc.assert(
      fc.property(zone, starts, time, (name, startsAt, timeUs) => {
        const kind = { type: 'calendar', unit: 'shift', zone: name, startsAt } as const
        const calendar = calendarAlignment(kind)
        const startUs = calendar.sliceStart(timeUs)
        const endUs = calendar.windowEnd(startUs)
        expect(startUs).toBeLessThanOrEqual(timeUs)
        expect(endUs).toBeGreaterThan(timeUs)
        expect(endUs - startUs).toBeLessThanOrEqual(2 * DAY_US)
        expect(calendarAlignment(kind).sliceStart(endUs - 1)).toBe(startUs)
        expect(calendarAlignment(kind).sliceStart(endUs)).toBe(endUs)
        expect(calendar.previousWindow(endUs)).toBe(startUs)
        expect(calendar.lastEndingBy(endUs)).toBe(startUs)
        expect(calendar.windowEnd(calendar.lastEndingBy(endUs - 1))).toBe(startUs)
      }),
      { numRuns: 150 },
    )
  })
})
