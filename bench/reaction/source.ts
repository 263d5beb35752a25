import * as z from 'zod'
import type { Column } from '../../shared/frame/frame.ts'
import type { SourceBatch, SourceContext, SourceFactory } from '../../shared/source/source.ts'
import { wait } from '../../shared/time/wait.ts'

const Options = z.object({
  prefix: z.string(),
  tags: z.number(),
  /** How many of the tags are guards, which a rule watches. */
  guards: z.number(),
  rateHz: z.number(),
})
type Options = z.output<typeof Options>

/** As short as timers of Node.js go. */
const TICK_MS = 1

/** A process that was stopped for longer goes on with now. */
const CATCH_UP_US_MAX = 5_000_000

/** Sensors by the wall clock, as a plug-in source of the collector. */
export const createSource: SourceFactory = (given) => {
  const options = Options.parse(given)
  return { replayable: false, read: (context) => readSensors(options, context) }
}

/**
 * Each tag has its own phase, so that samples come evenly and not in bursts. A sample carries the time at which it
 * was due, not the time at which this process came round to it: a stall of the collector is part of the latency.
 */
async function* readSensors(
  options: Options,
  { scheduler, signal }: SourceContext,
): AsyncGenerator<SourceBatch> {
  const periodUs = 1e6 / options.rateHz
  const stepUs = periodUs / options.tags
  const names = namesOf(options)
  let step = Math.ceil(nowUs() / stepUs)
  while (!signal.aborted) {
    const untilUs = nowUs()
    if (untilUs - step * stepUs > CATCH_UP_US_MAX) step = Math.ceil(untilUs / stepUs)
    const due = new Map<string, number[]>()
    for (; step * stepUs <= untilUs; step++) {
      const name = names[step % options.tags] ?? ''
      const times = due.get(name)
      if (times === undefined) due.set(name, [Math.round(step * stepUs)])
      else times.push(Math.round(step * stepUs))
    }
    const columns = [...due].map(([tag, times]) => columnOf(tag, times))
    yield { columns, completeBeforeUs: Math.round(step * stepUs), position: '' }
    await wait(scheduler, TICK_MS, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
}

const nowUs = (): number => (performance.timeOrigin + performance.now()) * 1000

function namesOf({ prefix, tags, guards }: Options): string[] {
  const every = tags / guards
  return Array.from(
    { length: tags },
    (_, index) => `${prefix}/${index % every === 0 ? 'guard' : 'sensor'}/${index}`,
  )
}

/** A slow wave above zero, in steps of 0.01 as a converter gives them. */
function columnOf(tag: string, times: readonly number[]): Column {
  const timesUs = Float64Array.from(times)
  const values = timesUs.map((timeUs) => Math.round(2000 + 1000 * Math.sin(timeUs / 3e6)) / 100)
  return { tag, timesUs, quality: new Uint8Array(times.length), data: { kind: 'number', values } }
}
