import type { SchedulerLike } from 'rxjs'
import * as z from 'zod'
import { decodeText, encodeText } from '../bytes/text.ts'
import type { Log } from '../component/host.ts'
import type { KeyRange, KeyValueStore, StoreOperation } from '../store/store.ts'
import { SET_ASIDE_BYTES_MAX, SET_ASIDE_INPUTS_MAX, STORE_RETRY_MS } from './limits.ts'

/** An input on disk: `ended` was set aside, `waiting` had not ended when the component stopped. */
const Stored = z.object({
  state: z.enum(['ended', 'waiting']),
  function: z.string(),
  id: z.string(),
  key: z.string(),
  event: z.string(),
  attempts: z.number(),
  cause: z.enum(['threw', 'deadline', 'memory', 'crash', 'exit', 'load', 'removed']).optional(),
  message: z.string(),
  timeUs: z.number(),
})
export type StoredInput = Readonly<z.output<typeof Stored>>

interface SetAsideParts {
  readonly store: KeyValueStore
  readonly scheduler: SchedulerLike
  readonly log: Log
}

interface Entry {
  readonly sequence: number
  readonly input: StoredInput
  readonly sizeBytes: number
}

const PAGE = { maxEntries: 256, maxBytes: 1024 * 1024 }

/**
 * Inputs kept on disk, oldest first, with a copy in memory. Changes are visible at once and written in the background,
 * one batch at a time; a store that refuses is asked again, and what changes meanwhile is written with it.
 */
export class SetAsideStore {
  readonly #store: KeyValueStore
  readonly #scheduler: SchedulerLike
  readonly #log: Log
  readonly #entries = new Map<string, Entry>()
  #endedCount = 0
  #endedBytes = 0
  #nextSequence = 0
  #unwritten = new Map<number, StoreOperation>()
  #writing: Promise<void> | undefined
  dropped = 0

  static async open(parts: SetAsideParts): Promise<SetAsideStore> {
    const opened = new SetAsideStore(parts)
    await opened.#load()
    return opened
  }

  private constructor(parts: SetAsideParts) {
    this.#store = parts.store
    this.#scheduler = parts.scheduler
    this.#log = parts.log
  }

  async #load(): Promise<void> {
    for (let range: KeyRange = {}; ; ) {
      const page = await this.#store.page(range, PAGE)
      for (const { key, value } of page) {
        const input = read(value)
        if (input === undefined)
          this.#log.warn({}, 'an input that was set aside cannot be read and is left out')
        else this.#hold({ sequence: sequenceOf(key), input, sizeBytes: value.length })
        this.#nextSequence = sequenceOf(key) + 1
        range = { gt: key }
      }
      if (page.length === 0) return
    }
  }

  /** Oldest first. */
  list(): StoredInput[] {
    return [...this.#entries.values()].map(({ input }) => input)
  }

  /** Inputs that were set aside. */
  get size(): number {
    return this.#endedCount
  }

  get(id: string): StoredInput | undefined {
    return this.#entries.get(id)?.input
  }

  /** Replaces one of the same id. At the bound the oldest is lost, and counted. */
  put(input: StoredInput): void {
    this.delete(input.id)
    const value = encodeText(JSON.stringify(input))
    const sequence = this.#nextSequence++
    this.#hold({ sequence, input, sizeBytes: value.length })
    this.#write(sequence, { type: 'put', key: keyOf(sequence), value })
    for (const [id, { input: oldest }] of this.#entries) {
      if (this.#endedCount <= SET_ASIDE_INPUTS_MAX && this.#endedBytes <= SET_ASIDE_BYTES_MAX) break
      // Those are bounded by the queues they come from.
      if (oldest.state === 'waiting') continue
      this.dropped += 1
      this.#log.warn({ function: oldest.function, id }, 'too much is set aside: the oldest input is lost')
      this.delete(id)
    }
  }

  delete(id: string): boolean {
    const entry = this.#entries.get(id)
    if (entry === undefined) return false
    this.#entries.delete(id)
    this.#count(entry, -1)
    // A put that has not been tried is on no disk; so a store that refuses for long is no leak here.
    if (!this.#unwritten.delete(entry.sequence)) {
      this.#write(entry.sequence, { type: 'del', key: keyOf(entry.sequence) })
    }
    return true
  }

  /** Resolves when everything is on disk, or the store has refused once more. */
  async flush(): Promise<void> {
    await this.#writing
    await this.#writeOnce()
  }

  #hold(entry: Entry): void {
    this.#entries.set(entry.input.id, entry)
    this.#count(entry, 1)
  }

  #count({ input, sizeBytes }: Entry, sign: 1 | -1): void {
    if (input.state !== 'ended') return
    this.#endedCount += sign
    this.#endedBytes += sign * sizeBytes
  }

  #write(sequence: number, operation: StoreOperation): void {
    this.#unwritten.set(sequence, operation)
    this.#writing ??= this.#writeAll()
  }

  async #writeAll(): Promise<void> {
    // What changes in this turn of the event loop goes into one batch.
    await Promise.resolve()
    let isWritten = true
    while (isWritten && this.#unwritten.size > 0) isWritten = await this.#writeOnce()
    this.#writing = undefined
    if (!isWritten) {
      this.#scheduler.schedule(() => {
        if (this.#unwritten.size > 0) this.#writing ??= this.#writeAll()
      }, STORE_RETRY_MS)
    }
  }

  async #writeOnce(): Promise<boolean> {
    const operations = this.#unwritten
    if (operations.size === 0) return true
    this.#unwritten = new Map()
    try {
      await this.#store.batch([...operations.values()], { sync: true })
      return true
    } catch (error) {
      this.#log.warn({ err: error }, 'inputs that were set aside are not on disk yet')
      this.#unwritten = new Map([...operations, ...this.#unwritten])
      return false
    }
  }
}

const SEQUENCE_BYTES = 8

function keyOf(sequence: number): Uint8Array {
  const key = new Uint8Array(SEQUENCE_BYTES)
  new DataView(key.buffer).setBigUint64(0, BigInt(sequence))
  return key
}

function sequenceOf(key: Uint8Array): number {
  return Number(new DataView(key.buffer, key.byteOffset, SEQUENCE_BYTES).getBigUint64(0))
}

function read(value: Uint8Array): StoredInput | undefined {
  const text = decodeText(value)
  if (text === undefined) return undefined
  try {
    return Stored.parse(JSON.parse(text))
  } catch {
    // Of an older version, or damaged: the caller says so, and the others are kept.
    return undefined
  }
}
