import * as z from 'zod'
import { bytes, count, durationMs } from '../component/config-types.ts'
import type { FunctionDefinition } from './definition.ts'
import { BACKOFF_MS_MAX } from './limits.ts'

const NAME_LENGTH_MAX = 64
const PATH_LENGTH_MAX = 1024
const TOPIC_LENGTH_MAX = 256
/** Under this a timer of the event loop is no measure. */
const TIMEOUT_MS_MIN = 5
/** A function that needs longer is a component of its own. */
const TIMEOUT_MS_MAX = 300_000
/** A thread has some 8 MB of its own; with less above that, loading TypeScript already fails. */
const MEMORY_BYTES_MIN = 24 * 1024 ** 2
const MEMORY_BYTES_MAX = 1024 ** 3
/** Threads beyond the cores of a gateway only take turns. */
const WORKERS_MAX = 16
const RETRIES_MAX = 100
const QUEUE_INPUTS_MAX = 100_000
const QUEUE_BYTES_MAX = 64 * 1024 ** 2
const RECYCLE_AFTER_MAX = 1_000_000

const Topic = z
  .string()
  .min(1)
  .max(TOPIC_LENGTH_MAX)
  .regex(/^[^+#]*$/, 'a topic without + and #')

/** One function in a component's configuration. */
export const FunctionConfig = z.object({
  name: z
    .string()
    .min(1)
    .max(NAME_LENGTH_MAX)
    .regex(/^[A-Za-z0-9_.-]*$/, 'a name of letters, digits, _ . and -'),
  file: z
    .string()
    .max(PATH_LENGTH_MAX)
    .regex(/\.(ts|mts|cts|js|mjs|cjs)$/, 'a TypeScript or JavaScript file: .ts .mts .cts .js .mjs .cjs'),
  handler: z.string().min(1).max(NAME_LENGTH_MAX).prefault('handler'),
  /** Any text. A file changes behind the configuration's back; this says that it did. */
  version: z.string().max(NAME_LENGTH_MAX).prefault(''),
  /** A second: what a person at a machine takes for at once. Endless loops hold a core for so long, each attempt. */
  timeout: durationMs
    .prefault('1s')
    .refine((ms) => ms >= TIMEOUT_MS_MIN && ms <= TIMEOUT_MS_MAX, 'a time from 5ms to 5m'),
  memory: bytes({ min: MEMORY_BYTES_MIN, max: MEMORY_BYTES_MAX }).prefault('64MiB'),
  /** One that waits for an answer from elsewhere does not hold up the other keys. */
  workers: count({ min: 1, max: WORKERS_MAX }).prefault(2),
  retries: count({ max: RETRIES_MAX }).prefault(2),
  backoff: durationMs.prefault('200ms').refine((ms) => ms <= BACKOFF_MS_MAX, 'at most 1m'),
  key: z.enum(['tag', 'rule', 'none']).prefault('tag'),
  /** At 100 inputs a second, ten seconds of a function that stands still. */
  queueInputs: count({ min: 1, max: QUEUE_INPUTS_MAX }).prefault(1000),
  queueBytes: bytes({ min: 64 * 1024, max: QUEUE_BYTES_MAX }).prefault('4MiB'),
  /** A leak of 1 kB a call is 10 MB by then. */
  recycleAfter: count({ min: 1, max: RECYCLE_AFTER_MAX }).prefault(10_000),
  output: Topic.optional(),
  deadLetter: Topic.optional(),
})
export type FunctionConfig = z.output<typeof FunctionConfig>

export const toDefinition = (config: FunctionConfig): FunctionDefinition => ({
  name: config.name,
  file: config.file,
  handler: config.handler,
  version: config.version,
  timeoutMs: config.timeout,
  memoryBytes: config.memory,
  workers: config.workers,
  retries: config.retries,
  backoffMs: config.backoff,
  key: config.key,
  queueInputs: config.queueInputs,
  queueBytes: config.queueBytes,
  recycleAfter: config.recycleAfter,
  outputTopic: config.output,
  deadLetterTopic: config.deadLetter,
})
