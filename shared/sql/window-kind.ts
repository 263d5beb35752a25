import { GenbaError } from '../errors/genba-error.ts'
import { parseDurationUs } from '../time/duration.ts'
import type { WindowKind } from '../window/definition.ts'
import { placeAt, SqlError } from './errors.ts'
import type { GroupBy, WindowArgument } from './syntax.ts'

const FORMS: Readonly<Record<string, { readonly form: string; readonly min: number; readonly max: number }>> =
  {
    TUMBLE: { form: 'TUMBLE(size), or TUMBLE(size, offset)', min: 1, max: 2 },
    HOP: { form: 'HOP(size, hop), or HOP(size, hop, offset)', min: 2, max: 3 },
    SESSION: { form: 'SESSION(gap), or SESSION(gap, longest)', min: 1, max: 2 },
    COUNT: { form: 'COUNT(samples), or COUNT(samples, every)', min: 1, max: 2 },
  }

/** The windows that a GROUP BY names. @throws SqlError */
export function windowKindOf({ name, args, start }: GroupBy['window'], text: string): WindowKind {
  const { form = '', min = 0, max = 0 } = FORMS[name] ?? {}
  const [first, second, third] = args
  if (first === undefined || args.length < min || args.length > max) {
    throw new SqlError(
      'GENBA_SQL_SYNTAX',
      `${name} does not take ${args.length} arguments`,
      placeAt(text, start),
      {
        expected: form,
      },
    )
  }
  const duration = (argument: WindowArgument) => durationOf(argument, text)
  switch (name) {
    case 'TUMBLE':
      return {
        type: 'tumbling',
        sizeUs: positive(first, duration, text),
        offsetUs: second ? duration(second) : 0,
      }
    case 'HOP':
      return {
        type: 'hopping',
        sizeUs: positive(first, duration, text),
        hopUs: positive(second ?? first, duration, text),
        offsetUs: third ? duration(third) : 0,
      }
    case 'SESSION': {
      const gapUs = positive(first, duration, text)
      return {
        type: 'session',
        gapUs,
        ...(second ? { maxDurationUs: positive(second, duration, text) } : {}),
      }
    }
    default: {
      const count = (argument: WindowArgument) => countOf(argument, text)
      const size = positive(first, count, text)
      return { type: 'count', size, every: second ? positive(second, count, text) : size }
    }
  }
}

function durationOf({ text, start }: WindowArgument, whole: string): number {
  try {
    return parseDurationUs(text)
  } catch (error) {
    if (!(error instanceof GenbaError)) throw error
    throw new SqlError('GENBA_SQL_SYNTAX', error.message, placeAt(whole, start), error.issues[0])
  }
}

function countOf({ text, start }: WindowArgument, whole: string): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(count)) return count
  throw new SqlError('GENBA_SQL_SYNTAX', `"${text}" is not a number of samples`, placeAt(whole, start), {
    expected: 'a whole number such as 100',
  })
}

function positive(
  argument: WindowArgument,
  read: (argument: WindowArgument) => number,
  text: string,
): number {
  const value = read(argument)
  if (value > 0) return value
  throw new SqlError('GENBA_SQL_SYNTAX', 'a window of no size', placeAt(text, argument.start), {
    expected: 'more than 0',
    received: argument.text,
  })
}
