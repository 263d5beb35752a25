import { recordsOfLogFile } from './log-file.ts'

/**
 * The numbers of the tables that a MANIFEST names, which is a log of changes (`VersionEdit` in `db/version_edit.cc`); undefined
 * when it cannot be read. Other tables are of nobody: their writer died, or their remover.
 */
export function liveTables(bytes: Uint8Array): ReadonlySet<number> | undefined {
  const live = new Set<number>()
  try {
    for (const record of recordsOfLogFile(bytes)) applyEdit(new EditReader(record), live)
    return live
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const Tag = { comparator: 1, compactPointer: 5, deletedFile: 6, newFile: 7 } as const
/** Tags with one number: of logs, of the next file, of the last write. */
const NUMBERS: ReadonlySet<number> = new Set([2, 3, 4, 9])

function applyEdit(reader: EditReader, live: Set<number>): void {
  while (!reader.isAtEnd) {
    const tag = reader.varint()
    if (NUMBERS.has(tag)) reader.varint()
    else if (tag === Tag.comparator) reader.skipText()
    else {
      // The level.
      reader.varint()
      if (tag === Tag.compactPointer) reader.skipText()
      else if (tag === Tag.deletedFile) live.delete(reader.varint())
      else if (tag === Tag.newFile) {
        live.add(reader.varint())
        reader.varint()
        reader.skipText()
        reader.skipText()
      } else throw new RangeError(`no edit has the tag ${tag}`)
    }
  }
}

class EditReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  skipText(): void {
    const length = this.varint()
    this.#at += length
  }

  /** @throws RangeError behind the end */
  varint(): number {
    let value = 0
    for (let factor = 1; factor < 2 ** 63; factor *= 128) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) break
      this.#at += 1
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
    throw new RangeError('no number')
  }
}
