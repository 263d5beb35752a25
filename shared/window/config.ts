import * as z from 'zod'
import { AggregateSpecs } from '../aggregate/spec.ts'
import { describeZodIssue } from '../component/config-issues.ts'
import { count, duration, flag } from '../component/config-types.ts'
import { findUnknownKeys } from '../component/unknown-keys.ts'
import { TagFilters } from '../tag/tag-filters.ts'
import { jointIssue, KINDS } from './config-kinds.ts'
import { type KeySpec, type WindowDefinition, type WindowKind, windowName } from './definition.ts'
import { PRODUCERS_MAX } from './limits.ts'

const NAME_LENGTH_MAX = 128
/** Deeper tags than this are nowhere in use. */
const LEVELS_MAX = 32
/** In a row: more empty windows than this nobody reads one by one. */
const EMPTY_LIMIT = 1000
const EMPTY_LIMIT_MAX = 100_000

const name = z.string().min(1).max(NAME_LENGTH_MAX)

const key = z.union([
  z.enum(['tag', 'all']),
  z.object({
    levels: z
      .array(count({ min: 1, max: LEVELS_MAX }))
      .min(1)
      .max(LEVELS_MAX),
  }),
  z.object({ attribute: name }),
])

/** What every kind of window may say besides. */
const COMMON = {
  /** Part of the identity of every answer; made from the kind when it is not given. */
  name: name.optional(),
  tags: TagFilters.prefault(['#']),
  /** Which samples share windows. */
  key: key.prefault('tag'),
  allowedLateness: duration.optional(),
  /** How far the watermark moves before late samples are answered again. */
  lateFlush: duration.optional(),
  aggregates: AggregateSpecs.prefault(['count', 'mean', 'std', 'min', 'max', 'last']),
  /** Answers for windows without samples, after a key's first one. */
  emitEmpty: flag.prefault(false),
  /** So many in a row; then one answer stands for the rest. */
  emptyLimit: count({ min: 1, max: EMPTY_LIMIT_MAX }).prefault(EMPTY_LIMIT),
  /** Answers before the end: as the newest sample gets on by `every`, or for each so many `samples`. */
  early: z
    .object({ every: duration.optional(), samples: count({ min: 1 }).optional() })
    .refine(({ every, samples }) => (every ?? 0) > 0 || samples !== undefined, {
      params: { expected: 'every (a duration of more than 0s), samples, or both' },
    })
    .optional(),
  /** How far a sample may lie behind the newest one of its producer, where the engine makes the watermark. */
  outOfOrderness: duration.prefault('0s'),
  /** A producer that is silent for longer is not waited for. */
  idleAfter: duration.optional(),
  /** Producers that are waited for from the start. */
  producers: z.array(name).min(1).max(PRODUCERS_MAX).optional(),
}

const Flat = z.discriminatedUnion('type', [
  KINDS.tumbling.extend(COMMON),
  KINDS.hopping.extend(COMMON),
  KINDS.sliding.extend(COMMON),
  KINDS.session.extend(COMMON),
  KINDS.count.extend(COMMON),
  KINDS.state.extend(COMMON),
  KINDS.run.extend(COMMON),
  KINDS.calendar.extend(COMMON),
])
export type WindowConfig = z.output<typeof Flat>

/**
 * One window as a configuration writes it: `{ type: tumbling, size: 10s, aggregates: [mean], … }`, or with the keys
 * of the kind apart, `{ window: { type: tumbling, size: 10s }, aggregates: [mean], … }`. Durations come out in
 * microseconds, conditions compiled. Unknown keys are issues of their own, with the nearest known key.
 */
export const WindowConfig = z
  .unknown()
  .transform((input, context): WindowConfig => {
    const { flat, pathOf } = flatten(input)
    const parsed = Flat.safeParse(flat)
    const joint = parsed.success ? jointIssue(parsed.data) : undefined
    const issues = [
      ...findUnknownKeys(Flat, flat).map(({ where = '', expected, mend }) => ({
        path: where.split('.'),
        expected,
        mend,
      })),
      ...(parsed.success ? [] : parsed.error.issues).flatMap((issue) =>
        describeZodIssue(issue, flat).map(({ expected, mend }) => ({ path: issue.path, expected, mend })),
      ),
      ...(joint === undefined ? [] : [{ path: [joint.key], expected: joint.expected, mend: undefined }]),
    ]
    for (const { path, expected = 'something else', mend } of issues) {
      context.issues.push({
        code: 'custom',
        input,
        path: pathOf(path),
        message: `expected ${expected}`,
        params: { expected, ...(mend === undefined ? {} : { mend }) },
      })
    }
    return parsed.success && issues.length === 0 ? parsed.data : z.NEVER
  })
  .meta({ ...z.toJSONSchema(Flat, { io: 'input', unrepresentable: 'any' }) })

/** Brings the keys of `window` up beside the others; `pathOf` tells where each was written. */
function flatten(input: unknown): {
  flat: unknown
  pathOf: (path: readonly PropertyKey[]) => PropertyKey[]
} {
  const window: unknown = isMap(input) ? input['window'] : undefined
  if (!isMap(input) || !isMap(window)) return { flat: input, pathOf: (path) => [...path] }
  const { window: _, ...others } = input
  const pathOf = ([first, ...rest]: readonly PropertyKey[]): PropertyKey[] =>
    first === undefined || first in others || !(first in window || first === 'type')
      ? [...(first === undefined ? [] : [first]), ...rest]
      : ['window', first, ...rest]
  return { flat: { ...window, ...others }, pathOf }
}

const isMap = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What holds where a configuration says nothing. */
export interface DefinitionDefaults {
  readonly allowedLatenessUs?: number
  readonly lateFlushUs?: number
}

/** The definition that the engine takes; lateness and late flush are 0 unless the configuration or the defaults say more. */
export function toDefinition(config: WindowConfig, defaults: DefinitionDefaults = {}): WindowDefinition {
  const window = kindOf(config)
  const { early } = config
  return {
    name: config.name ?? windowName(window),
    tags: config.tags,
    key: keyOf(config.key),
    window,
    allowedLatenessUs: config.allowedLateness ?? defaults.allowedLatenessUs ?? 0,
    lateFlushUs: config.lateFlush ?? defaults.lateFlushUs ?? 0,
    aggregates: config.aggregates,
    ...(config.emitEmpty ? { emitEmpty: { limit: config.emptyLimit } } : {}),
    ...(early === undefined
      ? {}
      : {
          early: {
            ...(early.every === undefined ? {} : { everyUs: early.every }),
            ...(early.samples === undefined ? {} : { everySamples: early.samples }),
          },
        }),
  }
}

function keyOf(key: WindowConfig['key']): KeySpec {
  if (typeof key === 'string') return { by: key }
  return 'levels' in key
    ? { by: 'levels', levels: key.levels }
    : { by: 'attribute', attribute: key.attribute }
}

function kindOf(config: WindowConfig): WindowKind {
  switch (config.type) {
    case 'tumbling':
      return { type: 'tumbling', sizeUs: config.size, offsetUs: config.offset }
    case 'hopping':
      return { type: 'hopping', sizeUs: config.size, hopUs: config.hop, offsetUs: config.offset }
    case 'sliding': {
      const { length: lengthUs, delay: delayUs, when } = config
      return { type: 'sliding', lengthUs, delayUs, ...(when === undefined ? {} : { when }) }
    }
    case 'session': {
      const { gap: gapUs, maxDuration } = config
      return { type: 'session', gapUs, ...(maxDuration === undefined ? {} : { maxDurationUs: maxDuration }) }
    }
    case 'count':
      return { type: 'count', size: config.size, every: config.every ?? config.size }
    case 'state':
      return { type: 'state', begin: config.begin, end: config.end, maxDurationUs: config.maxDuration }
    case 'run':
      return { type: 'run' }
    case 'calendar':
      return { type: 'calendar', unit: config.unit, zone: config.zone, startsAt: [config.startsAt].flat() }
  }
}
