import type { CommitMessage } from '../../shared/contract/commit.ts'
import { tryDecode } from '../../shared/frame/attempt.ts'
import type { SampleFrame } from '../../shared/frame/frame.ts'
import { frameIdentity } from '../../shared/frame/identity.ts'
import { COMMITTED_MAX, LIVE_BYTES_MAX } from './limits.ts'
import type { LiveFrame } from './live-frame.ts'

/**
 * One position of the log: samples, something else ('other'), or bytes that no decoder takes. Or all positions up to
 * this one at once, whose samples the log does not give any more ('sealed').
 */
export interface LogEntry {
  readonly lsn: number
  readonly frame: SampleFrame | 'other' | 'unreadable' | 'sealed'
  /** Of samples that the bus has brought: monotonic, milliseconds. */
  readonly arrivedMs?: number
}

interface Kept {
  readonly bytes: Uint8Array
  readonly arrivedMs: number
}

/** Kept in place of a frame of records: it only moves the position. */
const RECORDS = new Uint8Array(0)
/** What an entry takes besides its bytes. */
const ENTRY_BYTES = 200

/**
 * What the bus has told of the end of the log: frames that came live, and which of them are durable and where. All
 * of it may be lost or incomplete; the log has the rest.
 */
export class LiveTail {
  /** Oldest first, because a Map keeps the order of insertion. */
  readonly #frames = new Map<string, Kept>()
  readonly #committed = new Map<number, string>()
  #frameBytes = 0
  #newestLsn = 0

  /** The newest log position that a commit message has named. */
  get newestLsn(): number {
    return this.#newestLsn
  }

  get bytes(): number {
    return this.#frameBytes
  }

  /** @param nowMs monotonic */
  keepFrame({ bytes, head }: LiveFrame, nowMs: number): void {
    const key = frameIdentity(head)
    this.#forget(key)
    const kept = head.body === 'records' ? RECORDS : bytes
    this.#frames.set(key, { bytes: kept, arrivedMs: nowMs })
    this.#frameBytes += kept.length + ENTRY_BYTES
    for (const oldest of this.#frames.keys()) {
      if (this.#frameBytes <= LIVE_BYTES_MAX) break
      this.#forget(oldest)
    }
  }

  keepCommit({ firstLsn, producers, frames }: CommitMessage): void {
    for (const [offset, [index, epoch, sequence]] of frames.entries()) {
      const lsn = firstLsn + offset
      const producer = producers[index] ?? ''
      this.#committed.set(lsn, frameIdentity({ producer, epoch, sequence }))
      this.#newestLsn = Math.max(this.#newestLsn, lsn)
    }
    // A reader of the log is far behind: it does not need to hear of each step.
    if (this.#committed.size > COMMITTED_MAX) this.#committed.clear()
  }

  /** The entries right after a log position, as far as they are known and at most so many. */
  takeAfter(lsn: number, countMax: number): LogEntry[] {
    const entries: LogEntry[] = []
    while (entries.length < countMax) {
      const next = lsn + entries.length + 1
      const key = this.#committed.get(next)
      const taken = key === undefined ? undefined : this.#take(key)
      if (taken === undefined) break
      this.#committed.delete(next)
      entries.push({ lsn: next, ...taken })
    }
    return entries
  }

  #take(key: string): Pick<LogEntry, 'frame' | 'arrivedMs'> | undefined {
    const kept = this.#frames.get(key)
    if (kept === undefined) return undefined
    this.#forget(key)
    if (kept.bytes === RECORDS) return { frame: 'other' }
    const frame = readFrame(kept.bytes)
    // What is damaged here may be sound in the log.
    return frame === 'unreadable' ? undefined : { frame, arrivedMs: kept.arrivedMs }
  }

  /** Nothing up to this log position is needed any more. */
  discardUpTo(lsn: number): void {
    for (const [committed, key] of this.#committed) {
      if (committed > lsn) continue
      this.#committed.delete(committed)
      this.#forget(key)
    }
  }

  #forget(key: string): void {
    const kept = this.#frames.get(key)
    if (kept === undefined) return
    this.#frames.delete(key)
    this.#frameBytes -= kept.bytes.length + ENTRY_BYTES
  }
}

export function readFrame(bytes: Uint8Array): LogEntry['frame'] {
  const frame = tryDecode(bytes)
  if (frame === undefined) return 'unreadable'
  return frame.body === 'samples' ? frame : 'other'
}
