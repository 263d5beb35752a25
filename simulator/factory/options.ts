import * as z from 'zod'
import { checkConfig } from '../../shared/component/config.ts'
import { count, duration, durationMs, real } from '../../shared/component/config-types.ts'

/** Machines of one kind; a plant with more is several sources. */
const MACHINES_MAX = 100
const TAGS_MAX = 10_000
const SAMPLES_PER_BATCH_MAX = 10_000

const Fault = z.object({
  /** Such as `press1`. */
  machine: z.string().min(1),
  /**
   * `overheat`: the temperature climbs. `bearing`: vibration grows, and with it heat. `stall`: it stands, and the
   * motor draws current. `stuck`: the sensors give the value they had.
   */
  kind: z.enum(['overheat', 'bearing', 'stall', 'stuck']),
  /** From the start of the source, or of each period when it comes again. */
  after: duration.prefault('30s'),
  lasts: duration.prefault('1m').refine((us) => us > 0, 'longer than nothing'),
  /** It comes again so often, at the same times of the clock. */
  every: duration.optional().refine((us) => us === undefined || us > 0, 'longer than nothing'),
})
export type FaultOptions = z.output<typeof Fault>

const Machines = z.object({
  press: count({ max: MACHINES_MAX }).prefault(1),
  pump: count({ max: MACHINES_MAX }).prefault(1),
  compressor: count({ max: MACHINES_MAX }).prefault(1),
  conveyor: count({ max: MACHINES_MAX }).prefault(1),
})

const FactoryOptions = z.object({
  seed: count().prefault(1),
  /**
   * `live`: machines by the clock. `burst`: cheap samples as fast as they are pulled, for benchmarks. `steady`: the same by
   * the clock, from a source that can be read again.
   */
  mode: z.enum(['live', 'burst', 'steady']).prefault('live'),
  /** Tags begin with it. */
  prefix: z
    .string()
    .min(1)
    .regex(/^[^+#]+$/, 'a path without + and #')
    .prefault('line1'),
  /** Samples of each measured signal in a second. */
  rateHz: real({ min: 0.001, max: 10_000 }).prefault(10),
  /** Live and steady: how often a batch is given; live at multiples of it. */
  tick: durationMs.prefault('100ms').refine((ms) => ms >= 1, 'at least 1ms'),
  machines: Machines.prefault({}),
  /** How long it takes from new to worn out; then the part is replaced. */
  wearPeriod: duration.prefault('30d').refine((us) => us > 0, 'longer than nothing'),
  faults: z.array(Fault).max(100).prefault([]),
  /** Burst and steady: how many tags, how many samples of each in a batch, and after how many samples it ends. */
  tags: count({ min: 1, max: TAGS_MAX }).prefault(1000),
  samplesPerBatch: count({ min: 1, max: SAMPLES_PER_BATCH_MAX }).prefault(100),
  samplesMax: count({ min: 1 }).optional(),
})
export type FactoryOptions = z.output<typeof FactoryOptions>

/** @throws ConfigError `GENBA_CONFIG_INVALID` */
export function readOptions(options: unknown): FactoryOptions {
  const checked = checkConfig(FactoryOptions, options, { component: 'the simulated factory' })
  if (!checked.ok) throw checked.error
  return checked.config
}
