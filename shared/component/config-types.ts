import * as z from 'zod'
import { parseDurationUs } from '../time/duration.ts'

/**
 * Building blocks of configuration schemas. They take what really arrives: nucleus lite turns every YAML scalar
 * into text and the Java nucleus every number into a double, so numbers and flags may come as either. Each one
 * names what it expects, for the error, and its JSON Schema.
 *
 * Give defaults with `.prefault('10s')`, in the spelling a user would write.
 */

interface Expectation {
  readonly expected: string
  readonly mend?: (input: unknown) => string | undefined
  readonly jsonSchema: Readonly<Record<string, unknown>>
}

/** `read` returns undefined for what it does not take. */
function tolerant<Value>(read: (input: unknown) => Value | undefined, expectation: Expectation) {
  return z
    .unknown()
    .transform((input, context): Value => {
      const value = read(input)
      if (value !== undefined) return value
      const mend = expectation.mend?.(input)
      context.issues.push({
        code: 'custom',
        input,
        message: `expected ${expectation.expected}`,
        params: { expected: expectation.expected, ...(mend === undefined ? {} : { mend }) },
      })
      return z.NEVER
    })
    .meta({ ...expectation.jsonSchema })
}

const NUMBER_TEXT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** A finite number, from a number or from its text. */
function readNumber(input: unknown): number | undefined {
  const value = typeof input === 'string' && NUMBER_TEXT.test(input.trim()) ? Number(input.trim()) : input
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

interface Bounds {
  readonly min?: number
  readonly max?: number
}

function isWithin(value: number, { min = -Infinity, max = Infinity }: Bounds): boolean {
  return value >= min && value <= max
}

function describeBounds({ min, max }: Bounds, spell: (value: number) => string = String): string {
  if (min !== undefined && max !== undefined) return ` from ${spell(min)} to ${spell(max)}`
  if (min !== undefined) return ` of at least ${spell(min)}`
  return max === undefined ? '' : ` of at most ${spell(max)}`
}

function boundsSchema({ min, max }: Bounds): Record<string, number> {
  return { ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) }
}

/** Any finite number. */
export const real = (bounds: Bounds = {}) =>
  tolerant<number>(
    (input) => {
      const value = readNumber(input)
      return value !== undefined && isWithin(value, bounds) ? value : undefined
    },
    {
      expected: `a number${describeBounds(bounds)}`,
      jsonSchema: { type: 'number', ...boundsSchema(bounds) },
    },
  )

/** A whole number, 0 or more unless told otherwise. */
export const count = (bounds: Bounds = {}) => {
  const limits = { min: 0, ...bounds }
  return tolerant<number>(
    (input) => {
      const value = readNumber(input)
      return value !== undefined && Number.isSafeInteger(value) && isWithin(value, limits) ? value : undefined
    },
    {
      expected: `a whole number${describeBounds(limits)}`,
      jsonSchema: { type: 'integer', ...boundsSchema(limits) },
    },
  )
}

const BYTE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1_000,
  mb: 1_000_000,
  gb: 1_000_000_000,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
}

function readBytes(input: unknown): number | undefined {
  const text = typeof input === 'number' ? String(input) : input
  if (typeof text !== 'string') return undefined
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim())
  const unit = BYTE_UNITS[match?.[2]?.toLowerCase() ?? '']
  if (match === null || unit === undefined) return undefined
  const value = Number(match[1]) * unit
  return Number.isSafeInteger(value) ? value : undefined
}

/** A size in bytes: `4096`, `64KiB`, `10MB`. */
export const bytes = (bounds: Bounds = {}) => {
  const limits = { min: 0, ...bounds }
  return tolerant<number>(
    (input) => {
      const value = readBytes(input)
      return value !== undefined && isWithin(value, limits) ? value : undefined
    },
    {
      expected: `a size in bytes such as 4096, 64KiB or 10MB${describeBounds(limits)}`,
      jsonSchema: { type: ['integer', 'string'], examples: [4096, '64KiB', '10MB'] },
    },
  )
}

const durationIn = (unitUs: number) =>
  tolerant<number>(
    (input) => {
      if (typeof input !== 'string') return undefined
      try {
        return parseDurationUs(input) / unitUs
      } catch {
        return undefined
      }
    },
    {
      expected: 'a duration such as 250ms, 10s, 1m or 90d',
      mend: (input) =>
        readNumber(input) === undefined ? undefined : `write "${input}s" if you meant seconds`,
      jsonSchema: { type: 'string', examples: ['250ms', '10s', '1m', '90d'] },
    },
  )

/** `250ms`, `10s`, `1m`, `90d`, `10y` as microseconds, the unit of event time. */
export const duration = durationIn(1)

/** The same text as milliseconds, the unit of schedulers. */
export const durationMs = durationIn(1000)

/** Yes or no. */
export const flag = tolerant<boolean>(
  (input) => {
    if (typeof input === 'boolean') return input
    return input === 'true' ? true : input === 'false' ? false : undefined
  },
  { expected: 'true or false', jsonSchema: { type: 'boolean' } },
)
