import { entriesOf } from '../../store/entries.ts'
import type { ReadableStore } from '../../store/store.ts'
import { PROOF_STEP_KEYS } from '../keys.ts'
import { INDEX_PAGE_BYTES, INDEX_PAGE_ENTRIES } from '../limits.ts'

interface Step {
  /** Behind the frame at this position … */
  readonly lsn: number
  /** … so many leaves were chunks. */
  readonly chunkLeaves: number
}

/** Which leaf of the Merkle log a frame is: frames follow one another there, with the chunks of each sealing between. */
export class LeafPlaces {
  readonly #startLsn: number
  readonly #steps: readonly Step[]

  private constructor(startLsn: number, steps: readonly Step[]) {
    this.#startLsn = startLsn
    this.#steps = steps
  }

  static async read(store: ReadableStore, startLsn: number): Promise<LeafPlaces> {
    const steps: Step[] = []
    const limits = { maxEntries: INDEX_PAGE_ENTRIES, maxBytes: INDEX_PAGE_BYTES }
    for await (const { key } of entriesOf(store, PROOF_STEP_KEYS, limits)) steps.push(stepOf(key))
    return new LeafPlaces(startLsn, steps)
  }

  /** Undefined for a frame from before there were proofs. */
  ofFrame(lsn: number): number | undefined {
    if (lsn < this.#startLsn) return undefined
    let low = 0
    let high = this.#steps.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#steps[middle]?.lsn ?? 0) < lsn) low = middle + 1
      else high = middle
    }
    return lsn - this.#startLsn + (this.#steps[low - 1]?.chunkLeaves ?? 0)
  }
}

function stepOf(key: Uint8Array): Step {
  const view = new DataView(key.buffer, key.byteOffset, key.length)
  const number = (at: number) => view.getUint32(at) * 0x1_0000_0000 + view.getUint32(at + 4)
  return { lsn: number(1), chunkLeaves: number(9) }
}
