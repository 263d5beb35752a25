import type { CloudMessage, GenbaRecord } from '../../shared/contract/records.ts'

export type RecordType = GenbaRecord['type']

/** Records of one type: how many different ones came, and how many came again. */
export interface Received {
  readonly received: number
  readonly duplicates: number
}

/** Counts records by identity: the uplink may send twice after a death, and the second must change nothing. */
export interface Tally {
  add(message: CloudMessage): void
  of(type: RecordType): Received
}

export function createTally(): Tally {
  const seen = new Set<string>()
  const counts = {
    summary: { received: 0, duplicates: 0 },
    alarm: { received: 0, duplicates: 0 },
    event: { received: 0, duplicates: 0 },
    withdrawal: { received: 0, duplicates: 0 },
    head: { received: 0, duplicates: 0 },
  } satisfies Record<RecordType, Received>
  return {
    add: ({ records }) => {
      for (const { type, id } of records) {
        const key = `${type}|${id}`
        if (seen.has(key)) counts[type].duplicates++
        else {
          seen.add(key)
          counts[type].received++
        }
      }
    },
    of: (type) => ({ ...counts[type] }),
  }
}
