import * as z from 'zod'
import { duration, flag } from '../component/config-types.ts'
import { TagFilters } from '../tag/tag-filters.ts'
import { parseDurationUs } from '../time/duration.ts'
import { KEEP_YEARS_MAX, NAME_LENGTH_MAX } from './limits.ts'
import { isSubjectTemplate } from './subject.ts'

/** What a refinement tells a person. */
export const ask = (expected: string, mend?: string) => ({
  message: `expected ${expected}`,
  params: { expected, ...(mend === undefined ? {} : { mend }) },
})

const KEEP_US_MAX = parseDurationUs(`${KEEP_YEARS_MAX}y`)

const isNotTooLong = (us: number): boolean => us <= KEEP_US_MAX
const Name = z.string().min(1).max(NAME_LENGTH_MAX)

export const LawClass = z.object({
  name: Name,
  /**
   * The duty: before this age nothing deletes the data. A year is 365.25 days, which calendar years can exceed by a
   * day: add one (`10y1d`) where a law counts years by the calendar.
   */
  keepAtLeast: duration.prefault('0s').refine(isNotTooLong, ask(`a duration of at most ${KEEP_YEARS_MAX}y`)),
  /** The limit: at this age the data must go, unless a duty or a hold keeps it. Without it nothing has to go. */
  keepAtMost: duration
    .refine((us) => us > 0, ask('a duration of more than 0s', 'leave keepAtMost out to set no limit'))
    .refine(
      isNotTooLong,
      ask(`a duration of at most ${KEEP_YEARS_MAX}y`, 'leave keepAtMost out to set no limit'),
    )
    .optional(),
  /**
   * The limit of raw samples: at this age they are reduced to rollups, which stay until `keepAtMost`. Texts leave none.
   * Without it they stay as long as the data.
   */
  keepRawAtMost: duration
    .refine((us) => us > 0, ask('a duration of more than 0s', 'leave keepRawAtMost out to keep raw samples'))
    .refine(
      isNotTooLong,
      ask(`a duration of at most ${KEEP_YEARS_MAX}y`, 'leave keepRawAtMost out to keep raw samples'),
    )
    .optional(),
  /** How far the data may travel. Has no default: a class is about law, so somebody has to say. */
  residency: z.enum(['site', 'country', 'any']),
  /** Whom the data is about: a template over the levels of the tag (`$3`) and its attributes (`${driver}`). */
  subject: z
    .string()
    .max(NAME_LENGTH_MAX)
    .refine(
      isSubjectTemplate,
      ask(
        `a text with a level of the tag such as $3, or an attribute such as \${driver}`,
        'write "$3" for the third level; $$ stands for a dollar sign',
      ),
    )
    .optional(),
  /** Write once, read many: what this class has promised to data that is stored can never be shortened. */
  worm: flag.prefault(false),
})
export type LawClass = z.output<typeof LawClass>

/** The first law whose filters name a tag gives it its class. */
export const TagLaw = z.object({ tags: TagFilters, class: Name })
export type TagLaw = z.output<typeof TagLaw>

/** The class of what no law names: no duty, no limit. A class of this name in `lawClasses` takes its place. */
export const DEFAULT_CLASS: LawClass = { name: 'default', keepAtLeast: 0, residency: 'any', worm: false }
