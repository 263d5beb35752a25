import * as z from 'zod'
import { bytes, count, duration, durationMs, flag, real } from '../../shared/component/config-types.ts'
import { FRAME_BYTES_MAX, FRAME_BYTES_MIN } from '../../shared/frame/limits.ts'
import { TagFilters } from '../../shared/tag/tag-filters.ts'

/** Each source is a producer with a topic of its own and a share of every commit message. */
const SOURCES_MAX = 64
const PINS_MAX = 64
const COLUMNS_MAX = 120
/** Each is asked once for every tag of a source. */
const URGENT_MAX = 64
const NAME_LENGTH_MAX = 64
const TAG_LENGTH_MAX = 200

const Name = z
  .string()
  .min(1)
  .max(NAME_LENGTH_MAX)
  .regex(/^[A-Za-z0-9._-]+$/, 'letters, digits, dot, dash and underscore: it becomes part of a topic')

const Tag = z
  .string()
  .min(1)
  .max(TAG_LENGTH_MAX)
  .regex(/^[^+#]+$/, 'a path such as line1/press3/temperature, without + and #')

const Common = {
  /** Part of the identity of everything the source gives: a new name is a new source. */
  name: Name,
  /** 0 is the most important: with the policy `shed`, 9 is given up first. */
  priority: count({ max: 9 }).prefault(5),
}

const CsvSource = z.object({
  ...Common,
  type: z.literal('csv'),
  path: z.string().min(1),
  /** `max`, or how many seconds of the file pass in one: 1 is real time. */
  speed: z.union([z.literal('max'), real({ min: 0.001 })]).prefault('max'),
  /** Found out from the lines when it is not given; so is the time column. */
  delimiter: z.enum([',', ';', '\t', '|']).optional(),
  /** Name in the header, or number from 1. */
  timeColumn: z.coerce.string().optional(),
  /** Only where 03/04/2026 could be either and the lines do not tell. */
  dateOrder: z.enum(['dmy', 'mdy']).optional(),
  /** Tags are `tagPrefix/column`; the name of the file without its ending when it is not given. */
  tagPrefix: Tag.optional(),
  /** The value columns to read; all when it is not given. */
  columns: z.array(z.string()).min(1).max(COLUMNS_MAX).optional(),
  /** How far a row may lie behind a later one; windows wait as long. */
  outOfOrderness: duration.prefault('0s'),
  /** A row this much ahead of the rows round it is quarantined. */
  lead: duration.prefault('1d'),
})
export type CsvSourceConfig = z.output<typeof CsvSource>

const Pin = z.object({
  /** Number of the line as sysfs has it, or on its chip when `chip` is given. */
  line: count({ max: 100_000 }),
  tag: Tag,
  edge: z.enum(['rising', 'falling', 'both']).prefault('both'),
  /** A level counts once it has held this long. */
  debounce: durationMs.prefault('0ms'),
  activeLow: flag.prefault(false),
  /** sysfs name of the chip, such as `gpiochip512`: its base is added to `line`. */
  chip: z
    .string()
    .regex(/^gpiochip\d+$/, 'the sysfs name of a chip, such as gpiochip512')
    .optional(),
})
export type PinConfig = z.output<typeof Pin>

const GpioSource = z.object({
  ...Common,
  type: z.literal('gpio'),
  pins: z.array(Pin).min(1).max(PINS_MAX),
})
export type GpioSourceConfig = z.output<typeof GpioSource>

const PluginSource = z.object({
  ...Common,
  type: z.literal('plugin'),
  /** A JavaScript module that exports `createSource(options)`. */
  module: z.string().min(1),
  options: z.record(z.string(), z.unknown()).prefault({}),
})
export type PluginSourceConfig = z.output<typeof PluginSource>

const SourceConfig = z.discriminatedUnion('type', [CsvSource, GpioSource, PluginSource])
export type SourceConfig = z.output<typeof SourceConfig>

const Frame = z.object({
  /** The default is also the most: a larger frame does not pass nucleus lite. */
  maxBytes: bytes({ min: FRAME_BYTES_MIN, max: FRAME_BYTES_MAX }).prefault(FRAME_BYTES_MAX),
  /** A value is on its way after this at the latest; longer gives fuller frames from slow machines. */
  maxAge: durationMs.prefault('100ms'),
  /** Tags on which something must react in time: a frame with one of them is sent this soon, with all that is in it. */
  urgent: z
    .array(z.object({ tags: TagFilters, maxAge: durationMs }))
    .max(URGENT_MAX)
    .prefault([]),
  /** Encoded bytes that a live source gathers before it sends, if `maxAge` does not come first. */
  roundBytes: bytes({ min: FRAME_BYTES_MIN, max: 16 << 20 }).optional(),
})

const Outbox = z.object({
  /** Some seconds of a busy line: what hides the historian's restart without a write to disk. */
  memoryBytes: bytes({ min: 4000 }).prefault('8MiB'),
  /** A day of a hundred tags at 1 Hz takes about 30 MB. */
  spillBytes: bytes().prefault('256MiB'),
  /** At the bound: `block` stops reading, `shed` gives up live samples by priority. */
  policy: z.enum(['block', 'shed']).prefault('block'),
})

const Live = z.object({
  /** A sample this far ahead of the wall clock is quarantined. */
  lead: duration.prefault('5m'),
  /** An idle machine says this often that nothing is missing, so that windows close. */
  heartbeat: durationMs.prefault('1s').refine((ms) => ms >= 100, 'at least 100ms'),
})

export const CollectorConfig = z.object({
  sources: z
    .array(SourceConfig)
    .max(SOURCES_MAX)
    .prefault([])
    .refine(
      (sources) => new Set(sources.map(({ name }) => name)).size === sources.length,
      'sources with different names',
    ),
  frame: Frame.prefault({}),
  outbox: Outbox.prefault({}),
  live: Live.prefault({}),
})
export type CollectorConfig = z.output<typeof CollectorConfig>
