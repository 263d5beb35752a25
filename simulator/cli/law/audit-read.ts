import { decodeFrame } from '../../../shared/frame/decode.ts'
import { AuditRecord } from '../../../shared/law/audit-record.ts'
import type { HistorianClient } from '../../../shared/reading/historian-client.ts'
import { askGateway, readJson } from '../control-client.ts'
import type { StateDirectory } from '../state-directory.ts'
import { withStoppedJournal } from '../store/stopped.ts'

/** The audit trail of a gateway, running or stopped, oldest first. @throws CliError `GENBA_STATE_MISSING` */
export async function readAudit(state: StateDirectory): Promise<readonly AuditRecord[]> {
  const running = await askGateway(state, 'GET', '/audit')
  if (running !== undefined) return AuditRecord.array().parse(await readJson(running))
  return withStoppedJournal(state, async (journal) => {
    const records: AuditRecord[] = []
    for (let afterLsn = 0; afterLsn < journal.headLsn; ) {
      const page = await journal.logPage({ afterLsn, body: 'audit', bytesMax: PAGE_BYTES })
      records.push(...page.frames.flatMap(({ bytes }) => recordsOf(bytes)))
      afterLsn = page.readLsn
    }
    return records
  })
}

export async function readRunningAudit(
  historian: Pick<HistorianClient, 'log'>,
  signal: AbortSignal,
): Promise<readonly AuditRecord[]> {
  const records: AuditRecord[] = []
  for await (const { frames } of historian.log({ afterLsn: 0, body: 'audit', signal })) {
    records.push(...frames.flatMap(({ bytes }) => recordsOf(bytes)))
  }
  return records
}

const PAGE_BYTES = 1 << 20

/** What later versions record in another way is left out. */
function recordsOf(bytes: Uint8Array): AuditRecord[] {
  const frame = decodeFrame(bytes)
  if (frame.body !== 'records') return []
  return frame.records.flatMap((text) => AuditRecord.safeParse(JSON.parse(text)).data ?? [])
}
