import { PRODUCERS_MAX } from './limits.ts'

/** Whose watermarks decide: of those that feed a key, or of all that are declared, for all keys. */
export type WatermarkMode = 'per-key' | { readonly producers: readonly string[] }

/** What a key takes its watermark from: one producer, or all declared ones together. */
export interface Feeder<Key> {
  readonly name: string
  completeBeforeUs: number
  readonly keys: Set<Key>
  /** No key of this feeder has anything to do below this watermark. */
  dueUs: number
}

interface ProducerState {
  epoch: number
  completeBeforeUs: number
}

/** [name, epoch, completeBeforeUs] */
export type SavedProducer = readonly [string, number, number]

/** The producers, how far each says it is complete, and what keys make of that. */
export class Feeders<Key> {
  /** Watermarks that went back: ignored. */
  regressed = 0
  readonly #producers = new Map<string, ProducerState>()
  readonly #feeders = new Map<string, Feeder<Key>>()
  readonly #declared: ReadonlySet<string> | undefined

  constructor(mode: WatermarkMode) {
    if (mode === 'per-key') return
    this.#declared = new Set(mode.producers)
    for (const name of this.#declared) this.#producers.set(name, { epoch: 0, completeBeforeUs: -Infinity })
    this.#feeder('')
  }

  /** What the samples of a producer feed keys with; undefined when there is no room for another producer. */
  of(producer: string, epoch: number): Feeder<Key> | undefined {
    if (this.#declared !== undefined) return this.#feeder('')
    if (!this.#producers.has(producer)) {
      if (this.#producers.size >= PRODUCERS_MAX) return undefined
      this.#producers.set(producer, { epoch, completeBeforeUs: -Infinity })
    }
    return this.#feeder(producer)
  }

  #feeder(name: string): Feeder<Key> {
    let feeder = this.#feeders.get(name)
    if (feeder === undefined) {
      feeder = { name, completeBeforeUs: -Infinity, keys: new Set(), dueUs: Infinity }
      this.#feeders.set(name, feeder)
    }
    return feeder
  }

  named(name: string): Feeder<Key> | undefined {
    return this.#feeders.get(name)
  }

  all(): Iterable<Feeder<Key>> {
    return this.#feeders.values()
  }

  /** Of this producer, as far as it is known. */
  epochOf(producer: string): number {
    return this.#producers.get(producer)?.epoch ?? 0
  }

  /**
   * Takes over what a producer says of itself.
   *
   * @param beforeEnd called with the feeder before an end or a new start after one, which would hide how far its
   * keys had come
   * @returns the feeder whose watermark moved; undefined when none did
   */
  observe(
    name: string,
    epoch: number,
    completeBeforeUs: number,
    beforeEnd: (feeder: Feeder<Key>) => void,
  ): Feeder<Key> | undefined {
    const feeder = this.of(name, epoch)
    const producer = this.#producers.get(name)
    if (feeder === undefined || producer === undefined) return undefined
    const wasEnded = producer.completeBeforeUs === Infinity
    if (completeBeforeUs === Infinity || wasEnded) beforeEnd(feeder)
    const hasStartedAgain = epoch > producer.epoch && wasEnded
    producer.epoch = Math.max(producer.epoch, epoch)
    if (completeBeforeUs <= producer.completeBeforeUs && !hasStartedAgain) {
      if (completeBeforeUs < producer.completeBeforeUs && completeBeforeUs !== -Infinity) this.regressed++
      return undefined
    }
    producer.completeBeforeUs = completeBeforeUs
    const before = feeder.completeBeforeUs
    feeder.completeBeforeUs = this.#declared === undefined ? completeBeforeUs : this.#lowest()
    return feeder.completeBeforeUs === before ? undefined : feeder
  }

  #lowest(): number {
    let lowest = Infinity
    for (const { completeBeforeUs } of this.#producers.values()) lowest = Math.min(lowest, completeBeforeUs)
    return lowest
  }

  /** The producers behind a feeder, slowest first. */
  producersOf({ name }: Feeder<Key>): { name: string; completeBeforeUs: number }[] {
    const names = this.#declared === undefined ? [name] : [...this.#declared]
    return names
      .map((one) => ({
        name: one,
        completeBeforeUs: this.#producers.get(one)?.completeBeforeUs ?? -Infinity,
      }))
      .sort((a, b) => compareNumbers(a.completeBeforeUs, b.completeBeforeUs))
  }

  write(): SavedProducer[] {
    return [...this.#producers].map(([name, { epoch, completeBeforeUs }]) => [name, epoch, completeBeforeUs])
  }

  /** Puts back what `write` gave; producers that are no more declared are left out. */
  read(saved: Iterable<SavedProducer>): void {
    for (const [name, epoch, completeBeforeUs] of saved) {
      if (this.#declared !== undefined && !this.#declared.has(name)) continue
      this.#producers.set(name, { epoch, completeBeforeUs })
      const feeder = this.#feeder(this.#declared === undefined ? name : '')
      feeder.completeBeforeUs = this.#declared === undefined ? completeBeforeUs : this.#lowest()
      feeder.dueUs = -Infinity
    }
  }
}

/** Unlike a difference, also right for infinities. */
function compareNumbers(a: number, b: number): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
