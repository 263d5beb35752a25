import { decodeFrame } from '../frame/decode.ts'
import { encodeContent, sealFrame } from '../frame/encode.ts'
import type { RecordFrame } from '../frame/frame.ts'
import type { LogFrame } from '../journal/read/log-reader.ts'
import { identityOf } from '../journal/record-identity.ts'
import type { Redaction } from '../journal/removal/redact.ts'
import { decideRetention } from '../retention/decide.ts'
import type { StoredData } from '../retention/stored-data.ts'
import { retentionClock } from '../retention/trusted-time.ts'
import type { RetentionParts } from './retention-parts.ts'
import { timesOfRecord } from './times-of-record.ts'

/** Frames read at once, and redacted in one batch. */
const PAGE_BYTES = 1 << 18

/**
 * Takes records (summaries, alarms, events) out of the log that must go: they are about tags, as samples are, and what
 * was computed of them may tell as much. The audit trail stays.
 *
 * @returns how many
 * @throws StoreError; what was erased until then is recorded, and another run goes on
 */
export async function runRecordRetention({ journal, keeper, who, signal }: RetentionParts): Promise<number> {
  let erased = 0
  for (let afterLsn = 0; afterLsn < journal.headLsn && !signal?.aborted; ) {
    const page = await journal.logPage({ afterLsn, body: 'records', bytesMax: PAGE_BYTES })
    const redactions: Redaction[] = []
    for (const frame of page.frames) {
      const redaction = await redactionOf({ journal, keeper }, frame)
      if (redaction !== undefined) redactions.push(redaction)
    }
    if (redactions.length > 0) {
      const count = redactions.reduce((sum, { recordIds }) => sum + recordIds.length, 0)
      await keeper.trail.add([entryOf(who, redactions, count)], (frames) =>
        journal.redact(redactions, frames),
      )
      erased += count
    }
    afterLsn = page.readLsn
  }
  return erased
}

async function redactionOf(
  { journal, keeper }: Pick<RetentionParts, 'journal' | 'keeper'>,
  { lsn, bytes }: LogFrame,
): Promise<Redaction | undefined> {
  const frame = decodeFrame(bytes)
  if (frame.body !== 'records') return undefined
  const { fromUs, toUs, lawRevision } = await journal.receivedAt(lsn)
  const gone = frame.records.filter((text) => {
    const about = timesOfRecord(text)
    if (about === undefined) return false
    const subject = keeper.policy.subjectOf(about.tag, lawRevision)
    const data: StoredData = {
      tag: about.tag,
      eventFromUs: about.fromUs,
      eventToUs: about.toUs,
      ingestFromUs: fromUs,
      ingestToUs: toUs,
      lawRevision,
      form: 'rollup',
      ...(subject === undefined ? {} : { subject }),
    }
    const { erasures, holds } = keeper.law
    const facts = { data, erasures, diskLevel: 'normal' as const }
    return decideRetention(facts, keeper.policy, holds, retentionClock(keeper.time)).verdict === 'must-erase'
  })
  return gone.length === 0 ? undefined : { lsn, bytes: without(frame, gone), recordIds: gone.flatMap(idOf) }
}

function without(frame: RecordFrame, gone: readonly string[]): Uint8Array {
  const { producer, epoch, sequence, completeBeforeUs, position } = frame.header
  const records = frame.records.filter((text) => !gone.includes(text))
  return sealFrame(encodeContent({ body: 'records', records, completeBeforeUs, position }), {
    producer,
    epoch,
    sequence,
  })
}

const idOf = (text: string): string[] => {
  const id = identityOf(text)?.id
  return id === undefined ? [] : [id]
}

const entryOf = (who: string, redactions: readonly Redaction[], count: number) => ({
  action: 'erase' as const,
  who,
  target: 'records',
  tags: [],
  result: 'done' as const,
  reason: 'records about data that had to go',
  before: { records: count, fromLsn: redactions[0]?.lsn ?? 0, toLsn: redactions.at(-1)?.lsn ?? 0 },
  after: null,
})
