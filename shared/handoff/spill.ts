import { decodeText, encodeText } from '../bytes/text.ts'
import { inspectFrame } from '../frame/decode.ts'
import type { KeyValueStore, StoreEntry, StoreOperation } from '../store/store.ts'
import type { Entry } from './entry.ts'
import { reseal } from './reseal.ts'
import { SPILL_BATCH_FRAMES, SPILL_PAGE_BYTES } from './sender-limits.ts'

const PREFIX = encodeText('frame/')
const END = encodeText('frame0')
const SETTLED = encodeText('settled')
const SINCE_BYTES = 8

export interface SpillPage {
  readonly entries: readonly Entry[]
  /** The next page begins here. */
  readonly nextOrder: number
}

type OnDamage = (order: number, error: unknown) => void

/**
 * The part of the outbox that an earlier process left, or an empty one.
 *
 * @param onDamage told of every frame that does not pass its check; it is deleted, since it can never be sent
 * @throws StoreError
 */
export async function openSpill(store: KeyValueStore, onDamage: OnDamage): Promise<Spill> {
  return new Spill(store, onDamage, await measure(store))
}

/** The part of the outbox that is on disk: frames under their order, oldest first. */
export class Spill {
  readonly #store: KeyValueStore
  readonly #onDamage: OnDamage
  readonly #measure: Measure
  /** Acknowledged, and not deleted yet. */
  readonly #removed = new Set<number>()
  /** Deletions were written that a loss of power could undo. */
  #isUnsettled = false

  constructor(store: KeyValueStore, onDamage: OnDamage, found: Measure) {
    this.#store = store
    this.#onDamage = onDamage
    this.#measure = found
  }

  get frames(): number {
    return this.#measure.frames
  }

  get bytes(): number {
    return this.#measure.bytes
  }

  /** Order of the newest frame that was ever written; -1 when there was none. */
  get lastOrder(): number {
    return this.#measure.lastOrder
  }

  /** When the oldest frame that was found at the start was taken in. */
  get sinceUs(): number | undefined {
    return this.#measure.sinceUs
  }

  /** Writes frames, one synchronous batch. @throws StoreError; then none of them is on disk */
  async append(entries: readonly Entry[]): Promise<void> {
    await this.#store.batch(
      entries.map((entry) => ({ type: 'put', key: keyOf(entry.order), value: storedForm(entry) })),
      { sync: true },
    )
    for (const entry of entries) {
      this.#measure.frames += 1
      this.#measure.bytes += entry.bytes.length
      this.#measure.lastOrder = Math.max(this.#measure.lastOrder, entry.order)
    }
  }

  /** Some frames from an order on, oldest first; damaged ones are reported and left out. @throws StoreError */
  async page(fromOrder: number, maxEntries: number): Promise<SpillPage> {
    const stored = await this.#store.page({ gte: keyOf(fromOrder), lt: END }, pageLimits(maxEntries))
    const entries: Entry[] = []
    let nextOrder = fromOrder
    for (const { key, value } of stored) {
      const order = orderOf(key)
      nextOrder = order + 1
      if (this.#removed.has(order)) continue
      try {
        entries.push(readEntry(order, value))
      } catch (error) {
        this.#drop(order, value.length - SINCE_BYTES)
        this.#onDamage(order, error)
      }
    }
    return { entries, nextOrder: stored.length === 0 ? this.lastOrder + 1 : nextOrder }
  }

  /** Frames that are acknowledged. They are deleted later: sending one again after a death does no harm. */
  remove(entries: readonly Entry[]): void {
    for (const entry of entries) this.#drop(entry.order, entry.bytes.length)
  }

  /** Deletes what was removed; with `sync`, durably. @throws StoreError; the removals stay noted */
  async settle(sync: boolean): Promise<void> {
    while (this.#removed.size > 0) {
      const orders = [...this.#removed].slice(0, SPILL_BATCH_FRAMES)
      await this.#store.batch(
        orders.map((order) => ({ type: 'del', key: keyOf(order) })),
        { sync: false },
      )
      this.#isUnsettled = true
      for (const order of orders) this.#removed.delete(order)
    }
    if (!sync || !this.#isUnsettled) return
    // A synchronous batch makes all earlier ones durable, whatever is in it.
    await this.#store.batch([{ type: 'del', key: SETTLED }], { sync: true })
    this.#isUnsettled = false
  }

  /**
   * Gives all frames of one producer from an order on the identities (epoch, 0), (epoch, 1) …; returns their count.
   * Works from the newest to the oldest: after a death in between, the oldest still has its old number, which the
   * historian refuses as it did before, and the whole is done again.
   */
  async renumber(producer: string, epoch: number, fromOrder: number): Promise<number> {
    await this.settle(false)
    let count = 0
    for (let order = fromOrder; order <= this.lastOrder; ) {
      const { entries, nextOrder } = await this.page(order, SPILL_BATCH_FRAMES)
      count += entries.filter((entry) => entry.producer === producer).length
      order = nextOrder
    }
    // Damaged frames that were come upon are gone before the second pass.
    await this.settle(false)
    await renumberBackwards(this.#store, { producer, epoch, count, fromOrder })
    return count
  }

  #drop(order: number, sizeBytes: number): void {
    if (this.#removed.has(order)) return
    this.#removed.add(order)
    this.#measure.frames -= 1
    this.#measure.bytes -= sizeBytes
  }
}

interface Renumbering {
  readonly producer: string
  readonly epoch: number
  readonly count: number
  readonly fromOrder: number
}

async function renumberBackwards(store: KeyValueStore, renumbering: Renumbering): Promise<void> {
  const { producer, epoch, count, fromOrder } = renumbering
  let sequence = count
  let end: Uint8Array = END
  for (;;) {
    const range = { gte: keyOf(fromOrder), lt: end, reverse: true }
    const stored = await store.page(range, pageLimits(SPILL_BATCH_FRAMES))
    const oldest = stored.at(-1)
    if (oldest === undefined) return
    const operations: StoreOperation[] = []
    for (const { key, value } of stored) {
      if (inspectFrame(value.subarray(SINCE_BYTES)).producer !== producer) continue
      sequence -= 1
      const bytes = reseal(value.subarray(SINCE_BYTES), { epoch, sequence })
      operations.push({ type: 'put', key, value: join(value.subarray(0, SINCE_BYTES), bytes) })
    }
    if (operations.length > 0) await store.batch(operations, { sync: true })
    end = oldest.key
  }
}

interface Measure {
  frames: number
  bytes: number
  lastOrder: number
  sinceUs: number | undefined
}

/** What an earlier process left. Reads all of it once: about a second for each 100 MB. */
async function measure(store: KeyValueStore): Promise<Measure> {
  const found: Measure = { frames: 0, bytes: 0, lastOrder: -1, sinceUs: undefined }
  for (;;) {
    const range = { gte: keyOf(found.lastOrder + 1), lt: END }
    const stored: readonly StoreEntry[] = await store.page(range, pageLimits(SPILL_BATCH_FRAMES))
    if (stored.length === 0) return found
    for (const { key, value } of stored) {
      found.frames += 1
      found.bytes += value.length - SINCE_BYTES
      found.lastOrder = orderOf(key)
      found.sinceUs ??= sinceOf(value)
    }
  }
}

const pageLimits = (maxEntries: number) => ({ maxEntries, maxBytes: SPILL_PAGE_BYTES })

function readEntry(order: number, value: Uint8Array): Entry {
  const bytes = value.subarray(SINCE_BYTES)
  const { producer, epoch, sequence } = inspectFrame(bytes)
  const state = { positioned: false, onDisk: true, sent: false, sentMs: 0, acknowledged: false }
  return { order, producer, epoch, sequence, bytes, sinceUs: sinceOf(value), ...state }
}

/** 16 hexadecimal digits: the order of the keys is the order of the numbers. */
function keyOf(order: number): Uint8Array {
  return join(PREFIX, encodeText(order.toString(16).padStart(16, '0')))
}

function orderOf(key: Uint8Array): number {
  return Number.parseInt(decodeText(key.subarray(PREFIX.length)) ?? '', 16)
}

function storedForm(entry: Entry): Uint8Array {
  const since = new Uint8Array(SINCE_BYTES)
  new DataView(since.buffer).setFloat64(0, entry.sinceUs)
  return join(since, entry.bytes)
}

function sinceOf(value: Uint8Array): number {
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getFloat64(0)
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}
