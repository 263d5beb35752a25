import { defineComponent } from '../../shared/component/define-component.ts'
import type { Host } from '../../shared/component/host.ts'
import { Topic } from '../../shared/contract/topics.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import { openJournal } from '../../shared/journal/open.ts'
import { Announcer } from './announcer.ts'
import { Backups } from './backups.ts'
import { Committer } from './committer.ts'
import { HistorianConfig } from './config.ts'
import { Intake } from './intake.ts'
import { LogReaders } from './log-readers.ts'
import { Requests } from './requests.ts'
import { Sealer } from './sealer.ts'

/** Keeps every frame on disk before anybody is told that it is kept, and serves what it keeps. */
export const historian = defineComponent({
  name: 'genba.Historian',
  version: '0.1.0',
  config: HistorianConfig,
  run,
})

async function run(host: Host<HistorianConfig>) {
  const { bus, clock, lifecycle, log, scheduler } = host
  const config = await firstConfig(host)
  const journal = await openJournal(await host.store.open('journal'), {
    onDamage: (place, reason) =>
      log.error({ ...place, reason }, 'a part of the journal is damaged and was skipped'),
  })
  const intake = new Intake(clock, () => config.current.intakeBytesMax)
  const announcer = new Announcer({ bus, journal, log, boot: clock.wallUs() })
  const committer = new Committer({
    journal,
    intake,
    scheduler,
    log,
    config: () => config.current,
    announce: (result) => announcer.announce(result),
    fail: (error) => lifecycle.fail(error),
  })
  const readers = new LogReaders(clock)
  const backups = new Backups({
    journal,
    store: host.store,
    clock,
    scheduler,
    log: `${host.identity.thing}/historian`,
  })
  const requests = new Requests({
    bus,
    journal,
    log,
    readers,
    backups,
    atOnce: () => config.current.readsAtOnce,
  })
  const sealer = new Sealer({
    journal,
    readers,
    clock,
    scheduler,
    log,
    config: () => config.current,
    fail: (error) => lifecycle.fail(error),
  })
  measure(host, { journal, intake, committer, requests })

  const feeds = await bus.subscribe(Topic.allFeeds, ({ topic, payload }) => {
    if (!('bytes' in payload))
      return log.warn({ topic }, 'a message on a feed topic is no frame and was dropped')
    if (!intake.push(payload.bytes)) announcer.noteDropped(topic.slice(Topic.feed('').length))
    committer.wake()
  })
  const questions = await bus.subscribe(Topic.historianRequest, ({ payload }) => requests.accept(payload))
  await announcer.announceStart()
  sealer.start()
  await lifecycle.ready()
  log.info({ headLsn: journal.headLsn }, 'the historian takes frames')

  return {
    async drain() {
      await Promise.allSettled([feeds.close(), questions.close()])
      config.unsubscribe()
      await backups.stop()
      await requests.stop()
      await sealer.stop()
      await committer.drain()
      await journal.close()
    },
  }
}

/** The active configuration now and, through the same object, after every update. */
function firstConfig({ config$ }: Host<HistorianConfig>) {
  return new Promise<{ readonly current: HistorianConfig; unsubscribe(): void }>((resolve, reject) => {
    let holder: { current: HistorianConfig; unsubscribe(): void } | undefined
    const subscription = config$.subscribe({
      next: (next) => {
        if (holder) holder.current = next
        else {
          holder = { current: next, unsubscribe: () => subscription.unsubscribe() }
          resolve(holder)
        }
      },
      error: reject,
    })
  })
}

interface Measured {
  readonly journal: Journal
  readonly intake: Intake
  readonly committer: Committer
  readonly requests: Requests
}

/** Figures of the journal are durable: they are the same after any death. */
function measure(
  { metrics }: Host<HistorianConfig>,
  { journal, intake, committer, requests }: Measured,
): void {
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge(`genba_historian_${name}`, help, read)
  gauge('head_lsn', 'Newest durable log position', () => journal.headLsn)
  gauge('samples_stored', 'Samples in the journal', () => journal.totals.samples)
  gauge('records_stored', 'Records in the journal, repeated ones included', () => journal.totals.records)
  gauge('summaries_stored', 'Summary records with distinct identities', () => journal.totals.summaries)
  gauge(
    'duplicate_samples',
    'Samples in frames that were held already',
    () => journal.totals.duplicateSamples,
  )
  gauge('store_bytes', 'Bytes of all journaled frames', () => journal.totals.frameBytes)
  gauge('sealed_lsn', 'Log position up to which samples are in chunks', () => journal.sealing.sealedLsn)
  gauge('samples_sealed', 'Samples in chunks', () => journal.sealing.samples)
  gauge('chunks', 'Chunks in the store', () => journal.sealing.chunks)
  gauge('chunk_bytes', 'Bytes of all chunks', () => journal.sealing.chunkBytes)
  gauge('frames_corrupt', 'Received frames refused as damaged, since the start', () => committer.corruptCount)
  gauge(
    'frames_damaged',
    'Frames and chunks found damaged by reads, since the start',
    () => journal.damagedCount,
  )
  gauge('frames_dropped', 'Frames dropped for want of room, to be sent again', () => intake.droppedCount)
  gauge('requests_refused', 'Requests that were not valid, since the start', () => requests.refusedCount)
  gauge('write_refused', '1 while the disk refuses writes', () => (committer.isRefused ? 1 : 0))
  metrics.queue('journal', () => intake.figures())
}
