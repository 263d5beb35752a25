import type { SchedulerLike, Subscription } from 'rxjs'

/** V8 counts the heap of a thread; what its buffers take shows only in the size of the whole process. */
export interface MemoryWatch {
  /** Watches until `end`; `onTooMuch` is called at most once. A second `begin` starts anew. */
  begin(who: object, memoryBytes: number, onTooMuch: (grownBytes: number) => void): void
  end(who: object): void
}

/** At 2 GB a second, which is how fast fresh memory is filled, 100 MB are seen late. */
const LOOK_EVERY_MS = 50
/** Other functions grow meanwhile, and a heap may be larger than its limit until it is collected. */
const MARGIN_BYTES = 64 * 1024 ** 2

interface Watched {
  readonly memoryBytes: number
  readonly onTooMuch: (grownBytes: number) => void
  /** Size of the process at the first look. */
  fromBytes: number | undefined
}

/**
 * Looks at the size of the process while functions run. Growth is nobody's in particular: everyone whose own limit it
 * is beyond is told, and an innocent one runs once more.
 */
export function createMemoryWatch(
  scheduler: SchedulerLike,
  sizeBytes: () => number = () => process.memoryUsage.rss(),
): MemoryWatch {
  const watched = new Map<object, Watched>()
  let timer: Subscription | undefined

  const look = (): void => {
    timer = undefined
    const nowBytes = sizeBytes()
    for (const [who, entry] of [...watched]) {
      entry.fromBytes ??= nowBytes
      const grownBytes = nowBytes - entry.fromBytes
      if (grownBytes <= entry.memoryBytes + MARGIN_BYTES) continue
      watched.delete(who)
      entry.onTooMuch(grownBytes)
    }
    lookLater()
  }
  const lookLater = (): void => {
    if (watched.size > 0) timer ??= scheduler.schedule(look, LOOK_EVERY_MS)
  }

  return {
    begin(who, memoryBytes, onTooMuch) {
      watched.set(who, { memoryBytes, onTooMuch, fromBytes: undefined })
      lookLater()
    },
    end(who) {
      watched.delete(who)
      if (watched.size > 0) return
      timer?.unsubscribe()
      timer = undefined
    },
  }
}
