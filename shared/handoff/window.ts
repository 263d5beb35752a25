import { type Entry, isHeld } from './entry.ts'
import type { Identity } from './receive.ts'

/** The oldest part of the outbox: frames that are published and unacknowledged, or about to be published. */
export class Window {
  readonly #entries = new Map<number, Entry>()
  /** The same entries by producer, oldest first. */
  readonly #lanes = new Map<string, Entry[]>()
  #bytes = 0
  #unsent = 0

  get size(): number {
    return this.#entries.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get oldest(): Entry | undefined {
    return this.#entries.values().next().value
  }

  /** The oldest frame of one producer. */
  oldestOf(producer: string): Entry | undefined {
    return this.#lanes.get(producer)?.[0]
  }

  entries(): Iterable<Entry> {
    return this.#entries.values()
  }

  add(entry: Entry): void {
    this.#entries.set(entry.order, entry)
    this.#bytes += entry.bytes.length
    if (!entry.sent) this.#unsent += 1
    const lane = this.#lanes.get(entry.producer)
    if (lane) lane.push(entry)
    else this.#lanes.set(entry.producer, [entry])
  }

  /** Takes out the frames that are held and returns them. */
  acknowledge(producer: string, held: Identity): readonly Entry[] {
    const lane = this.#lanes.get(producer) ?? []
    const count = lane.findIndex((entry) => !isHeld(held, entry))
    const taken = lane.splice(0, count === -1 ? lane.length : count)
    if (lane.length === 0) this.#lanes.delete(producer)
    for (const entry of taken) {
      this.#entries.delete(entry.order)
      this.#bytes -= entry.bytes.length
      if (!entry.sent) this.#unsent -= 1
    }
    return taken
  }

  /**
   * The oldest unpublished frame. None while it is of a newer epoch than an older frame of its producer: once the
   * historian holds a newer epoch it takes older ones for duplicates.
   */
  nextUnsent(): Entry | undefined {
    if (this.#unsent === 0) return undefined
    for (const entry of this.#entries.values()) {
      if (!entry.sent) return this.oldestOf(entry.producer)?.epoch === entry.epoch ? entry : undefined
    }
    return undefined
  }

  markSent(entry: Entry, nowMs: number): void {
    if (entry.sent || !this.#entries.has(entry.order)) return
    entry.sent = true
    entry.sentMs = nowMs
    this.#unsent -= 1
  }

  /** Producers whose oldest frame was published at or before an instant. */
  overdue(sentMs: number): readonly string[] {
    const isOverdue = ([oldest]: readonly Entry[]) => oldest?.sent === true && oldest.sentMs <= sentMs
    return [...this.#lanes].filter(([, lane]) => isOverdue(lane)).map(([producer]) => producer)
  }

  /** Everything (of one producer) from `order` on counts as unpublished again. */
  rewind({ producer, order = 0 }: { readonly producer?: string; readonly order?: number } = {}): void {
    const entries = producer === undefined ? this.#entries.values() : (this.#lanes.get(producer) ?? [])
    for (const entry of entries) {
      if (!entry.sent || entry.order < order) continue
      entry.sent = false
      this.#unsent += 1
    }
  }

  clear(): void {
    this.#entries.clear()
    this.#lanes.clear()
    this.#bytes = 0
    this.#unsent = 0
  }
}
