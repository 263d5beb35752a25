import { joinHashes, nodeHash } from './merkle.ts'

/** Called for each complete part above the leaves that an appended leaf finishes, the lowest first. */
export type OnComplete = (height: number, index: number, hash: Uint8Array) => void

/**
 * The right edge of a tree: the hashes of its complete parts, the largest first. That is all that appending and the
 * root need, one hash for each bit of the size.
 */
export class Frontier {
  readonly #hashes: Uint8Array[]
  #size: number

  /** @param hashes of `completeParts` of the whole tree, in their order */
  constructor(size = 0, hashes: readonly Uint8Array[] = []) {
    this.#size = size
    this.#hashes = [...hashes]
  }

  get size(): number {
    return this.#size
  }

  copy(): Frontier {
    return new Frontier(this.#size, this.#hashes)
  }

  append(leafHash: Uint8Array, onComplete?: OnComplete): void {
    let hash = leafHash
    let height = 0
    // As in counting up in binary: every trailing one of the size is a part that the new leaf makes twice as large.
    let rest = this.#size
    while (rest % 2 === 1) {
      const left = this.#hashes.pop()
      if (left === undefined) throw new Error(`a tree of ${this.#size} leaves lacks a complete part`)
      hash = nodeHash(left, hash)
      height += 1
      rest = (rest - 1) / 2
      onComplete?.(height, rest, hash)
    }
    this.#hashes.push(hash)
    this.#size += 1
  }

  root(): Uint8Array {
    return joinHashes(this.#hashes)
  }
}
