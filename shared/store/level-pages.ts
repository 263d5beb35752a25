import type { Level } from 'level'
import { READ_AHEAD_BYTES_MAX, READ_AHEAD_BYTES_MIN, READ_AHEAD_ENTRIES_MAX, SCAN_ENTRIES } from './limits.ts'
import type { KeyRange, PageLimits } from './store.ts'
import { decodeStored, type ValuePlace } from './stored-value.ts'
import type { ValueRange } from './value-file.ts'

export type Database = Level<Uint8Array, Uint8Array>

interface StoredEntry {
  readonly key: Uint8Array
  readonly stored: Uint8Array | ValuePlace
}

/** Entries as LevelDB has them: values, or where they are. */
export async function readPage(
  database: Database,
  range: KeyRange,
  limits: PageLimits,
): Promise<StoredEntry[]> {
  const iterator = database.iterator({
    ...boundsOf(range),
    reverse: range.reverse ?? false,
    limit: limits.maxEntries,
    highWaterMarkBytes: Math.min(READ_AHEAD_BYTES_MAX, Math.max(READ_AHEAD_BYTES_MIN, limits.maxBytes)),
  })
  const entries: StoredEntry[] = []
  let sizeBytes = 0
  // An iterator left open pins disk space and old versions of keys, so it never outlives its page.
  try {
    while (entries.length < limits.maxEntries) {
      const more = await iterator.nextv(Math.min(READ_AHEAD_ENTRIES_MAX, limits.maxEntries - entries.length))
      if (more.length === 0) return entries
      for (const [key, bytes] of more) {
        const stored = decodeStored(bytes)
        sizeBytes += key.length + stored.length
        if (sizeBytes > limits.maxBytes && entries.length > 0) return entries
        entries.push({ key, stored })
      }
    }
    return entries
  } finally {
    await iterator.close()
  }
}

/** Where the values of a lane are, by the number of their file. */
export async function placesOf(database: Database, lane: number): Promise<Map<number, ValueRange[]>> {
  const found = new Map<number, ValueRange[]>()
  let range: KeyRange = { gte: Uint8Array.of(lane), ...(lane < 255 && { lt: Uint8Array.of(lane + 1) }) }
  for (;;) {
    const page = await readPage(database, range, {
      maxEntries: SCAN_ENTRIES,
      maxBytes: Number.POSITIVE_INFINITY,
    })
    for (const { stored } of page) {
      if (stored instanceof Uint8Array) continue
      const { file, offset, length } = stored
      const ranges = found.get(file)
      if (ranges === undefined) found.set(file, [{ offset, length }])
      else ranges.push({ offset, length })
    }
    const last = page.at(-1)
    if (last === undefined) return found
    range = { gt: last.key, ...(range.lt && { lt: range.lt }) }
  }
}

export function boundsOf(range: KeyRange): {
  gte?: Uint8Array
  gt?: Uint8Array
  lt?: Uint8Array
  lte?: Uint8Array
} {
  return {
    ...(range.gte && { gte: range.gte }),
    ...(range.gt && { gt: range.gt }),
    ...(range.lt && { lt: range.lt }),
    ...(range.lte && { lte: range.lte }),
  }
}
