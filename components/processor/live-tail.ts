import type { CommitMessage } from '../../shared/contract/commit.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { decodeFrame, inspectFrame } from '../../shared/frame/decode.ts'
import type { SampleFrame } from '../../shared/frame/frame.ts'
import { COMMITTED_MAX, LIVE_BYTES_MAX } from './limits.ts'

/** One position of the log: samples, something else ('other'), or bytes that no decoder takes. */
export interface LogEntry {
  readonly lsn: number
  readonly frame: SampleFrame | 'other' | 'unreadable'
}

type Identity = readonly [producer: string, epoch: number, sequence: number]
const textOf = (identity: Identity): string => JSON.stringify(identity)
/** Stands for the identity of an own frame; no identity is empty. */
const OWN = ''

/**
 * What the bus has told of the end of the log: frames that came live, and which of them are durable and where. All
 * of it may be lost or incomplete; the log has the rest.
 */
export class LiveTail {
  /** Oldest first, because a Map keeps the order of insertion. */
  readonly #frames = new Map<string, Uint8Array>()
  readonly #committed = new Map<number, string>()
  readonly #ownProducer: string
  #frameBytes = 0
  #newestLsn = 0

  /** @param ownProducer whose frames are known to hold no samples */
  constructor(ownProducer: string) {
    this.#ownProducer = ownProducer
  }

  /** The newest log position that a commit message has named. */
  get newestLsn(): number {
    return this.#newestLsn
  }

  get bytes(): number {
    return this.#frameBytes
  }

  keepFrame(bytes: Uint8Array): void {
    const identity = identityOf(bytes)
    if (identity === undefined || identity[0] === this.#ownProducer) return
    const key = textOf(identity)
    this.#forget(key)
    this.#frames.set(key, bytes)
    this.#frameBytes += bytes.length
    for (const oldest of this.#frames.keys()) {
      if (this.#frameBytes <= LIVE_BYTES_MAX) break
      this.#forget(oldest)
    }
  }

  keepCommit({ firstLsn, producers, frames }: CommitMessage): void {
    for (const [offset, [index, epoch, sequence]] of frames.entries()) {
      const lsn = firstLsn + offset
      const producer = producers[index] ?? ''
      this.#committed.set(lsn, producer === this.#ownProducer ? OWN : textOf([producer, epoch, sequence]))
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
      const frame = key === undefined ? undefined : this.#take(key)
      if (frame === undefined) break
      this.#committed.delete(next)
      entries.push({ lsn: next, frame })
    }
    return entries
  }

  #take(key: string): LogEntry['frame'] | undefined {
    if (key === OWN) return 'other'
    const bytes = this.#frames.get(key)
    if (bytes === undefined) return undefined
    this.#forget(key)
    const frame = readFrame(bytes)
    // What is damaged here may be sound in the log.
    return frame === 'unreadable' ? undefined : frame
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
    const bytes = this.#frames.get(key)
    if (bytes === undefined) return
    this.#frames.delete(key)
    this.#frameBytes -= bytes.length
  }
}

function identityOf(bytes: Uint8Array): Identity | undefined {
  const header = attempt(() => inspectFrame(bytes))
  return header === undefined ? undefined : [header.producer, header.epoch, header.sequence]
}

export function readFrame(bytes: Uint8Array): LogEntry['frame'] {
  const frame = attempt(() => decodeFrame(bytes))
  if (frame === undefined) return 'unreadable'
  return frame.body === 'samples' ? frame : 'other'
}

/** Undefined for bytes that are no frame; the historian refuses such frames and says so. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof GenbaError) return undefined
    throw error
  }
}
