import { isDeepStrictEqual } from 'node:util'
import { CloudMessage, type GenbaRecord } from '../../../shared/contract/records.ts'
import { type Evidence, followedRecords, type Violation, violation } from '../evidence.ts'

const ONCE = 'every summary and alarm of the journal reaches the cloud once, by its id, and nothing else does'
const RAW = 'nothing raw leaves: a message to the cloud holds summaries and alarms and no more'
const IDENTITY = 'one id has one content'

/** As much of a message as shows what it is. */
const RAW_SHOWN_MAX = 1000

export function checkCloud(evidence: Pick<Evidence, 'journal' | 'cloud'>): Violation[] {
  const { journaled, twice, conflicts } = readJournaled(evidence)
  const { received, raw } = readCloud(evidence)
  for (const [id, records] of received) {
    for (const record of records) {
      const original = journaled.get(id)
      if (original !== undefined && !isDeepStrictEqual(JSON.parse(original), record)) {
        conflicts.push(`${id} came to the cloud as ${JSON.stringify(record)}, not as ${original}`)
      }
    }
  }
  const missing = [...journaled.keys()].filter((id) => !received.has(id)).map((id) => `missing: ${id}`)
  const foreign = [...received.keys()].filter((id) => !journaled.has(id)).map((id) => `foreign: ${id}`)
  const uneven = [...missing, ...foreign, ...twice]
  return [
    ...(uneven.length === 0 ? [] : [violation(ONCE, `${uneven.length} records break it`, uneven)]),
    ...(conflicts.length === 0 ? [] : [violation(IDENTITY, `${conflicts.length} conflicts`, conflicts)]),
    ...(raw.length === 0 ? [] : [violation(RAW, `${raw.length} messages`, raw)]),
  ]
}

/** Records of the journal by id, and those that stand in it more than once. */
function readJournaled({ journal }: Pick<Evidence, 'journal'>): {
  journaled: Map<string, string>
  twice: string[]
  conflicts: string[]
} {
  const journaled = new Map<string, string>()
  const twice: string[] = []
  const conflicts: string[] = []
  for (const { lsn, frame } of journal) {
    for (const record of followedRecords(frame)) {
      const id = String(JSON.parse(record).id)
      const known = journaled.get(id)
      if (known === undefined) journaled.set(id, record)
      else if (known === record) twice.push(`LSN ${lsn}: ${id} again`)
      else conflicts.push(`LSN ${lsn}: ${id} is ${record} and was ${known}`)
    }
  }
  return { journaled, twice, conflicts }
}

/** Records by id, as often as they came, and messages that hold something else. */
function readCloud({ cloud }: Pick<Evidence, 'cloud'>): {
  received: Map<string, GenbaRecord[]>
  raw: string[]
} {
  const received = new Map<string, GenbaRecord[]>()
  const raw: string[] = []
  for (const { topic, payload } of cloud) {
    const text = new TextDecoder().decode(payload)
    const json: unknown = JSON.parse(text)
    const message = CloudMessage.safeParse(json).data
    // The schema drops keys it does not know; here they are what must not be there.
    if (message === undefined || !isDeepStrictEqual(message, json)) {
      raw.push(`${topic}: ${text.slice(0, RAW_SHOWN_MAX)}`)
      continue
    }
    for (const record of message.records)
      received.set(record.id, [...(received.get(record.id) ?? []), record])
  }
  return { received, raw }
}
