import type { Source, SourceBatch, SourceContext } from '../../../shared/source/source.ts'
import { wait } from '../../../shared/time/wait.ts'
import { type PlainSample, samplesOf } from '../frame-content.ts'
import type { Random } from '../random.ts'
import { createReadings, type MachineTraits, toColumns } from './machine-values.ts'

/** A machine that is read live and remembers what it gave to each reader: a reader is one opening of the source. */
export interface LiveMachine {
  readonly name: string
  /** The module that a plug-in source of the collector loads. */
  readonly module: { readonly createSource: () => Source }
  readonly openings: readonly Opening[]
}

export interface Opening {
  /** Start of the collector in which it was: 1, 2, 3 … */
  readonly start: number
  /** In the order given, by tag. */
  readonly samples: ReadonlyMap<string, readonly PlainSample[]>
}

export interface LiveMachineOptions {
  readonly name: string
  readonly prefix: string
  readonly periodUs: number
  /** Samples of each tag in one batch. */
  readonly batchSize: number
  readonly traits: MachineTraits
  /** Virtual instant after which it gives nothing any more. */
  readonly endUs: number
  readonly random: Random
  readonly nowUs: () => number
  readonly collectorStarts: () => number
}

export function createLiveMachine(options: LiveMachineOptions): LiveMachine {
  const { name, periodUs, batchSize, endUs, nowUs } = options
  const openings: Opening[] = []
  const read = createReadings(options.random, options.prefix, options.traits)

  const source: Source = {
    replayable: false,
    async *read({ clock, scheduler, signal }: SourceContext): AsyncGenerator<SourceBatch> {
      const samples = new Map<string, PlainSample[]>()
      openings.push({ samples, start: options.collectorStarts() })
      let completeBeforeUs = Number.NEGATIVE_INFINITY
      let lastUs = clock.wallUs()
      while (nowUs() < endUs) {
        await wait(scheduler, (periodUs * batchSize) / 1000, signal)
        const wallUs = clock.wallUs()
        const timesUs = instants({ lastUs, wallUs, periodUs, count: batchSize })
        const columns = toColumns(timesUs, Array.from(timesUs, read))
        for (const column of columns) {
          const given = samples.get(column.tag) ?? []
          samples.set(column.tag, given)
          given.push(...samplesOf(column))
        }
        lastUs = wallUs
        completeBeforeUs = Math.max(completeBeforeUs, wallUs)
        yield { columns, completeBeforeUs, position: '' }
      }
      yield { columns: [], completeBeforeUs: Number.POSITIVE_INFINITY, position: '' }
    },
  }
  return { name, module: { createSource: () => source }, openings }
}

/** Up to now, a period apart where there was time; after a step back of the wall clock all at the new time. */
function instants(span: { lastUs: number; wallUs: number; periodUs: number; count: number }): Float64Array {
  const { lastUs, wallUs, periodUs, count } = span
  const firstUs = wallUs > lastUs ? Math.max(lastUs + 1, wallUs - periodUs * (count - 1)) : wallUs
  const stepUs = Math.max(0, Math.floor((wallUs - firstUs) / Math.max(1, count - 1)))
  return Float64Array.from({ length: count }, (_, index) => firstUs + index * stepUs)
}
