/** Time as a count since 1970-01-01T00:00:00Z. */
export type EpochUnit = 's' | 'ms' | 'us' | 'ns'

const DECIMAL = /^([+-]?)(\d+)(?:[.,](\d*))?$/
const EXPONENT = /^[+-]?\d+(?:\.\d+)?[eE][+-]?\d+$/

/** Powers of ten from the unit to microseconds. */
const DIGITS = { s: 6, ms: 3, us: 0, ns: -3 } as const

/**
 * The unit by the magnitude of a value: in each, the years 1973 to 2286 (10^8 to 10^10 seconds) are one range, and the
 * four ranges do not meet.
 */
export function epochUnitOf(text: string): EpochUnit | undefined {
  if (!DECIMAL.test(text) && !EXPONENT.test(text)) return undefined
  const value = Number(text.replace(',', '.'))
  for (const unit of ['s', 'ms', 'us', 'ns'] as const) {
    const seconds = value / 10 ** (6 - DIGITS[unit])
    if (seconds >= 1e8 && seconds < 1e10) return unit
  }
  return undefined
}

/**
 * Microseconds, exact: a fraction is read digit by digit, and what is below the microsecond is cut off.
 *
 * @returns undefined when the text is no such number, or beyond the range of exact microseconds
 */
export function parseEpoch(text: string, unit: EpochUnit): number | undefined {
  const timeUs = readDecimal(text, unit) ?? readExponent(text, unit)
  return timeUs !== undefined && Number.isSafeInteger(timeUs) ? timeUs : undefined
}

function readDecimal(text: string, unit: EpochUnit): number | undefined {
  const match = DECIMAL.exec(text)
  if (match === null) return undefined
  const whole = match[2] ?? ''
  const shift = DIGITS[unit]
  const digits =
    shift < 0 ? whole.slice(0, shift) || '0' : whole + (match[3] ?? '').slice(0, shift).padEnd(shift, '0')
  const value = Number(digits)
  return match[1] === '-' && value !== 0 ? -value : value
}

function readExponent(text: string, unit: EpochUnit): number | undefined {
  return EXPONENT.test(text) ? Math.round(Number(text) * 10 ** DIGITS[unit]) : undefined
}
