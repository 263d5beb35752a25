import { createRandom, noise } from './random.ts'
import { BATCH_SAMPLES, type Batch, type Kind, type Series, toValues } from './series.ts'

interface Recipe {
  readonly name: string
  readonly kind: Kind
  readonly sampleCount: number
  /** Of the n-th sample in order of arrival. */
  readonly timeUsAt: (index: number) => number
  /** Values from the first on, the same at each call. */
  readonly startValues: () => (index: number) => number | string
  /** Times go back, and some come twice. */
  readonly repeatsTimes?: boolean
}

const START_US = Date.UTC(2026, 0, 1) * 1000
const SECOND_US = 1_000_000
const MINUTE_US = 60 * SECOND_US
const HOUR_US = 60 * MINUTE_US

const MACHINE_SAMPLES = 22_695
/** Where an hour of the machine's log comes a second time. */
const MACHINE_REPEATS_AT = MACHINE_SAMPLES >> 1
const AMBIENT_SAMPLES = 7_267
const AMBIENT_GAP_AT = Math.floor(AMBIENT_SAMPLES * 0.7)

/** Of twenty values one is a sum of floats rather than a decimal: `74.93588199999998`. */
const DUST_SHARE = 0.05

const STATES = [
  'RUNNING',
  'IDLE',
  'SETUP',
  'BLOCKED: outlet full',
  'STARVED: no parts',
  'FAULT 4711: guard door open',
  'FAULT 1203: hydraulic pressure low',
  'MAINTENANCE',
]

const recipes: readonly Recipe[] = [
  {
    name: 'machine',
    kind: 'number',
    sampleCount: MACHINE_SAMPLES,
    timeUsAt: (index) => START_US + (index < MACHINE_REPEATS_AT ? index : index - 12) * 5 * MINUTE_US,
    startValues: () => driftingValues({ seed: 1, mean: 85, dustShare: DUST_SHARE }),
    repeatsTimes: true,
  },
  {
    name: 'ambient',
    kind: 'number',
    sampleCount: AMBIENT_SAMPLES,
    timeUsAt: (index) => START_US + (index < AMBIENT_GAP_AT ? index : index + 342) * HOUR_US,
    startValues: () => driftingValues({ seed: 2, mean: 71, dustShare: 0 }),
  },
  {
    name: 'sine',
    kind: 'number',
    sampleCount: 1_000_000,
    timeUsAt: (index) => START_US + index * 100_000,
    startValues: () => waveValues(3, 500),
  },
  {
    name: 'vibration',
    kind: 'number',
    sampleCount: 1_000_000,
    timeUsAt: (index) => START_US + index * 1_000,
    startValues: vibrationValues,
  },
  {
    name: 'onOff',
    kind: 'boolean',
    sampleCount: 1_000_000,
    timeUsAt: (index) => START_US + index * SECOND_US,
    startValues: () => {
      const random = createRandom(5)
      let state = 0
      return () => {
        if (random() < 1 / 60) state = 1 - state
        return state
      }
    },
  },
  {
    name: 'states',
    kind: 'text',
    sampleCount: 200_000,
    timeUsAt: (index) => START_US + index * SECOND_US,
    startValues: () => {
      const random = createRandom(6)
      let state = 0
      return () => {
        if (random() < 1 / 30) state = Math.floor(random() * STATES.length)
        return STATES[state] as string
      }
    },
  },
]

/** Series with the traits of logged ones: long decimals with dust, repeated and missing hours, waves, states. */
export const generatedSeries = (): Series[] => recipes.map(generate)

/** Thirty days at one sample a second: what is looked at as one picture. */
export const monthSeries = (): Series =>
  generate({
    name: 'month',
    kind: 'number',
    sampleCount: 30 * 86_400,
    timeUsAt: (index) => START_US + index * SECOND_US,
    startValues: () => waveValues(7, 86_400 / (2 * Math.PI)),
  })

function generate({ name, kind, sampleCount, timeUsAt, startValues, repeatsTimes = false }: Recipe): Series {
  const tag = `bench/${name}`
  return {
    name,
    tag,
    kind,
    sampleCount,
    isInOrder: !repeatsTimes,
    timeUsAt,
    *batches(): Iterable<Batch> {
      const valueAt = startValues()
      const seen = new Map<number, number>()
      for (let from = 0; from < sampleCount; from += BATCH_SAMPLES) {
        const length = Math.min(BATCH_SAMPLES, sampleCount - from)
        const timesUs = Float64Array.from({ length }, (_, index) => timeUsAt(from + index))
        const values = Array.from({ length }, (_, index) => valueAt(from + index))
        const sequences = repeatsTimes ? countEarlier(seen, timesUs) : new Uint32Array(length)
        yield { tag, timesUs, data: toValues(kind, values), sequences }
      }
    },
  }
}

/** @param seen how many samples each time has had; changed */
export function countEarlier(seen: Map<number, number>, timesUs: Float64Array): Uint32Array {
  return Uint32Array.from(timesUs, (timeUs) => {
    const count = seen.get(timeUs) ?? 0
    seen.set(timeUs, count + 1)
    return count
  })
}

/** A temperature with eight decimals that comes back to its mean. */
function driftingValues(traits: {
  readonly seed: number
  readonly mean: number
  readonly dustShare: number
}) {
  const random = createRandom(traits.seed)
  let level = traits.mean
  return () => {
    level += (random() - 0.5) * 2 + (traits.mean - level) * 0.01
    const decimal = Math.round(level * 1e8) / 1e8
    return random() < traits.dustShare ? decimal * (1 - 2 ** -52) : decimal
  }
}

/** A slow sine with noise, at two decimals. */
function waveValues(seed: number, samplesPerRadian: number) {
  const random = createRandom(seed)
  return (index: number) =>
    Math.round((50 + 10 * Math.sin(index / samplesPerRadian) + 0.5 * noise(random)) * 100) / 100
}

/** What a 16-bit accelerometer of ±16 g gives of a shaft at 29.5 Hz, its double, and a bearing. */
function vibrationValues() {
  const random = createRandom(4)
  return (index: number) => {
    const phase = (2 * Math.PI * index) / 1_000
    const shaft = 1_800 * Math.sin(29.5 * phase) + 600 * Math.sin(59 * phase + 1)
    const raw = Math.round(shaft + 250 * Math.sin(157.3 * phase) + 200 * noise(random))
    // Never -0, which SQLite does not keep.
    return raw / 2_048 + 0
  }
}
