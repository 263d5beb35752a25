import * as z from 'zod'
import { count, duration } from '../component/config-types.ts'
import { describeError, GenbaError } from '../errors/genba-error.ts'
import { compileCondition } from '../sql/condition.ts'
import { BUFFERED_SAMPLES_MAX } from './limits.ts'

/** One hour every second; each of them is merged and answered by itself. */
const WINDOWS_PER_SAMPLE_MAX = 3600
/** A start each quarter of an hour. */
const STARTS_MAX = 96
const CONDITION_LENGTH_MAX = 1000
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/

const expected = (text: string) => ({ params: { expected: text } })

const positiveDuration = duration.refine((us) => us > 0, expected('a duration of more than 0s, such as 10s'))

/** A question to each value: `value > 5`, `value = 'run'`, `value > 5 AND value < 9`. */
const condition = z
  .string()
  .max(CONDITION_LENGTH_MAX)
  .transform((text, context) => {
    try {
      return compileCondition(text)
    } catch (error) {
      if (!(error instanceof GenbaError)) throw error
      const { expected = 'a condition on value, such as value > 5', mend } = error.issues[0] ?? {}
      context.issues.push({
        code: 'custom',
        input: text,
        message: describeError(error),
        params: { expected, ...(mend === undefined ? {} : { mend }) },
      })
      return z.NEVER
    }
  })

const zone = z
  .string()
  .refine(isZone, expected('a time zone of the IANA database, such as Europe/Berlin or UTC'))

const timeOfDay = z.string().refine((text) => TIME_OF_DAY.test(text), expected('a local time such as 06:00'))

function isZone(name: string): boolean {
  try {
    // Offsets such as +01:00 are taken by some engines and not by others: a plant's calendar has a name.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined
  } catch {
    return false
  }
}

/** How samples are put into windows: the keys that belong to each `type`, as they are written. */
export const KINDS = {
  tumbling: z.object({
    type: z.literal('tumbling'),
    size: positiveDuration,
    /** Windows start at offset modulo size, counted from 1970 UTC. */
    offset: duration.prefault('0s'),
  }),
  hopping: z.object({
    type: z.literal('hopping'),
    size: positiveDuration,
    /** Above the size there are gaps, whose samples are in no window. */
    hop: positiveDuration,
    offset: duration.prefault('0s'),
  }),
  sliding: z.object({
    type: z.literal('sliding'),
    /** How far before the trigger the window begins; that instant itself is not in it. */
    length: positiveDuration,
    /** How far after the trigger the window ends; that instant is in it. */
    delay: duration.prefault('0s'),
    /** Which samples are triggers; all good ones when it is not given. */
    when: condition.optional(),
  }),
  session: z.object({
    type: z.literal('session'),
    gap: positiveDuration,
    /** Cuts a session that goes on and on, counted from its own first sample. */
    maxDuration: positiveDuration.optional(),
  }),
  count: z.object({
    type: z.literal('count'),
    size: count({ min: 1, max: BUFFERED_SAMPLES_MAX }),
    /** The size when it is not given. */
    every: count({ min: 1, max: BUFFERED_SAMPLES_MAX }).optional(),
  }),
  state: z.object({
    type: z.literal('state'),
    begin: condition,
    end: condition,
    /** Without it a state that never ends would grow for ever. */
    maxDuration: positiveDuration,
  }),
  run: z.object({ type: z.literal('run') }),
  calendar: z.object({
    type: z.literal('calendar'),
    unit: z.enum(['shift', 'day', 'month']),
    zone,
    /** Local time: one for days and months, a list for shifts. */
    startsAt: z.union([timeOfDay, z.array(timeOfDay).min(1).max(STARTS_MAX)]).prefault('00:00'),
  }),
} as const

/** What the keys of a window do not say one by one. */
export function jointIssue(
  window: z.output<(typeof KINDS)[keyof typeof KINDS]> & { readonly early?: unknown },
): { readonly key: string; readonly expected: string } | undefined {
  if (window.type === 'hopping' && window.size > window.hop * WINDOWS_PER_SAMPLE_MAX) {
    return { key: 'hop', expected: `at least a ${WINDOWS_PER_SAMPLE_MAX}th of the size` }
  }
  if (
    window.type === 'count' &&
    window.every !== undefined &&
    window.size > window.every * WINDOWS_PER_SAMPLE_MAX
  ) {
    return { key: 'every', expected: `at least a ${WINDOWS_PER_SAMPLE_MAX}th of the size` }
  }
  if (window.type === 'calendar' && window.unit !== 'shift' && [window.startsAt].flat().length > 1) {
    return { key: 'startsAt', expected: `one local time, as a ${window.unit} starts once` }
  }
  if (window.early !== undefined && DECIDED_BY_SAMPLES.has(window.type)) {
    return { key: 'early', expected: `nothing: a ${window.type} window has no answer before it is complete` }
  }
  return undefined
}

const DECIDED_BY_SAMPLES = new Set(['count', 'state', 'run', 'sliding'])
