import type { QueueFigures } from '../../shared/component/host.ts'
import type { Clock } from '../../shared/time/time.ts'

/**
 * What is still to be sent: records read and not sent, exactly, and those in the unread part of the log, estimated
 * from how many records a log position has had so far.
 */
export class Backlog {
  readonly #clock: Clock
  #headLsn = 0
  #gatheredCount = 0
  #gatheredBytes = 0
  #oldestMs: number | undefined
  #readCount = 0
  #readBytes = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  noteHead(lsn: number): void {
    this.#headLsn = Math.max(this.#headLsn, lsn)
  }

  noteGathered(bytes: number): void {
    this.#gatheredCount++
    this.#gatheredBytes += bytes
    this.#readCount++
    this.#readBytes += bytes
    this.#oldestMs ??= this.#clock.monotonicMs()
  }

  noteSent(): void {
    this.#gatheredCount = 0
    this.#gatheredBytes = 0
    this.#oldestMs = undefined
  }

  restart(headLsn: number): void {
    this.noteSent()
    this.#headLsn = headLsn
  }

  /** Since the oldest record that is not sent was read; undefined when there is none. */
  get ageMs(): number | undefined {
    return this.#oldestMs === undefined ? undefined : this.#clock.monotonicMs() - this.#oldestMs
  }

  figures(readLsn: number): QueueFigures {
    const unreadLsns = Math.max(0, this.#headLsn - readLsn)
    const perLsn = (total: number) => (readLsn === 0 ? 0 : (unreadLsns * total) / readLsn)
    return {
      depth: this.#gatheredCount + Math.ceil(perLsn(this.#readCount)),
      bytes: this.#gatheredBytes + Math.ceil(perLsn(this.#readBytes)),
      ageMs: Math.round(this.ageMs ?? 0),
      // It has no bound of its own: it is the part of the historian's log that is not sent.
      limitBytes: Number.MAX_SAFE_INTEGER,
    }
  }
}
