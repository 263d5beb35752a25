import type { Entry } from './entry.ts'

/** Frames in memory that are not in the window yet, oldest first. Taking one is cheap however many there are. */
export interface WaitingQueue {
  readonly size: number
  readonly oldest: Entry | undefined
  push(entry: Entry): void
  shift(): Entry | undefined
  /** Puts older ones back in front. */
  putBack(entries: readonly Entry[]): void
  entries(): Iterable<Entry>
}

/** Taken places are given back in steps of this many, so that each costs about nothing. */
const COMPACT_AT = 1024

export function createWaitingQueue(): WaitingQueue {
  let items: Entry[] = []
  let head = 0
  return {
    get size() {
      return items.length - head
    },
    get oldest() {
      return items[head]
    },
    push(entry) {
      items.push(entry)
    },
    shift() {
      const entry = items[head]
      if (entry === undefined) return undefined
      head += 1
      if (head >= COMPACT_AT && head * 2 >= items.length) {
        items = items.slice(head)
        head = 0
      }
      return entry
    },
    putBack(entries) {
      items = [...entries, ...items.slice(head)]
      head = 0
    },
    *entries() {
      for (let index = head; index < items.length; index++) yield items[index] as Entry
    },
  }
}
