import * as z from 'zod'
import { historian } from '../../../components/historian/component.ts'
import { processor } from '../../../components/processor/component.ts'
import { type ComponentDefinition, defineComponent } from '../../../shared/component/define-component.ts'
import type { Host } from '../../../shared/component/host.ts'
import { isHistoriansOwn } from '../../../shared/contract/producers.ts'
import { encodeContent } from '../../../shared/frame/encode.ts'
import type { Column } from '../../../shared/frame/frame.ts'
import { createSender } from '../../../shared/handoff/sender.ts'
import { createHistorianClient } from '../../../shared/reading/historian-client.ts'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'
import { wait } from '../../../shared/time/wait.ts'
import { type JournaledFrame, readJournal } from '../../../simulator/virtual/evidence.ts'
import { startWorld } from '../../simulator/virtual/small-site.ts'

/** One frame of input: some columns, and how far they are complete. */
export interface Round {
  readonly columns: readonly Column[]
  readonly completeBeforeUs: number
}

export const SECOND_US = 1_000_000

const numbers = (tag: string, samples: readonly (readonly [timeUs: number, value: number])[]): Column => ({
  tag,
  timesUs: Float64Array.from(samples, ([timeUs]) => timeUs),
  quality: new Uint8Array(samples.length),
  data: { kind: 'number', values: Float64Array.from(samples, ([, value]) => value) },
})

/** A producer that gives some rounds, one every `everyMs`, each exactly once, as a file source in the collector does. */
const feeder = (rounds: readonly Round[], everyMs = 20, name = 'test.Feeder') =>
  defineComponent({
    name,
    version: '1.0.0',
    config: z.object({}),
    run: async (host: Host<unknown>) => {
      const client = await createHistorianClient(host)
      const sender = await createSender({
        ...host,
        client,
        store: await host.store.open('outbox'),
        limits: { memoryBytes: 1 << 20, spillBytes: 0 },
        spill: false,
      })
      const feed = async () => {
        const sending = await sender.open(`${name}/file`, { positioned: true })
        const first = sending.resumeAfter === '' ? 0 : Number(sending.resumeAfter)
        for (const [index, { columns, completeBeforeUs }] of rounds.entries()) {
          if (index < first) continue
          await sending.send(
            encodeContent({ body: 'samples', columns, completeBeforeUs, position: String(index + 1) }),
          )
          await wait(host.scheduler, everyMs)
        }
      }
      void feed().catch((error) => host.lifecycle.fail(error))
      return { drain: () => sender.drain(1000) }
    },
  })

/** A historian and a processor in virtual time, fed with some rounds. */
export function startSite(options: {
  readonly rounds: readonly Round[]
  readonly configuration?: unknown
  readonly everyMs?: number
  readonly seed?: number
  /** Another form of the processor. */
  readonly definition?: ComponentDefinition
}) {
  const { rounds, configuration = {}, everyMs, seed = 1, definition = processor } = options
  const site = startWorld({ seed })
  const { world, start } = site
  const processes = {
    historian: start(historian),
    processor: start(definition, configuration),
    feeder: start(feeder(rounds, everyMs)),
  }
  return {
    ...site,
    ...processes,
    /** What the historian has on disk at this moment; it has to be stopped for that. */
    async journal(): Promise<readonly JournaledFrame[]> {
      processes.historian.kill('to read its disk', 3600 * SECOND_US)
      return readJournal(world.disk.disks('genba.Historian').get('journal') ?? createMemoryDisk())
    },
    async gauge(name: string): Promise<number | undefined> {
      return (await processes.processor.figures())?.metrics[`genba_processor_${name}`]
    },
  }
}

/** Of the processor: a historian that died has added signed heads of its log. */
export const recordsOf = (journal: readonly JournaledFrame[]): readonly string[] =>
  journal.flatMap(({ frame }) =>
    frame.body === 'records' && !isHistoriansOwn(frame.header.producer) ? frame.records : [],
  )

/** A machine of two tags with noise, an hour that comes late, a limit that is crossed, and an end. */
export function machineRounds(roundCount: number, random: () => number): Round[] {
  const startUs = 1_700_000_000 * SECOND_US
  const rounds = Array.from({ length: roundCount }, (_, round): Round => {
    const times = Array.from({ length: 20 }, (_unused, index) => startUs + (round * 20 + index) * 250_000)
    const back = random() < 0.1 ? 40 * SECOND_US : 0
    const temperature = times.map(
      (timeUs) => [timeUs - back, 60 + 30 * Math.sin(timeUs / 4e7) + random()] as const,
    )
    const current = times.map((timeUs) => [timeUs, Math.round(random() * 100) / 10] as const)
    return {
      columns: [numbers('press/temperature', temperature), numbers('press/current', current)],
      completeBeforeUs:
        round === roundCount - 1 ? Number.POSITIVE_INFINITY : (times.at(-1) ?? 0) - 2 * SECOND_US,
    }
  })
  return rounds
}
