import type { ProducerState } from '../contract/historian-request.ts'
import { NOTHING_HELD } from '../handoff/receive.ts'
import { type LawState, NO_LAW } from './law-state.ts'
import { NOTHING_OBSERVED, type Observed } from './observed.ts'
import type { ReceiptMark } from './receipts.ts'
import { NOTHING_SEALED, type Sealing } from './sealing.ts'
import type { Tag } from './tag.ts'
import { type JournalTotals, NO_TOTALS } from './totals.ts'

/** What the journal keeps in memory: all of it follows from the store. */
export interface JournalState {
  headLsn: number
  /** Of the store, 0 while it is empty: the first batch writes that of this program. */
  formatVersion: number
  totals: JournalTotals
  readonly producers: Map<string, Producer>
  readonly tags: TagCatalogue
  /** The figures of every tag in the store include the frames up to here, at least. */
  tagFiguresLsn: number
  /** Tags whose figures in the store are older than those in memory. */
  readonly staleTags: Set<string>
  sealing: Sealing
  law: LawState
  observed: Observed
  /** The newest; undefined before the first. */
  receipt: ReceiptMark | undefined
  /** Log position of the first frame with a leaf in the Merkle log; undefined while there is none. */
  proofStartLsn: number | undefined
}

export interface Producer extends ProducerState {
  readonly id: number
  /** Bit c is set when the index of its wide frames has entries of span class c. */
  readonly spanMask: number
}

export const newProducer = (producer: string, id: number): Producer => ({
  producer,
  ...NOTHING_HELD,
  position: '',
  frameCount: 0,
  sampleCount: 0,
  recordCount: 0,
  id,
  spanMask: 0,
})

/** The part that others may see. */
export function stateOf(producer: Producer): ProducerState {
  const { id, spanMask, ...state } = producer
  return state
}

export const emptyState = (): JournalState => ({
  headLsn: 0,
  formatVersion: 0,
  totals: NO_TOTALS,
  producers: new Map(),
  tags: new TagCatalogue(),
  tagFiguresLsn: 0,
  staleTags: new Set(),
  sealing: NOTHING_SEALED,
  law: NO_LAW,
  observed: NOTHING_OBSERVED,
  receipt: undefined,
  proofStartLsn: undefined,
})

/** All tags, by name, by id, and in the order of the UTF-8 bytes of their names. */
class TagCatalogue {
  readonly #byName = new Map<string, Tag>()
  readonly #nameById: string[] = []
  readonly #sorted: { readonly name: string; readonly bytes: Buffer }[] = []

  get size(): number {
    return this.#byName.size
  }

  get(name: string): Tag | undefined {
    return this.#byName.get(name)
  }

  byId(id: number): Tag | undefined {
    const name = this.#nameById[id]
    return name === undefined ? undefined : this.#byName.get(name)
  }

  set(tag: Tag): void {
    if (!this.#byName.has(tag.tag)) {
      const bytes = Buffer.from(tag.tag)
      this.#sorted.splice(this.#placeAfter(bytes), 0, { name: tag.tag, bytes })
      this.#nameById[tag.id] = tag.tag
    }
    this.#byName.set(tag.tag, tag)
  }

  /** The tag behind a name in sort order; '' stands before all. */
  next(name: string): Tag | undefined {
    const entry = this.#sorted[name === '' ? 0 : this.#placeAfter(Buffer.from(name))]
    return entry && this.#byName.get(entry.name)
  }

  #placeAfter(bytes: Buffer): number {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      const entry = this.#sorted[middle]
      if (entry && Buffer.compare(entry.bytes, bytes) <= 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
