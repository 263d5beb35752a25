import type { Column } from '../../shared/frame/frame.ts'
import type { SourceBatch, SourceContext } from '../../shared/source/source.ts'
import type { Signal } from './machine.ts'
import type { FactoryOptions } from './options.ts'
import { isAbortedWithin } from './pause.ts'
import { createPlant, type PlantMachine } from './plant.ts'

/** After a pause of the process (a sleeping laptop) no more than this is made up for. */
const CATCH_UP_US_MAX = 10_000_000

/** A step back of the wall clock by more than this is followed; less is waited out. */
const STEP_BACK_US = 1_000_000

/** Machines by the clock: each tick gives the samples up to the wall clock. */
export async function* readLive(
  options: FactoryOptions,
  { clock, scheduler, signal }: SourceContext,
): AsyncGenerator<SourceBatch> {
  const periodUs = Math.round(1e6 / options.rateHz)
  const plant = createPlant(options, clock.wallUs())
  const recorders = plant.flatMap((machine) =>
    machine.machine.signals.map((one) => createRecorder(options.prefix, machine, one)),
  )
  // Samples lie on a grid of the clock, so that another start gives the same ones.
  let nextUs = Math.ceil(clock.wallUs() / periodUs) * periodUs
  let completeBeforeUs = -Infinity
  while (!signal.aborted) {
    const wallUs = clock.wallUs()
    if (wallUs < nextUs - periodUs - STEP_BACK_US || wallUs - nextUs > CATCH_UP_US_MAX) {
      nextUs = Math.ceil(wallUs / periodUs) * periodUs
    }
    const timesUs: number[] = []
    for (; nextUs <= wallUs; nextUs += periodUs) timesUs.push(nextUs)
    completeBeforeUs = Math.max(completeBeforeUs, nextUs)
    const shared = Float64Array.from(timesUs)
    const columns = recorders.map((record) => record(shared)).filter((column) => column !== undefined)
    yield { columns, completeBeforeUs, position: '' }
    if (await isAbortedWithin(untilTickMs(clock.wallUs(), options.tick), scheduler, signal)) return
  }
}

/** Ticks lie on a grid of the clock as samples do: between the two, a sample would wait for its tick. */
function untilTickMs(wallUs: number, tickMs: number): number {
  const wallMs = wallUs / 1000
  return Math.ceil((Math.floor(wallMs / tickMs) + 1) * tickMs - wallMs)
}

type Recorder = (timesUs: Float64Array) => Column | undefined

/** Measured values at every instant; states and counters when they change, and at the first instant. */
function createRecorder(prefix: string, { machine, momentAt }: PlantMachine, signal: Signal): Recorder {
  const tag = `${prefix}/${machine.name}/${signal.name}`
  if (signal.kind === 'number') {
    return (timesUs) =>
      timesUs.length === 0
        ? undefined
        : {
            tag,
            timesUs,
            quality: new Uint8Array(timesUs.length),
            data: { kind: 'number', values: timesUs.map((timeUs) => signal.at(momentAt(timeUs))) },
          }
  }
  let last: boolean | string | undefined
  return (timesUs) => {
    const changes: { readonly timeUs: number; readonly value: boolean | string }[] = []
    for (const timeUs of timesUs) {
      const value = signal.at(momentAt(timeUs))
      if (value !== last) changes.push({ timeUs, value })
      last = value
    }
    return changes.length === 0 ? undefined : changedColumn(tag, signal.kind, changes)
  }
}

function changedColumn(
  tag: string,
  kind: 'boolean' | 'text',
  changes: readonly { readonly timeUs: number; readonly value: boolean | string }[],
): Column {
  const timesUs = Float64Array.from(changes, ({ timeUs }) => timeUs)
  const quality = new Uint8Array(changes.length)
  if (kind === 'text') {
    return { tag, timesUs, quality, data: { kind, values: changes.map(({ value }) => String(value)) } }
  }
  return {
    tag,
    timesUs,
    quality,
    data: { kind, values: Uint8Array.from(changes, ({ value }) => (value ? 1 : 0)) },
  }
}
