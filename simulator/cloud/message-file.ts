import { closeSync, existsSync, openSync, readSync, truncateSync, writeSync } from 'node:fs'
import { StringDecoder } from 'node:string_decoder'
import * as z from 'zod'
import { CloudMessage } from '../../shared/contract/records.ts'

/** One message as the cloud took it. */
const Entry = z.object({ topic: z.string(), bytes: z.number().int(), message: CloudMessage })
export type Entry = z.output<typeof Entry>

const CHUNK_BYTES = 64 * 1024

/** Messages on disk, one JSON line each. */
export interface MessageFile {
  /** Returns once the operating system has the line: it survives the death of this process. */
  append(entry: Entry): void
  close(): void
}

/**
 * Opens the file and gives what it holds to `onEntry`. A last line that was torn by a death is cut off: its message
 * was never acknowledged, so it comes again.
 */
export function openMessageFile(path: string, onEntry: (entry: Entry) => void): MessageFile {
  if (existsSync(path)) truncateSync(path, readEntries(path, onEntry))
  const file = openSync(path, 'a')
  return {
    append: (entry) => void writeSync(file, `${JSON.stringify(entry)}\n`),
    close: () => closeSync(file),
  }
}

/** @returns bytes up to the end of the last whole line */
function readEntries(path: string, onEntry: (entry: Entry) => void): number {
  const file = openSync(path, 'r')
  const chunk = Buffer.alloc(CHUNK_BYTES)
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let wholeBytes = 0
  try {
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, length))).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        onEntry(Entry.parse(JSON.parse(line)))
        wholeBytes += Buffer.byteLength(line) + 1
      }
    }
  } finally {
    closeSync(file)
  }
  return wholeBytes
}
