import * as z from 'zod'
import { duration, durationMs, real } from '../component/config-types.ts'

/** Shorter windows than this would be more records than samples on most machines. */
const WINDOW_SIZE_US_MIN = 1000
/** Each definition multiplies the windows that are held; each rule is asked for every sample of its tags. */
const WINDOWS_MAX = 16
const RULES_MAX = 1000
const FILTERS_MAX = 64
const FILTER_LENGTH_MAX = 512
const NAME_LENGTH_MAX = 128

/** MQTT-style: `line1/+/temperature`, `line1/#`; `#` is every tag. */
const Filters = z
  .array(
    z
      .string()
      .max(FILTER_LENGTH_MAX)
      .regex(
        /^(?:(?:\+|[^+#/]*)\/)*(?:\+|#|[^+#/]*)$/,
        'levels with / between them; + for one whole level, # alone at the end',
      ),
  )
  .min(1)
  .max(FILTERS_MAX)

const Window = z.object({
  tags: Filters.prefault(['#']),
  /** Ten seconds: a line in a chart of an hour, and 1 % or less of the bytes of 100 Hz data. */
  size: duration.prefault('10s').refine((us) => us >= WINDOW_SIZE_US_MIN, 'a size of at least 1ms'),
  offset: duration.prefault('0s'),
  /** Ten minutes: what a machine's own buffer holds through a restart of its network. */
  allowedLateness: duration.prefault('10m'),
})

const Rule = z
  .object({
    /** Part of the identity of alarms: keep it when you change limits. */
    name: z
      .string()
      .min(1)
      .max(NAME_LENGTH_MAX)
      .regex(/^[^|]*$/, 'a name without |'),
    tags: Filters,
    above: real().optional(),
    below: real().optional(),
    hysteresis: real({ min: 0 }).prefault(0),
    hold: duration.prefault('0s'),
  })
  .refine(({ above, below }) => above !== undefined || below !== undefined, 'a limit: above, below or both')
  .refine(
    ({ above = Infinity, below = -Infinity, hysteresis }) => below + hysteresis <= above - hysteresis,
    'a band that is wider than twice the hysteresis, or a raised alarm could never clear',
  )

export const ProcessorConfig = z.object({
  windows: z.array(Window).max(WINDOWS_MAX).prefault([{}]),
  rules: z
    .array(Rule)
    .max(RULES_MAX)
    .prefault([])
    .refine(
      (rules) => new Set(rules.map(({ name }) => name)).size === rules.length,
      'rules with different names',
    ),
  /** After a death this much of the log is computed again; each checkpoint is a synchronous write of what changed. */
  checkpointEvery: durationMs.prefault('10s').refine((ms) => ms >= 100, 'at least 100ms'),
})
export type ProcessorConfig = z.output<typeof ProcessorConfig>
