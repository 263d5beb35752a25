import { type Column, Quality } from '../../../shared/frame/frame.ts'
import type { Source, SourceBatch, SourceContext } from '../../../shared/source/source.ts'
import { wait } from '../../../shared/time/wait.ts'
import type { PlainSample } from '../frame-content.ts'
import type { Random } from '../random.ts'

/** A machine that is read live and remembers what it gave, to each reader: one reader is one collector process. */
export interface LiveMachine {
  readonly name: string
  /** The module that a plug-in source of the collector loads. */
  readonly module: { readonly createSource: () => Source }
  readonly readings: readonly Reading[]
}

export interface Reading {
  /** In the order given, by tag. */
  readonly samples: ReadonlyMap<string, readonly PlainSample[]>
  readonly incarnation: number
}

export interface LiveMachineOptions {
  readonly name: string
  readonly periodUs: number
  /** Samples of each tag in one batch. */
  readonly batchSize: number
  /** Virtual instant after which it gives nothing any more. */
  readonly endUs: number
  readonly random: Random
  readonly nowUs: () => number
  /** Starts of the collector so far: whose reading this is. */
  readonly incarnation: () => number
}

type Value = PlainSample['value']

export function createLiveMachine(options: LiveMachineOptions): LiveMachine {
  const { name, periodUs, batchSize, endUs, random, nowUs } = options
  const readings: Reading[] = []
  let serial = 0

  const draw = (): Record<string, Value> => {
    serial += 1
    const level = 60 + 30 * Math.sin(serial / 40) + random.fraction()
    return {
      serial,
      temperature: Math.round(level * 1000) / 1000,
      running: level > 50,
      state: level > 80 ? 'hot' : level > 40 ? 'warm' : 'cold',
    }
  }

  const source: Source = {
    replayable: false,
    async *read({ clock, scheduler, signal }: SourceContext): AsyncGenerator<SourceBatch> {
      const samples = new Map<string, PlainSample[]>()
      readings.push({ samples, incarnation: options.incarnation() })
      let completeBeforeUs = Number.NEGATIVE_INFINITY
      let lastUs = clock.wallUs()
      while (nowUs() < endUs) {
        await wait(scheduler, (periodUs * batchSize) / 1000, signal)
        const wallUs = clock.wallUs()
        // After a step back of the wall clock, and where two stamps would be equal, time goes on from there.
        const firstUs = wallUs > lastUs ? Math.max(lastUs + 1, wallUs - periodUs * (batchSize - 1)) : wallUs
        const stepUs = Math.max(0, Math.floor((wallUs - firstUs) / Math.max(1, batchSize - 1)))
        const timesUs = Float64Array.from({ length: batchSize }, (_, index) => firstUs + index * stepUs)
        lastUs = wallUs
        const drawn = Array.from(timesUs, draw)
        const columns = Object.keys(drawn[0] ?? {}).map((tag) =>
          toColumn(
            `${name}/${tag}`,
            timesUs,
            drawn.map((values) => values[tag] ?? 0),
          ),
        )
        for (const { tag } of columns) {
          const key = tag.slice(name.length + 1)
          const given = samples.get(tag) ?? []
          samples.set(tag, given)
          for (const [index, timeUs] of timesUs.entries()) {
            given.push({ timeUs, value: drawn[index]?.[key] ?? 0, quality: Quality.good })
          }
        }
        completeBeforeUs = Math.max(completeBeforeUs, wallUs)
        yield { columns, completeBeforeUs, position: '' }
      }
      yield { columns: [], completeBeforeUs: Number.POSITIVE_INFINITY, position: '' }
    },
  }
  return { name, module: { createSource: () => source }, readings }
}

function toColumn(tag: string, timesUs: Float64Array, values: readonly Value[]): Column {
  const base = { tag, timesUs, quality: new Uint8Array(values.length) }
  const [first] = values
  if (typeof first === 'number')
    return { ...base, data: { kind: 'number', values: Float64Array.from(values, Number) } }
  if (typeof first === 'boolean') {
    return { ...base, data: { kind: 'boolean', values: Uint8Array.from(values, Number) } }
  }
  return { ...base, data: { kind: 'text', values: values.map(String) } }
}
