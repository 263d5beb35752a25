import type { Host } from '../../shared/component/host.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import { DISK_STEPS } from '../../shared/retention/disk-level.ts'
import type { Committer } from './committer.ts'
import type { DiskWatch } from './disk-watch.ts'
import type { Intake } from './intake.ts'
import type { IntakeGate } from './intake-gate.ts'
import type { Requests } from './requests.ts'

interface Measured {
  readonly journal: Journal
  readonly intake: Intake
  readonly committer: Committer
  readonly requests: Requests
  readonly disk: Pick<DiskWatch, 'state'>
  readonly gate: Pick<IntakeGate, 'refusal'>
}

/** Figures of the journal are durable: they are the same after any death. */
export function measure(
  { metrics }: Pick<Host<unknown>, 'metrics'>,
  { journal, intake, committer, requests, disk, gate }: Measured,
): void {
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge(`genba_historian_${name}`, help, read)
  gauge('head_lsn', 'Newest durable log position', () => journal.headLsn)
  gauge(
    'samples_stored',
    'Samples in the journal, without those that the law has let go',
    () => journal.totals.samples - journal.totals.removedSamples,
  )
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
  gauge('disk_used_bytes', 'What the store takes on its disk', () => disk.state?.usedBytes ?? 0)
  gauge(
    'disk_budget_bytes',
    'What it may take, without the reserve; without diskBytesMax what there is',
    () => disk.state?.budgetBytes ?? 0,
  )
  gauge('disk_level', '0 normal, 1 warn, 2 drop-expired, 3 thin, 4 refuse', () =>
    Math.max(
      0,
      DISK_STEPS.findIndex(({ level }) => level === disk.state?.level),
    ),
  )
  gauge('intake_refused', '1 while frames of some or all are not taken for want of room', () =>
    gate.refusal === undefined ? 0 : 1,
  )
  metrics.queue('journal', () => intake.figures())
}
