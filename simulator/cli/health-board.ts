import { Subject } from 'rxjs'
import type { Bus } from '../../shared/component/host.ts'
import { HealthMessage } from '../../shared/contract/health.ts'
import { Topic } from '../../shared/contract/topics.ts'

export type Verdict = NonNullable<HealthMessage['verdict']>

interface Reading {
  readonly atMs: number
  readonly value: number
}

/** Rates are taken over this time: long enough to be steady, short enough to show a cut at once. */
const RATE_WINDOW_MS = 5000

/** The latest health message of each component, and how fast the store grows. */
export class HealthBoard {
  readonly #latest = new Map<string, HealthMessage>()
  readonly #figures = new Map<string, number>()
  readonly #messages = new Subject<HealthMessage>()
  readonly #nowMs: () => number
  #stored: Reading[] = []
  #verdict: Verdict | undefined

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Every message, after the board has taken it in. */
  readonly messages$ = this.#messages.asObservable()

  async listen(bus: Bus): Promise<void> {
    await bus.subscribe(Topic.allHealth, ({ payload }) => {
      const message = 'json' in payload ? HealthMessage.safeParse(payload.json).data : undefined
      if (message !== undefined) this.take(message)
    })
  }

  take(message: HealthMessage): void {
    this.#latest.set(message.component, message)
    // Stays until the next one: who has judged has ended since.
    this.#verdict = message.verdict ?? this.#verdict
    for (const [name, value] of Object.entries(message.metrics)) this.#figures.set(name, value)
    const stored = message.metrics['genba_historian_samples_stored']
    if (stored !== undefined) this.#noteStored(stored)
    this.#messages.next(message)
  }

  /** The component has ended: it is off the board until it speaks again, but its figures are still the last known. */
  forget(component: string): void {
    this.#latest.delete(component)
  }

  of(component: string): HealthMessage | undefined {
    return this.#latest.get(component)
  }

  /** What the gateway's own check found last; undefined until it did. */
  get verdict(): Verdict | undefined {
    return this.#verdict
  }

  all(): readonly HealthMessage[] {
    return [...this.#latest.values()].sort((left, right) => (left.component < right.component ? -1 : 1))
  }

  /** The last known figure of any component, such as `genba_historian_head_lsn`; undefined until it was told. */
  figure(name: string): number | undefined {
    return this.#figures.get(name)
  }

  /** Samples that became durable, a second. */
  samplesPerSecond(): number {
    const recent = this.#stored.filter(({ atMs }) => atMs >= this.#nowMs() - RATE_WINDOW_MS)
    const [first, last] = [recent[0], recent.at(-1)]
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return 0
    return Math.max(0, ((last.value - first.value) * 1000) / (last.atMs - first.atMs))
  }

  #noteStored(value: number): void {
    const atMs = this.#nowMs()
    this.#stored = [
      ...this.#stored.filter((reading) => reading.atMs >= atMs - RATE_WINDOW_MS),
      { atMs, value },
    ]
  }
}
