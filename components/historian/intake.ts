import type { QueueFigures } from '../../shared/component/host.ts'
import type { Clock } from '../../shared/time/time.ts'

interface Waiting {
  readonly bytes: Uint8Array
  readonly sinceMs: number
}

/** Received frames in order, until they are durable; bounded in bytes. */
export class Intake {
  readonly #clock: Clock
  readonly #limitBytes: () => number
  #waiting: Waiting[] = []
  #bytes = 0
  #droppedCount = 0

  constructor(clock: Clock, limitBytes: () => number) {
    this.#clock = clock
    this.#limitBytes = limitBytes
  }

  get count(): number {
    return this.#waiting.length
  }

  /** Frames refused for want of room; their producers have them still. */
  get droppedCount(): number {
    return this.#droppedCount
  }

  /** @returns false when there is no room: the frame is dropped and counted */
  push(bytes: Uint8Array): boolean {
    if (this.#bytes + bytes.length > this.#limitBytes()) {
      this.#droppedCount += 1
      return false
    }
    this.#waiting.push({ bytes, sinceMs: this.#clock.monotonicMs() })
    this.#bytes += bytes.length
    return true
  }

  /** The oldest frames. They stay, and stay counted, until `remove`: a write may fail. */
  oldest(countMax: number): readonly Uint8Array[] {
    return this.#waiting.slice(0, countMax).map(({ bytes }) => bytes)
  }

  remove(count: number): void {
    for (const { bytes } of this.#waiting.splice(0, count)) this.#bytes -= bytes.length
  }

  ageMs(): number {
    const [oldest] = this.#waiting
    return oldest ? Math.max(0, this.#clock.monotonicMs() - oldest.sinceMs) : 0
  }

  figures(): QueueFigures {
    return {
      depth: this.#waiting.length,
      bytes: this.#bytes,
      ageMs: this.ageMs(),
      limitBytes: this.#limitBytes(),
    }
  }
}
