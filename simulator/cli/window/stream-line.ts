import * as z from 'zod'
import { nearestWord } from '../../../shared/component/unknown-keys.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../../../shared/time/time.ts'

/** The producer of samples and watermarks that name none. */
export const DEFAULT_PRODUCER = 'default'

const timeUs = z.int().min(TIME_US_MIN).max(TIME_US_MAX)
const producer = z.string().min(1).default(DEFAULT_PRODUCER)

/** Numbers that JSON cannot say. */
const SPECIAL = { NaN: Number.NaN, Infinity: Number.POSITIVE_INFINITY, '-Infinity': Number.NEGATIVE_INFINITY }

const Sample = z
  .strictObject({
    tag: z.string().min(1),
    timeUs,
    value: z.union([z.number(), z.boolean(), z.string()]).optional(),
    special: z.enum(['NaN', 'Infinity', '-Infinity']).optional(),
    quality: z.enum(['good', 'uncertain', 'bad']).default('good'),
    producer,
  })
  .refine(({ value, special }) => (value === undefined) !== (special === undefined), {
    message: 'a sample has a value, or else a special one: "NaN", "Infinity" or "-Infinity"',
    path: ['value'],
  })
  .transform(({ value, special, ...sample }) => ({
    kind: 'sample' as const,
    ...sample,
    value: special === undefined ? (value ?? Number.NaN) : SPECIAL[special],
  }))

const Mark = z
  .strictObject({ watermark: z.strictObject({ completeBeforeUs: timeUs, producer }) })
  .transform(({ watermark }) => ({ kind: 'watermark' as const, ...watermark }))

const ShortMark = z
  .strictObject({ watermarkUs: timeUs, producer })
  .transform(({ watermarkUs, producer }) => ({
    kind: 'watermark' as const,
    completeBeforeUs: watermarkUs,
    producer,
  }))

const Clock = z
  .strictObject({ clock: z.strictObject({ nowUs: timeUs }) })
  .transform(({ clock }) => ({ kind: 'clock' as const, nowUs: clock.nowUs }))

const End = z.strictObject({ end: z.literal(true) }).transform(() => ({ kind: 'end' as const }))

const SHAPES = { tag: Sample, watermark: Mark, watermarkUs: ShortMark, clock: Clock, end: End } as const

/** One line of a stream that windows are tried on, in order of arrival. */
export type StreamLine =
  | z.output<typeof Sample>
  | z.output<typeof Mark>
  | z.output<typeof Clock>
  | z.output<typeof End>
export type StreamSample = z.output<typeof Sample>

/** What a line may be, for messages. */
export const LINE_EXPECTED =
  'a sample { tag, timeUs, value }, { watermarkUs }, { watermark: { completeBeforeUs } }, { clock: { nowUs } } or { end: true }'

/** A line by the first key that tells what it is, so that an error speaks of that shape alone. */
export const StreamLine = z.unknown().transform((input, context): StreamLine => {
  const shape = Object.entries(SHAPES).find(([key]) => Object.hasOwn(Object(input), key))?.[1]
  if (shape === undefined) {
    const nearest = Object.keys(Object(input))
      .map((key) => nearestWord(key, Object.keys(SHAPES)))
      .find((word) => word !== undefined)
    const message = nearest === undefined ? 'write one of these' : `did you mean "${nearest}"?`
    context.issues.push({ code: 'custom', input, message })
    return z.NEVER
  }
  const parsed = shape.safeParse(input)
  if (parsed.success) return parsed.data
  for (const { path, message } of parsed.error.issues) {
    context.issues.push({ code: 'custom', input, path: [...path], message })
  }
  return z.NEVER
})
