import { createHash } from 'node:crypto'
import { LookupPending, type SqlEnvironment } from '../../sql/function.ts'
import type { SqlValue } from '../../sql/value.ts'

/**
 * What a rule may ask of its surroundings while it judges one sample or window. Everything follows from what is judged
 * (its time, its identity), so a replay of the log gives the same answers: `timestamp()` is the event time, and
 * `rand()` and `newuuid()` are drawn from the identity.
 */
export class RuleEnvironment implements SqlEnvironment {
  readonly clientId: string
  timestampMs = 0
  #identity = ''
  #draws = 0

  /** @param thing the core device: what `clientid()` is on the cloud's side */
  constructor(thing: string) {
    this.clientId = thing
  }

  /** @param identity unique for what is judged */
  judge(timeUs: number, identity: string): void {
    this.timestampMs = Math.floor(timeUs / 1000)
    this.#identity = identity
    this.#draws = 0
  }

  random(): number {
    return this.#draw().readUIntBE(0, 6) / 2 ** 48
  }

  /** Version 8 of RFC 9562: the bits are of our own making. */
  uuid(): string {
    const bytes = this.#draw()
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
    const hex = bytes.toString('hex')
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
      '-',
    )
  }

  /** Nothing outside is known here: whoever may wait asks, and has the rule judged again. */
  lookup(name: string, _args: readonly SqlValue[]): SqlValue {
    throw new LookupPending(name)
  }

  #draw(): Buffer {
    return createHash('sha256')
      .update(`${this.#identity}|${this.#draws++}`)
      .digest()
  }
}
