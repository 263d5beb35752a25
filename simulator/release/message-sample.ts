import type { BusMessage } from '../../shared/component/host.ts'
import type { Message } from './fixture.ts'

/** Of each shape of message some: they differ in their optional parts. */
const OF_EACH_MAX = 3

/** A few messages of every shape on every topic. */
export class MessageSample {
  readonly #counts = new Map<string, number>()
  readonly messages: Message[] = []

  take({ topic, payload }: BusMessage): void {
    const shape = `${topic} ${'json' in payload ? shapeOf(payload.json) : 'bytes'}`
    const count = this.#counts.get(shape) ?? 0
    if (count >= OF_EACH_MAX) return
    this.#counts.set(shape, count + 1)
    this.messages.push(
      'json' in payload
        ? { topic, json: payload.json }
        : { topic, bytes: Buffer.from(payload.bytes).toString('base64') },
    )
  }
}

/** The keys, and what tells one question from another. */
function shapeOf(json: Readonly<Record<string, unknown>>): string {
  const keys = Object.keys(json).sort().join()
  return `${keys} ${String(json['op'] ?? '')} ${String(json['type'] ?? '')}`
}
