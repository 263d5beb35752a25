import type { Column } from '../../shared/frame/frame.ts'
import type { SourceBatch, SourceContext } from '../../shared/source/source.ts'
import { scatter, seedOf } from './noise.ts'
import type { FactoryOptions } from './options.ts'

/** Event time begins this long ago, so that samples made faster than time passes are not ahead of the clock. */
const HEAD_START_US = 86_400_000_000

/** Values of one tag are made once and repeated: copying them costs next to nothing beside encoding them. */
const WALK_LENGTH = 1024

/** Sensors in bursts: as many samples as are pulled, evenly spaced by `rateHz`, in steps of 0.01. */
export async function* readBurst(
  options: FactoryOptions,
  { clock, signal }: SourceContext,
): AsyncGenerator<SourceBatch> {
  const { tags, samplesPerBatch, prefix, seed, samplesMax = Infinity } = options
  const periodUs = Math.round(1e6 / options.rateHz)
  const walks = Array.from({ length: tags }, (_, tag) => randomWalk(seedOf(seed, String(tag))))
  const names = walks.map((_, tag) => `${prefix}/sensor${tag}`)
  let nextUs = Math.ceil((clock.wallUs() - HEAD_START_US) / periodUs) * periodUs
  let step = 0
  for (let given = 0; given < samplesMax && !signal.aborted; given += tags * samplesPerBatch) {
    const timesUs = new Float64Array(samplesPerBatch)
    for (let index = 0; index < samplesPerBatch; index++) timesUs[index] = nextUs + index * periodUs
    nextUs += samplesPerBatch * periodUs
    const quality = new Uint8Array(samplesPerBatch)
    const columns = walks.map(
      (walk, tag): Column => ({
        tag: names[tag] ?? '',
        timesUs,
        quality,
        data: { kind: 'number', values: cut(walk, step, samplesPerBatch) },
      }),
    )
    step = (step + samplesPerBatch) % WALK_LENGTH
    yield { columns, completeBeforeUs: nextUs, position: '' }
  }
  if (!signal.aborted) yield { columns: [], completeBeforeUs: Infinity, position: '' }
}

/** Steps of up to 0.05 about a value of its own; it ends near where it began. */
function randomWalk(seed: number): Float64Array {
  const walk = new Float64Array(WALK_LENGTH)
  const base = Math.round(scatter(seed, 0) * 9000) + 1000
  let level = 0
  for (let index = 0; index < WALK_LENGTH; index++) {
    const pull = index > WALK_LENGTH / 2 ? -Math.sign(level) : 0
    level += Math.round(scatter(seed, index + 1) * 10 - 5) + pull
    walk[index] = (base + level) / 100
  }
  return walk
}

function cut(walk: Float64Array, from: number, length: number): Float64Array {
  if (from + length <= WALK_LENGTH) return walk.slice(from, from + length)
  const values = new Float64Array(length)
  for (let index = 0; index < length; index++) values[index] = walk[(from + index) % WALK_LENGTH] ?? 0
  return values
}
