import { defineComponent } from '../../shared/component/define-component.ts'
import type { Host } from '../../shared/component/host.ts'
import { historianLogOf, Producer } from '../../shared/contract/producers.ts'
import { Topic } from '../../shared/contract/topics.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import { openJournal } from '../../shared/journal/open.ts'
import { OwnRecords } from '../../shared/journal/own-records.ts'
import { observeClock, receiptUs } from '../../shared/retention/trusted-time.ts'
import { Announcer } from './announcer.ts'
import { Backups } from './backups.ts'
import { Committer } from './committer.ts'
import { HistorianConfig } from './config.ts'
import { createDiskWatch, JOURNAL } from './disk.ts'
import { Documents } from './documents.ts'
import { measure } from './figures.ts'
import { Heads, type HeadsParts } from './heads.ts'
import { Intake } from './intake.ts'
import { IntakeGate } from './intake-gate.ts'
import { createLaw, readingOf } from './law.ts'
import { LogReaders } from './log-readers.ts'
import { openPatiently } from './open-patiently.ts'
import { Prover } from './prover.ts'
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
  const readClocks = () => readingOf(host)
  const settings = () => config.current
  const fail = (error: unknown) => lifecycle.fail(error)
  const journal = await openStored(host)
  const shared = { journal, scheduler, log, config: settings, fail }
  const intake = new Intake(clock, () => config.current.intakeBytesMax)
  const gate = new IntakeGate((refusal) => disk.noteGate(refusal))
  const noteWrite = gate.noteWrite.bind(gate)
  const refusal = () => gate.refusal
  const announcer = new Announcer({ bus, journal, log, boot: clock.wallUs(), refusal })
  const announce = announcer.announce.bind(announcer)
  const committer = new Committer({ ...shared, intake, announce, noteWrite })
  const readers = new LogReaders(clock)
  const signer = { key: await host.signing.key('heads'), log: historianLogOf(host.identity.thing) }
  const backups = new Backups({ journal, store: host.store, clock, scheduler, log: signer.log })
  const requests = new Requests({
    bus,
    journal,
    prover: new Prover({ journal, signer, clock }),
    documents: new Documents({ clock, scheduler }),
    backups,
    log,
    readers,
    atOnce: () => config.current.readsAtOnce,
  })
  const sealer = new Sealer({ ...shared, readers, clock })
  const diskLevel = () => disk.state?.level ?? 'normal'
  const law = createLaw(host, { journal, diskLevel, config: settings, readClocks })
  const disk = createDiskWatch(host, { journal, committer, announcer, gate, law, config: settings })
  const heads = createHeads(host, { journal, committer, signer, everyMs: () => config.current.headEvery })
  measure(host, { journal, intake, committer, requests, disk, gate })
  // Each goes on from where it was broken off, and would do much of its work again.
  lifecycle.busy(() => (sealer.isSealing ? 'frames are being sealed' : undefined))
  lifecycle.busy(() => (law.isErasing ? 'data that has to go is being erased' : undefined))
  lifecycle.busy(() => (backups.isRunning ? 'a backup is being made' : undefined))

  const feeds = await bus.subscribe(Topic.allFeeds, ({ topic, payload }) => {
    if (!('bytes' in payload))
      return log.warn({ topic }, 'a message on a feed topic is no frame and was dropped')
    const isTaken = !gate.isShut && intake.push(payload.bytes)
    if (!isTaken) announcer.noteDropped(topic.slice(Topic.feed('').length))
    committer.wake()
  })
  const questions = await bus.subscribe(Topic.historianRequest, ({ payload }) => requests.accept(payload))
  await announcer.announceStart()
  await law.start()
  await heads.start()
  sealer.start()
  disk.start()
  await lifecycle.ready()
  log.info({ headLsn: journal.headLsn }, 'the historian takes frames')

  return {
    async drain() {
      await Promise.allSettled([feeds.close(), questions.close()])
      config.unsubscribe()
      await backups.stop()
      await requests.stop()
      await sealer.stop()
      await disk.stop()
      await law.stop()
      await committer.drain()
      await heads.stop()
      await journal.close()
    },
  }
}

async function openStored(host: Host<HistorianConfig>): Promise<Journal> {
  const store = await openPatiently(host, () => host.store.open(JOURNAL))
  const journal: Journal = await openJournal(store, {
    receivedUs: () => receiptUs(observeClock(journal.observed.time, readingOf(host))),
    onDamage: (place, reason) =>
      host.log.error({ ...place, reason }, 'a part of the journal is damaged and was skipped'),
  })
  return journal
}

interface HeadsOf extends Pick<HeadsParts, 'signer' | 'everyMs'> {
  readonly journal: Journal
  readonly committer: Committer
}

function createHeads(
  { clock, scheduler, log, lifecycle }: Host<HistorianConfig>,
  { journal, committer, signer, everyMs }: HeadsOf,
): Heads {
  const records = new OwnRecords({
    journal,
    producer: Producer.heads,
    startedMs: clock.wallUs() / 1000,
  })
  const fail = (error: unknown) => lifecycle.fail(error)
  const append = committer.append.bind(committer)
  return new Heads({ journal, records, append, signer, clock, scheduler, log, everyMs, fail })
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
