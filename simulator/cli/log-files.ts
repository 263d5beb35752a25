import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import * as z from 'zod'
import { readJson } from '../../shared/bytes/json.ts'
import { parseLogLine } from '../nucleus/logs/rotating-log.ts'

/** One line of a component's log, as its file has it. */
export interface LogEntry {
  readonly component: string
  /** ISO 8601; '' where the line is not in the form of a core device. */
  readonly time: string
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** What Genba's components print: one JSON object a line. */
const Said = z.looseObject({ level: z.string(), msg: z.string() })

const CHUNK_BYTES = 256 * 1024

/** Names of the logs of a core device, without those that were rotated away. */
export const logNames = (logs: string): string[] =>
  readdirSync(logs)
    .filter((file) => file.endsWith('.log') && !/_\d{4}_\d{2}_\d{2}_\d{2}_\d+\.log$/.test(file))
    .map((file) => file.slice(0, -'.log'.length))
    .sort()

/** Follows one file as it grows, also when it is rotated away and begun anew. */
export class LogFile {
  readonly #component: string
  readonly #path: string
  #decoder = new StringDecoder('utf8')
  #inode = -1
  #offset = 0
  #rest = ''

  constructor(logs: string, component: string) {
    this.#component = component
    this.#path = join(logs, `${component}.log`)
  }

  /** Whole lines since the last call. */
  *read(): Generator<LogEntry> {
    const stat = statSync(this.#path, { throwIfNoEntry: false })
    if (stat === undefined) return
    if (stat.ino !== this.#inode || stat.size < this.#offset) this.#begin(stat.ino)
    const file = openSync(this.#path, 'r')
    try {
      const chunk = Buffer.alloc(CHUNK_BYTES)
      const { size } = fstatSync(file)
      while (this.#offset < size) {
        const length = readSync(file, chunk, 0, Math.min(chunk.length, size - this.#offset), this.#offset)
        if (length === 0) return
        this.#offset += length
        yield* this.#lines(this.#decoder.write(chunk.subarray(0, length)))
      }
    } finally {
      closeSync(file)
    }
  }

  #begin(inode: number): void {
    this.#inode = inode
    this.#offset = 0
    this.#rest = ''
    this.#decoder = new StringDecoder('utf8')
  }

  *#lines(text: string): Generator<LogEntry> {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) yield readEntry(this.#component, line)
  }
}

function readEntry(component: string, line: string): LogEntry {
  const parsed = parseLogLine(line)
  if (parsed === undefined) return { component, time: '', level: 'INFO', message: line, fields: {} }
  const { time, level, source, text } = parsed
  // The nucleus's own log names the component or the part that speaks where others have their stream.
  if (component === 'greengrass') return { component, time, level, message: `${source}: ${text}`, fields: {} }
  const said = Said.safeParse(readJson(text)).data
  if (said === undefined) return { component, time, level, message: text, fields: {} }
  const { level: ownLevel, msg, time: _time, component: _component, version: _version, ...fields } = said
  return { component, time, level: ownLevel.toUpperCase(), message: msg, fields }
}
