import * as z from 'zod'
import type { Column } from '../../shared/frame/frame.ts'
import type { SourceBatch, SourceContext } from '../../shared/source/source.ts'
import type { FactoryOptions } from './options.ts'
import { isAbortedWithin } from './pause.ts'
import { cutWalk, sensorTag, walkOf } from './walk.ts'

/** Where the source is: its first time, and how many samples each sensor has given. */
const Position = z.object({ startUs: z.number(), given: z.number() })
type Position = z.output<typeof Position>

/**
 * Sensors at an even pace that can be read again, as a server with a buffer of its own: after a pause they make up for
 * what was due. Every value follows from the seed, the sensor and how many came before.
 */
export async function* readSteady(
  options: FactoryOptions,
  { clock, scheduler, signal, resumeAfter }: SourceContext,
): AsyncGenerator<SourceBatch> {
  const { tags, samplesPerBatch, prefix, seed, rateHz, tick, samplesMax = Infinity } = options
  const periodUs = Math.round(1e6 / rateHz)
  const walks = Array.from({ length: tags }, (_, sensor) => walkOf(seed, sensor))
  const most = Math.floor(samplesMax / tags)
  const position = positionAfter(resumeAfter, Math.ceil(clock.wallUs() / periodUs) * periodUs)
  let { given } = position
  while (given < most && !signal.aborted) {
    const due = Math.floor((clock.wallUs() - position.startUs) / periodUs) + 1
    const count = Math.min(due - given, samplesPerBatch, most - given)
    if (count <= 0) {
      if (await isAbortedWithin(tick, scheduler, signal)) return
      continue
    }
    const columns = columnsOf(walks, { prefix, periodUs, count, from: given, startUs: position.startUs })
    given += count
    yield {
      columns,
      completeBeforeUs: position.startUs + given * periodUs,
      position: JSON.stringify({ ...position, given }),
    }
  }
  if (signal.aborted) return
  yield { columns: [], completeBeforeUs: Infinity, position: JSON.stringify({ ...position, given }) }
}

function positionAfter(text: string, startUs: number): Position {
  return text === '' ? { startUs, given: 0 } : Position.parse(JSON.parse(text))
}

interface Cut {
  readonly prefix: string
  readonly periodUs: number
  readonly startUs: number
  readonly from: number
  readonly count: number
}

function columnsOf(
  walks: readonly Float64Array[],
  { prefix, periodUs, startUs, from, count }: Cut,
): Column[] {
  const timesUs = Float64Array.from({ length: count }, (_, index) => startUs + (from + index) * periodUs)
  const quality = new Uint8Array(count)
  return walks.map((walk, sensor) => ({
    tag: sensorTag(prefix, sensor),
    timesUs,
    quality,
    data: { kind: 'number', values: cutWalk(walk, from, count) },
  }))
}
