import { GenbaError } from '../errors/genba-error.ts'

/** Microseconds of each unit; a year is 365.25 days, so that ten of them are ten calendar years to within a day. */
const UNITS = {
  y: 31_557_600_000_000,
  w: 604_800_000_000,
  d: 86_400_000_000,
  h: 3_600_000_000,
  m: 60_000_000,
  s: 1_000_000,
  ms: 1_000,
  us: 1,
} as const
type Unit = keyof typeof UNITS

const DURATION = /^(?:\d+(?:\.\d+)?(?:us|ms|y|w|d|h|m|s))+$/
const PART = /(\d+(?:\.\d+)?)(us|ms|y|w|d|h|m|s)/g

/** Units used for printing: weeks and years are left out, since `365d` and `90d` read better than `52w1d`. */
const PRINTED: readonly Unit[] = ['d', 'h', 'm', 's', 'ms', 'us']

/**
 * Microseconds of a text such as `250ms`, `10s`, `1.5h`, `90d`, `10y` or `1m30s`.
 *
 * @throws GenbaError `GENBA_DURATION_INVALID` when the text is none, or is no whole number of microseconds
 */
export function parseDurationUs(text: string): number {
  if (!DURATION.test(text)) throw invalidDuration(text)
  let totalUs = 0
  for (const [, count, unit] of text.matchAll(PART)) totalUs += Number(count) * UNITS[unit as Unit]
  const wholeUs = Math.round(totalUs)
  // 0.3 of a unit may miss its whole number by the last bit of a double; a half of a microsecond may not.
  if (Math.abs(totalUs - wholeUs) > 1e-3 || !Number.isSafeInteger(wholeUs)) throw invalidDuration(text)
  return wholeUs
}

/** The shortest text that `parseDurationUs` reads back, such as `1m30s`; `0s` for none. */
export function formatDurationUs(us: number): string {
  if (us < 0) return `-${formatDurationUs(-us)}`
  let rest = Math.round(us)
  let text = ''
  for (const unit of PRINTED) {
    const count = Math.floor(rest / UNITS[unit])
    if (count > 0) text += `${count}${unit}`
    rest -= count * UNITS[unit]
  }
  return text === '' ? '0s' : text
}

function invalidDuration(text: string): GenbaError {
  const onlyNumber = /^\d+(?:\.\d+)?$/.test(text)
  return new GenbaError('GENBA_DURATION_INVALID', `"${text}" is not a duration`, {
    issues: [
      {
        expected: 'a duration such as 250ms, 10s, 1m or 90d',
        received: JSON.stringify(text),
        mend: onlyNumber
          ? `write "${text}s" if you meant seconds`
          : 'use the units us, ms, s, m, h, d, w and y',
      },
    ],
  })
}
