import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeError, GenbaError } from '../../../shared/errors/genba-error.ts'
import { formatDurationUs, parseDurationUs } from '../../../shared/time/duration.ts'

describe('a duration', () => {
  it.each([
    ['0s', 0],
    ['1us', 1],
    ['250ms', 250_000],
    ['10s', 10_000_000],
    ['1m', 60_000_000],
    ['1m30s', 90_000_000],
    ['1.5h', 5_400_000_000],
    ['0.3ms', 300],
    ['90d', 7_776_000_000_000],
    ['2w', 1_209_600_000_000],
    ['10y', 315_576_000_000_000],
  ])('%s is %i µs', (text, us) => {
    expect(parseDurationUs(text)).toBe(us)
  })

  it.each(['', '10', 's', '10 s', '-1s', '1.s', '1e3s', '0.5us', '10sec', '1s ', '999999999y'])(
    'is not %j',
    (text) => {
      expect(() => parseDurationUs(text)).toThrow(GenbaError)
    },
  )

  it('that lacks its unit is refused with the unit that was probably meant', () => {
    let message = ''
    try {
      parseDurationUs('10')
    } catch (error) {
      message = describeError(error)
    }
    expect(message).toMatchInlineSnapshot(`
      ""10" is not a duration (GENBA_DURATION_INVALID)
        expected  a duration such as 250ms, 10s, 1m or 90d
        received  "10"
        mend      write "10s" if you meant seconds"
    `)
  })

  it('is printed so that it reads back', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (us) => {
        expect(parseDurationUs(formatDurationUs(us))).toBe(us)
      }),
    )
    expect(formatDurationUs(90_000_000)).toBe('1m30s')
    expect(formatDurationUs(-250_000)).toBe('-250ms')
    expect(formatDurationUs(0)).toBe('0s')
  })
})
