import { type Entry, isHeld } from './entry.ts'
import type { Identity } from './receive.ts'

/** The oldest part of the outbox: frames that are published and unacknowledged, or about to be published. */
export interface Window {
  readonly size: number
  readonly bytes: number
  readonly oldest: Entry | undefined
  /** The oldest frame of one producer. */
  oldestOf(producer: string): Entry | undefined
  entries(): Iterable<Entry>
  add(entry: Entry): void
  /** Takes out the frames that are held and returns them. */
  acknowledge(producer: string, held: Identity): readonly Entry[]
  /**
   * The oldest unpublished frame. None while it is of a newer epoch than an older frame of its producer: once the
   * historian holds a newer epoch it takes older ones for duplicates.
   */
  nextUnsent(): Entry | undefined
  markSent(entry: Entry, nowMs: number): void
  /** Producers whose oldest frame was published at or before an instant. */
  overdue(sentMs: number): readonly string[]
  /** Everything (of one producer) from `order` on counts as unpublished again. */
  rewind(options?: { readonly producer?: string; readonly order?: number }): void
  clear(): void
}

export function createWindow(): Window {
  const entries = new Map<number, Entry>()
  /** The same entries by producer, oldest first. */
  const lanes = new Map<string, Entry[]>()
  let bytes = 0
  let unsent = 0

  function acknowledge(producer: string, held: Identity): readonly Entry[] {
    const lane = lanes.get(producer) ?? []
    const count = lane.findIndex((entry) => !isHeld(held, entry))
    const taken = lane.splice(0, count === -1 ? lane.length : count)
    if (lane.length === 0) lanes.delete(producer)
    for (const entry of taken) {
      entries.delete(entry.order)
      bytes -= entry.bytes.length
      if (!entry.sent) unsent -= 1
      entry.acknowledged = true
    }
    return taken
  }

  return {
    get size() {
      return entries.size
    },
    get bytes() {
      return bytes
    },
    get oldest() {
      return first(entries.values())
    },
    oldestOf: (producer) => lanes.get(producer)?.[0],
    entries: () => entries.values(),
    add(entry) {
      entries.set(entry.order, entry)
      bytes += entry.bytes.length
      if (!entry.sent) unsent += 1
      const lane = lanes.get(entry.producer)
      if (lane) lane.push(entry)
      else lanes.set(entry.producer, [entry])
    },
    acknowledge,
    nextUnsent() {
      if (unsent === 0) return undefined
      for (const entry of entries.values()) {
        if (entry.sent) continue
        const oldest = lanes.get(entry.producer)?.[0]
        return oldest === undefined || oldest.epoch === entry.epoch ? entry : undefined
      }
      return undefined
    },
    markSent(entry, nowMs) {
      if (entry.sent || !entries.has(entry.order)) return
      entry.sent = true
      entry.sentMs = nowMs
      unsent -= 1
    },
    overdue: (sentMs) =>
      [...lanes].filter(([, [oldest]]) => oldest?.sent && oldest.sentMs <= sentMs).map(([name]) => name),
    rewind({ producer, order = 0 } = {}) {
      for (const entry of producer === undefined ? entries.values() : (lanes.get(producer) ?? [])) {
        if (!entry.sent || entry.order < order) continue
        entry.sent = false
        unsent += 1
      }
    },
    clear() {
      entries.clear()
      lanes.clear()
      bytes = 0
      unsent = 0
    },
  }
}

const first = <T>(values: Iterable<T>): T | undefined => values[Symbol.iterator]().next().value
