import { firstValueFrom } from 'rxjs'
import { defineComponent } from '../../shared/component/define-component.ts'
import type { BusSubscription, Host, Metrics } from '../../shared/component/host.ts'
import { parseCommit } from '../../shared/contract/commit.ts'
import { Producer } from '../../shared/contract/producers.ts'
import { Topic } from '../../shared/contract/topics.ts'
import { createHistorianClient, type HistorianClient } from '../../shared/reading/historian-client.ts'
import { createNudge, type Nudge } from '../../shared/time/nudge.ts'
import { UplinkConfig } from './config.ts'
import { readCursor } from './cursor.ts'
import { QUIET_READ_MS } from './limits.ts'
import { Uplink } from './uplink.ts'

/** Summaries and alarms to IoT Core, at least once and in the order of the log; nothing else leaves. */
export const uplink = defineComponent({
  name: 'genba.Uplink',
  version: '0.1.0',
  config: UplinkConfig,
  run,
})

async function run(host: Host<UplinkConfig>) {
  const { identity, bus, scheduler, log, lifecycle } = host
  let config = await firstValueFrom(host.config$)
  const updates = host.config$.subscribe((update) => {
    config = update
  })
  const closing = new AbortController()
  const { signal } = closing
  const nudge = createNudge(scheduler)
  const store = await host.store.open('cursor')
  const client = await createHistorianClient({ bus, identity, scheduler, log })
  const sending = new Uplink(
    { host, client, store, config: () => config, nudge, signal },
    await readCursor(store),
  )
  reportFigures(host.metrics, sending)
  lifecycle.busy(() => (sending.isSending ? 'a message to IoT Core is not acknowledged yet' : undefined))
  const commits = await listen(host, { sending, client, nudge })
  const working = sending.run().catch((error) => {
    if (!signal.aborted) lifecycle.fail(error)
  })
  await lifecycle.ready()
  return {
    async drain() {
      closing.abort()
      updates.unsubscribe()
      await commits.close()
      await working
      await client.close()
      await store.close()
    },
  }
}

interface ListenParts {
  readonly sending: Uplink
  readonly client: Pick<HistorianClient, 'noteBoot'>
  readonly nudge: Nudge
}

/** A commit that names frames of records is read at once, several others together a little later. */
function listen(
  { bus, scheduler }: Host<unknown>,
  { sending, client, nudge }: ListenParts,
): Promise<BusSubscription> {
  let isPlanned = false
  return bus.subscribe(Topic.commit, ({ payload }) => {
    const commit = 'json' in payload ? parseCommit(payload.json) : undefined
    if (commit === undefined) return
    client.noteBoot(commit.boot)
    if (commit.frames.length === 0) return
    sending.noteHead(commit.firstLsn + commit.frames.length - 1)
    if (commit.producers.includes(Producer.records)) nudge.call()
    else if (!isPlanned) {
      isPlanned = true
      scheduler.schedule(() => {
        isPlanned = false
        nudge.call()
      }, QUIET_READ_MS)
    }
  })
}

function reportFigures(metrics: Metrics, sending: Uplink): void {
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge(`genba_uplink_${name}`, help, read)
  gauge('position_lsn', 'The cloud has every record up to this log position', () => sending.positionLsn)
  gauge('records_sent', 'Records that IoT Core took', () => sending.cursor.recordsSent)
  gauge('messages_sent', 'Messages that IoT Core took', () => sending.cursor.messagesSent)
  gauge('bytes_sent', 'Payload bytes of those messages', () => sending.cursor.bytesSent)
  gauge('records_refused', 'Texts that were neither summary nor alarm', () => sending.cursor.refused)
  gauge('records_set_aside', 'Records and frames that cannot be sent', () => sending.cursor.setAside)
  metrics.queue('backlog', () => sending.figures())
}
