import { firstValueFrom } from 'rxjs'
import { defineComponent } from '../../shared/component/define-component.ts'
import type { Host, Metrics, QueueFigures } from '../../shared/component/host.ts'
import { describeError } from '../../shared/errors/genba-error.ts'
import { createSender, type Sender } from '../../shared/handoff/sender.ts'
import { createHistorianClient } from '../../shared/reading/historian-client.ts'
import { createSerial } from '../../shared/time/serial.ts'
import { withDeadline } from '../../shared/time/wait.ts'
import { CollectorConfig } from './config.ts'
import { openOnoffDriver } from './gpio/onoff-driver.ts'
import { DRAIN_MS, IN_FLIGHT_MS_MAX, SOURCES_STOP_MS } from './limits.ts'
import { Plant } from './plant.ts'
import { openRemembered } from './remembered.ts'

/** Reads machines and hands their samples to the historian: none that was acknowledged or spilled is lost. */
export const collector = defineComponent({
  name: 'genba.Collector',
  version: '0.1.0',
  config: CollectorConfig,
  run,
})

async function run(host: Host<CollectorConfig>) {
  const { identity, bus, scheduler, log, metrics, lifecycle } = host
  const { outbox } = await firstValueFrom(host.config$)
  // Side by side: a machine is not read until all are there.
  const [outboxStore, sourcesStore, client] = await Promise.all([
    host.store.open('outbox'),
    host.store.open('sources'),
    createHistorianClient({ bus, identity, scheduler, log }),
  ])
  const limits = { memoryBytes: outbox.memoryBytes, spillBytes: outbox.spillBytes }
  const [sender, remembered] = await Promise.all([
    createSender({ ...host, store: outboxStore, client, limits, spill: true }),
    openRemembered(sourcesStore),
  ])
  const plant = new Plant({ host, sender, remembered, openGpio: openOnoffDriver })
  measure(metrics, plant, sender)
  lifecycle.busy((waitedMs) => inFlight(sender.figures(), waitedMs))

  const inTurn = createSerial()
  const updates = host.config$.subscribe((config) => {
    const { memoryBytes, spillBytes } = config.outbox
    if (memoryBytes !== limits.memoryBytes || spillBytes !== limits.spillBytes) {
      log.warn({ ...limits }, 'the size of the outbox changes at the next start')
    }
    inTurn(() => plant.apply(config)).catch((error) => lifecycle.fail(error))
  })
  await lifecycle.ready()

  return {
    async drain() {
      updates.unsubscribe()
      const stopping = inTurn(() => plant.stop())
      await withDeadline(stopping, SOURCES_STOP_MS, scheduler, () => new Error('sources still wait')).catch(
        (error) => log.warn({ err: describeError(error) }, 'not all sources have ended in time'),
      )
      await sender.drain(DRAIN_MS)
      await client.close()
      await Promise.all([outboxStore.close(), sourcesStore.close()])
    },
  }
}

/** Of the frames that were on their way when the update was first asked for: the next process would send them again. */
function inFlight({ depth, ageMs }: QueueFigures, waitedMs: number): string | undefined {
  if (depth === 0 || ageMs < waitedMs || waitedMs >= IN_FLIGHT_MS_MAX) return undefined
  return 'frames are on their way to the historian'
}

function measure(metrics: Metrics, plant: Plant, sender: Sender): void {
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge(`genba_collector_${name}`, help, read)
  gauge('samples_read', 'Samples that the sources have given', () => plant.sum(({ samples }) => samples))
  gauge('lines_rejected', 'Lines and values that were refused', () => plant.sum(({ rejected }) => rejected))
  gauge('raw_json_bytes', 'Bytes of one JSON message for each sample', () =>
    plant.sum(({ rawJsonBytes }) => rawJsonBytes),
  )
  gauge('samples_shed', 'Samples given up because the outbox was full', () =>
    plant.sum((_totals, shed) => shed),
  )
  gauge('sources_open', 'Sources that are being read', () => plant.count('reading'))
  gauge('sources_finished', 'Sources that have ended', () => plant.count('finished'))
  gauge('sources_failed', 'Sources that wait to be tried again', () => plant.count('failed'))
  gauge('intake_refused', '1 while the historian does not take frames of some or all', () =>
    sender.refusal() === undefined ? 0 : 1,
  )
  metrics.queue('outbox', () => sender.figures())
}
