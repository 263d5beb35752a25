/** An input on its way: accepted, not yet ended. */
export interface QueuedInput {
  readonly id: string
  readonly key: string
  /** The event as JSON. */
  readonly text: string
  /** Monotonic. */
  readonly acceptedMs: number
  /** Attempts that have begun. */
  attempts: number
}

interface KeyLine {
  readonly name: string
  /** The first is the one at work or in its pause, unless the line is ready. */
  readonly inputs: QueuedInput[]
}

/**
 * Inputs in lines by key: the first of each line may be taken, the next only when that has ended. Lines take turns in
 * the order in which they became ready, so that a busy key holds up no other.
 */
export class KeyQueue {
  readonly #lines = new Map<string, KeyLine>()
  readonly #ready = new Set<KeyLine>()
  /** In order of acceptance. */
  readonly #inputs = new Map<QueuedInput, KeyLine>()
  #bytes = 0
  #unordered = 0

  get size(): number {
    return this.#inputs.size
  }

  get bytes(): number {
    return this.#bytes
  }

  get readyCount(): number {
    return this.#ready.size
  }

  oldest(): QueuedInput | undefined {
    return this.#inputs.keys().next().value
  }

  /** In order of acceptance, those at work among them. */
  all(): QueuedInput[] {
    return [...this.#inputs.keys()]
  }

  /** Without order the input gets a line of its own. */
  add(input: QueuedInput, isOrdered: boolean): void {
    const name = isOrdered ? `key ${input.key}` : `input ${this.#unordered++}`
    const line = this.#lines.get(name) ?? { name, inputs: [] }
    line.inputs.push(input)
    this.#inputs.set(input, line)
    this.#bytes += sizeOf(input)
    if (line.inputs.length > 1) return
    this.#lines.set(name, line)
    this.#ready.add(line)
  }

  /** The next input that may begin; its key waits until `remove` or `release`. */
  take(): QueuedInput | undefined {
    const line = this.#ready.values().next().value
    if (line === undefined) return undefined
    this.#ready.delete(line)
    return line.inputs[0]
  }

  /** The input that was taken may be taken again. */
  release(input: QueuedInput): void {
    const line = this.#inputs.get(input)
    if (line !== undefined) this.#ready.add(line)
  }

  /** The input has ended: the next of its key may begin. */
  remove(input: QueuedInput): void {
    const line = this.#inputs.get(input)
    if (line === undefined) return
    this.#inputs.delete(input)
    this.#bytes -= sizeOf(input)
    const index = line.inputs.indexOf(input)
    line.inputs.splice(index, 1)
    if (line.inputs.length === 0) {
      this.#lines.delete(line.name)
      this.#ready.delete(line)
    } else if (index === 0) this.#ready.add(line)
  }
}

/** Characters, which are bytes in nearly all JSON, and what the objects around them take. */
const INPUT_OVERHEAD_BYTES = 200
export const sizeOf = ({ id, key, text }: Pick<QueuedInput, 'id' | 'key' | 'text'>): number =>
  id.length + key.length + text.length + INPUT_OVERHEAD_BYTES
