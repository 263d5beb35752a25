import { createSerial } from '../time/serial.ts'
import { type Entry, isHeld } from './entry.ts'
import type { Identity } from './receive.ts'
import { reseal } from './reseal.ts'
import { SPILL_BATCH_BYTES, SPILL_BATCH_FRAMES } from './sender-limits.ts'
import type { Spill } from './spill.ts'
import { createWaitingQueue } from './waiting.ts'
import { Window } from './window.ts'

export interface WindowCredit {
  readonly frames: number
  readonly bytes: number
}

export type NewEntry = Pick<Entry, 'producer' | 'epoch' | 'sequence' | 'positioned' | 'bytes' | 'sinceUs'>

/**
 * All frames that are not acknowledged, oldest first: the window, then those on disk, then those waiting in memory.
 * Frames on disk are always the oldest: spilling moves them there from the front.
 */
export class Outbox {
  readonly window = new Window()
  readonly #spill: Spill | undefined
  readonly #waiting = createWaitingQueue()
  readonly #heldBy = new Map<string, Identity>()
  readonly #onDiskInTurn = createSerial()
  readonly #memory = { frames: 0, bytes: 0, liveBytes: 0 }
  #nextOrder: number
  /** Order of the next frame to enter the window. */
  #entering = 0
  #isRenumbering = false

  constructor(spill: Spill | undefined) {
    this.#spill = spill
    this.#nextOrder = (spill?.lastOrder ?? -1) + 1
  }

  get depth(): number {
    return this.#memory.frames + (this.#spill?.frames ?? 0)
  }

  get memoryBytes(): number {
    return this.#memory.bytes
  }

  /** Bytes in memory of sources that cannot be read again. */
  get liveMemoryBytes(): number {
    return this.#memory.liveBytes
  }

  get spillBytes(): number {
    return this.#spill?.bytes ?? 0
  }

  /** When the oldest frame was taken in; undefined when there is none. */
  get sinceUs(): number | undefined {
    const oldest = this.window.oldest ?? ((this.#spill?.frames ?? 0) > 0 ? this.#spill : this.#waiting.oldest)
    return oldest?.sinceUs
  }

  append(content: NewEntry): void {
    const state = { onDisk: false, sent: false, sentMs: 0, acknowledged: false }
    const entry: Entry = { ...content, ...state, order: this.#nextOrder }
    this.#nextOrder += 1
    this.#count(entry, 1)
    this.#waiting.push(entry)
  }

  /** Takes out what is held, and remembers it for frames that come into the window later. Returns how many. */
  acknowledge(producer: string, held: Identity): number {
    // A message that comes late says less than one before it, and is true all the same.
    if (isAtMost(held, this.#heldBy.get(producer))) return 0
    this.#heldBy.set(producer, held)
    const entries = this.window.acknowledge(producer, held)
    this.#release(entries)
    return entries.length
  }

  /** The most that the historian has said it holds of a producer. */
  heldOf(producer: string): Identity | undefined {
    return this.#heldBy.get(producer)
  }

  /** Brings older frames into the window up to the credit; false when there are none or no room. @throws StoreError */
  async fill(credit: WindowCredit): Promise<boolean> {
    const spill = this.#spill
    const isFull = this.window.size >= credit.frames || this.window.bytes >= credit.bytes
    if (this.#isRenumbering || isFull) return false
    if (spill && this.#entering <= spill.lastOrder) {
      await this.#onDiskInTurn(() => this.#fillFromDisk(spill, credit))
      return true
    }
    const entry = this.#waiting.shift()
    if (entry) this.#enter(entry)
    return entry !== undefined
  }

  /** Writes one batch of the oldest frames in memory to disk and frees them; false when there are none. @throws StoreError */
  async spill(): Promise<boolean> {
    const spill = this.#spill
    return spill === undefined ? false : this.#onDiskInTurn(() => this.#spillBatch(spill))
  }

  /**
   * Gives all frames of a producer new identities (epoch, 0), (epoch, 1) … and says how many they are, before
   * anything else can be appended. @throws StoreError; then it has to be done again, with this epoch or a later one
   */
  async renumber(producer: string, epoch: number, onDone: (frames: number) => void): Promise<void> {
    this.#isRenumbering = true
    try {
      await this.#onDiskInTurn(async () => {
        this.#unload()
        const onDisk = (await this.#spill?.renumber(producer, epoch, this.#entering)) ?? 0
        onDone(this.#renumberWaiting(producer, { epoch, sequence: onDisk }))
      })
    } finally {
      this.#isRenumbering = false
    }
  }

  /** Deletes acknowledged frames; with `sync`, durably. @throws StoreError */
  async settle(sync: boolean): Promise<void> {
    await this.#onDiskInTurn(async () => this.#spill?.settle(sync))
  }

  #count(entry: Entry, sign: 1 | -1): void {
    this.#memory.frames += sign
    this.#memory.bytes += sign * entry.bytes.length
    if (!entry.positioned) this.#memory.liveBytes += sign * entry.bytes.length
  }

  #release(entries: readonly Entry[]): void {
    for (const entry of entries) {
      entry.acknowledged = true
      if (!entry.onDisk) this.#count(entry, -1)
    }
    this.#spill?.remove(entries.filter((entry) => entry.onDisk))
  }

  #enter(entry: Entry): void {
    this.#entering = entry.order + 1
    if (isHeld(this.#heldBy.get(entry.producer), entry)) this.#release([entry])
    else this.window.add(entry)
  }

  async #fillFromDisk(spill: Spill, credit: WindowCredit): Promise<void> {
    const page = await spill.page(this.#entering, credit.frames - this.window.size)
    for (const entry of page.entries) this.#enter(entry)
    this.#entering = Math.max(this.#entering, page.nextOrder)
  }

  async #spillBatch(spill: Spill): Promise<boolean> {
    const batch = this.#nextBatch()
    if (batch.length === 0) return false
    await spill.append(batch)
    for (const entry of batch) {
      entry.onDisk = true
      // Acknowledged while it was written: then its memory is counted off already.
      if (entry.acknowledged) spill.remove([entry])
      else this.#count(entry, -1)
    }
    while (this.#waiting.oldest?.onDisk) this.#waiting.shift()
    return true
  }

  #nextBatch(): readonly Entry[] {
    const batch: Entry[] = []
    let bytes = 0
    for (const entry of this.#inMemory()) {
      if (batch.length === SPILL_BATCH_FRAMES || bytes >= SPILL_BATCH_BYTES) break
      batch.push(entry)
      bytes += entry.bytes.length
    }
    return batch
  }

  *#inMemory(): Iterable<Entry> {
    for (const entry of this.window.entries()) if (!entry.onDisk) yield entry
    yield* this.#waiting.entries()
  }

  /** Empties the window without forgetting anything: all of it enters again, from disk and from memory. */
  #unload(): void {
    const entries = [...this.window.entries()]
    this.#entering = entries[0]?.order ?? this.#entering
    this.window.clear()
    for (const entry of entries) entry.sent = false
    this.#waiting.putBack(entries.filter((entry) => !entry.onDisk))
  }

  #renumberWaiting(producer: string, first: Identity): number {
    const { epoch } = first
    let { sequence } = first
    for (const entry of this.#waiting.entries()) {
      if (entry.producer !== producer) continue
      this.#count(entry, -1)
      entry.bytes = reseal(entry.bytes, { epoch, sequence })
      this.#count(entry, 1)
      entry.epoch = epoch
      entry.sequence = sequence
      sequence += 1
    }
    this.#heldBy.delete(producer)
    return sequence
  }
}

function isAtMost(held: Identity, before: Identity | undefined): boolean {
  if (before === undefined) return false
  return held.epoch < before.epoch || (held.epoch === before.epoch && held.sequence <= before.sequence)
}
