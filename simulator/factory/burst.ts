import type { Column } from '../../shared/frame/frame.ts'
import type { SourceBatch, SourceContext } from '../../shared/source/source.ts'
import type { FactoryOptions } from './options.ts'
import { cutWalk, sensorTag, WALK_LENGTH, walkOf } from './walk.ts'

/** Event time begins this long ago, so that samples made faster than time passes are not ahead of the clock. */
const HEAD_START_US = 86_400_000_000

/** Sensors in bursts: as many samples as are pulled, evenly spaced by `rateHz`, in steps of 0.01. */
export async function* readBurst(
  options: FactoryOptions,
  { clock, signal }: SourceContext,
): AsyncGenerator<SourceBatch> {
  const { tags, samplesPerBatch, prefix, seed, samplesMax = Infinity } = options
  const periodUs = Math.round(1e6 / options.rateHz)
  const walks = Array.from({ length: tags }, (_, tag) => walkOf(seed, tag))
  const names = walks.map((_, tag) => sensorTag(prefix, tag))
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
        data: { kind: 'number', values: cutWalk(walk, step, samplesPerBatch) },
      }),
    )
    step = (step + samplesPerBatch) % WALK_LENGTH
    yield { columns, completeBeforeUs: nextUs, position: '' }
  }
  if (!signal.aborted) yield { columns: [], completeBeforeUs: Infinity, position: '' }
}
