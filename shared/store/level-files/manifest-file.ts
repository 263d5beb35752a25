import { ByteReader } from '../../bytes/reader.ts'
import { recordsOfLogFile } from './log-file.ts'

/**
 * The numbers of the tables that a MANIFEST names, which is a log of changes (`VersionEdit` in `db/version_edit.cc`); undefined
 * when it cannot be read. Other tables are of nobody: their writer died, or their remover.
 */
export function liveTables(bytes: Uint8Array): ReadonlySet<number> | undefined {
  const live = new Set<number>()
  try {
    for (const record of recordsOfLogFile(bytes)) applyEdit(new ByteReader(record, outside), live)
    return live
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const Tag = { comparator: 1, compactPointer: 5, deletedFile: 6, newFile: 7 } as const
/** Tags with one number: of logs, of the next file, of the last write. */
const NUMBERS: ReadonlySet<number> = new Set([2, 3, 4, 9])

const outside = (reason: string): RangeError => new RangeError(reason)

function applyEdit(reader: ByteReader, live: Set<number>): void {
  while (reader.remaining > 0) {
    const tag = reader.varint()
    if (NUMBERS.has(tag)) reader.varint()
    else if (tag === Tag.comparator) reader.skip(reader.varint())
    else {
      // The level.
      reader.varint()
      if (tag === Tag.compactPointer) reader.skip(reader.varint())
      else if (tag === Tag.deletedFile) live.delete(reader.varint())
      else if (tag === Tag.newFile) {
        live.add(reader.varint())
        reader.varint()
        reader.skip(reader.varint())
        reader.skip(reader.varint())
      } else throw new RangeError(`no edit has the tag ${tag}`)
    }
  }
}
