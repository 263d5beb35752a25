import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTimeUs } from '../../../shared/time/iso.ts'
import { formatTimeUs } from '../../../shared/time/time.ts'

describe('an instant in ISO 8601', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01', 0],
    ['2013-12-02 21:15:00', 1_386_018_900_000_000],
    ['2013-12-02T21:15', 1_386_018_900_000_000],
    ['2013-12-02T21:15:00.000001Z', 1_386_018_900_000_001],
    ['2013-12-02T21:15:00,5Z', 1_386_018_900_500_000],
    ['2013-12-03T06:15:00+09:00', 1_386_018_900_000_000],
    ['2013-12-03T06:15:00+0900', 1_386_018_900_000_000],
    ['2013-12-02T16:15:00-05', 1_386_018_900_000_000],
    ['2013-12-02T17:45:00-03:30', 1_386_018_900_000_000],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000_000],
    ['0099-01-01', -59_042_995_200_000_000],
    ['2013-12-02T21:15:00.000001000Z', 1_386_018_900_000_001],
  ])('%s is %i µs', (text, us) => {
    expect(parseTimeUs(text)).toBe(us)
  })

  it.each([
    '',
    'yesterday',
    '2013-13-01',
    '2023-02-29',
    '2013-12-02T24:00:00Z',
    '2013-12-02T21:60:00Z',
    '2013-12-02T21:15:60Z',
    '2013-12-02T21:15:00.0000001Z',
    '2013-12-02T21:15:00+24:00',
    '2013-12-2',
    '1386018900',
  ])('is not %j', (text) => {
    expect(parseTimeUs(text)).toBeUndefined()
  })

  it('reads back what is printed, to the microsecond', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (us) => {
        expect(parseTimeUs(formatTimeUs(us))).toBe(us)
      }),
    )
  })
})
