import type { Clock } from '../../shared/time/time.ts'
import { LOG_READER_MS, LOG_READERS_MAX } from './limits.ts'

interface LogReader {
  readonly lsn: number
  readonly atMs: number
}

/** Who follows samples by log position, and how far: what they have not read is not sealed. */
export class LogReaders {
  readonly #clock: Clock
  readonly #readers = new Map<string, LogReader>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param name by which the reader is known again */
  note(name: string, lsn: number): void {
    this.#forgetOld()
    if (this.#readers.size < LOG_READERS_MAX || this.#readers.has(name)) {
      this.#readers.set(name, { lsn, atMs: this.#clock.monotonicMs() })
    }
  }

  /** Infinity when nobody reads. */
  slowestLsn(): number {
    this.#forgetOld()
    return [...this.#readers.values()].reduce((lowest, { lsn }) => Math.min(lowest, lsn), Infinity)
  }

  #forgetOld(): void {
    const nowMs = this.#clock.monotonicMs()
    for (const [name, { atMs }] of this.#readers) {
      if (nowMs - atMs > LOG_READER_MS) this.#readers.delete(name)
    }
  }
}
