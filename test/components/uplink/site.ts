import * as z from 'zod'
import { historian } from '../../../components/historian/component.ts'
import { uplink } from '../../../components/uplink/component.ts'
import { defineComponent } from '../../../shared/component/define-component.ts'
import type { Host } from '../../../shared/component/host.ts'
import { CloudMessage } from '../../../shared/contract/records.ts'
import { type EncodedContent, encodeContent } from '../../../shared/frame/encode.ts'
import { createSender } from '../../../shared/handoff/sender.ts'
import { createHistorianClient } from '../../../shared/reading/historian-client.ts'
import { wait } from '../../../shared/time/wait.ts'
import { startWorld } from '../../simulator/virtual/small-site.ts'

/** A frame of records, or of samples that must stay. */
export type Content = readonly string[] | 'samples'

const contentOf = (content: Content, position: number): EncodedContent => {
  const header = { completeBeforeUs: Number.NEGATIVE_INFINITY, position: String(position) }
  if (content !== 'samples') return encodeContent({ body: 'records', records: content, ...header })
  const data = { kind: 'number', values: Float64Array.of(42) } as const
  const column = { tag: 'secret', timesUs: Float64Array.of(position), quality: Uint8Array.of(0), data }
  return encodeContent({ body: 'samples', columns: [column], ...header })
}

const writer = (contents: readonly Content[], everyMs: number) =>
  defineComponent({
    name: 'genba.Processor',
    version: '1.0.0',
    config: z.object({}),
    run: async (host: Host<unknown>) => {
      const client = await createHistorianClient(host)
      const store = await host.store.open('outbox')
      const limits = { memoryBytes: 1 << 20, spillBytes: 0 }
      const sender = await createSender({ ...host, client, store, limits, spill: false })
      const write = async () => {
        const sending = await sender.open('genba.Processor/records', { positioned: true })
        for (const [index, content] of contents.entries()) {
          await sending.send(contentOf(content, index + 1))
          await wait(host.scheduler, everyMs)
        }
      }
      void write()
      return { drain: () => sender.drain(1000) }
    },
  })

/** A historian that is given some frames, and an uplink, in virtual time. */
export function startSite(options: {
  readonly contents: readonly Content[]
  readonly configuration?: unknown
  readonly everyMs?: number
  readonly seed?: number
}) {
  const { contents, configuration = {}, everyMs = 20, seed = 1 } = options
  const site = startWorld({ seed })
  const { world, start } = site
  const processes = {
    historian: start(historian),
    uplink: start(uplink, configuration),
    writer: start(writer(contents, everyMs)),
  }
  return {
    ...site,
    ...processes,
    link: (linkUp: boolean) => {
      world.conditions.cloud = { ...world.conditions.cloud, linkUp }
    },
    /** What the cloud received, in order. */
    messages: () =>
      world.cloud.received.map(({ payload }) =>
        CloudMessage.parse(JSON.parse(new TextDecoder().decode(payload))),
      ),
    figures: async () => {
      const figures = await processes.uplink.figures()
      return {
        gauge: (name: string) => figures?.metrics[`genba_uplink_${name}`],
        backlog: figures?.queues.find(({ name }) => name === 'backlog'),
      }
    },
  }
}
