/** Something that will happen at a virtual instant; `cancel` makes it never happen. */
export interface ScheduledEvent {
  cancel(): void
}

interface Entry extends ScheduledEvent {
  readonly atUs: number
  /** Equal instants happen in the order in which they were planned: the order must come from the seed alone. */
  readonly order: number
  run: (() => void) | undefined
}

export interface EventQueue {
  add(atUs: number, run: () => void): ScheduledEvent
  /** Instant of the next event; Infinity when there is none. */
  nextUs(): number
  /** Takes the next event out. */
  take(): { readonly atUs: number; readonly run: () => void } | undefined
}

const isBefore = (a: Entry, b: Entry) => a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order)

/** Moves the last entry of a binary heap up to its place. */
function siftUp(heap: Entry[], entry: Entry): void {
  let index = heap.length - 1
  while (index > 0) {
    const parentIndex = (index - 1) >> 1
    const parent = heap[parentIndex]
    if (parent === undefined || !isBefore(entry, parent)) break
    heap[index] = parent
    index = parentIndex
  }
  heap[index] = entry
}

/** Puts an entry at the top of a binary heap and moves it down to its place. */
function siftDown(heap: Entry[], entry: Entry): void {
  let index = 0
  for (;;) {
    let childIndex = 2 * index + 1
    let child = heap[childIndex]
    if (child === undefined) break
    const right = heap[childIndex + 1]
    if (right !== undefined && isBefore(right, child)) {
      childIndex += 1
      child = right
    }
    if (!isBefore(child, entry)) break
    heap[index] = child
    index = childIndex
  }
  heap[index] = entry
}

/** A binary heap; a cancelled event stays in it, empty, until its instant comes (most are deadlines, soon due). */
export function createEventQueue(): EventQueue {
  const heap: Entry[] = []
  let order = 0

  const removeTop = () => {
    const last = heap.pop()
    if (last !== undefined && heap.length > 0) siftDown(heap, last)
  }
  const top = (): Entry | undefined => {
    for (;;) {
      const entry = heap[0]
      if (entry === undefined || entry.run !== undefined) return entry
      removeTop()
    }
  }

  return {
    add(atUs, run) {
      const entry: Entry = {
        atUs,
        order,
        run,
        cancel: () => {
          entry.run = undefined
        },
      }
      order += 1
      heap.push(entry)
      siftUp(heap, entry)
      return entry
    },
    nextUs: () => top()?.atUs ?? Number.POSITIVE_INFINITY,
    take() {
      const entry = top()
      if (entry?.run === undefined) return undefined
      removeTop()
      const { atUs, run } = entry
      entry.run = undefined
      return { atUs, run }
    },
  }
}
