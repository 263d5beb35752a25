import type { KeyValueStore, StoreEntry } from '../../store/store.ts'
import { TIME_US_MIN } from '../../time/time.ts'
import { indexKey, type Lane, lsnOf, minTimeOf } from '../keys.ts'
import { INDEX_PAGE_BYTES, INDEX_PAGE_ENTRIES } from '../limits.ts'
import type { Tag } from '../tag.ts'
import { holdsTag, maxTimeOf } from './index-entry.ts'
import { spanClassesOf, spanLimitUs } from './span.ts'

/** A frame that may hold samples of a tag in a time range. */
export interface Candidate {
  readonly lsn: number
  readonly minTimeUs: number
}

/** All index ranges in which frames of a tag are entered. */
export function lanesOf(tag: Tag, spanMaskOfProducer: (id: number) => number): readonly Lane[] {
  return [
    ...lanes('tag', tag.id, tag.spanMask),
    ...tag.wideProducers.flatMap((id) => lanes('producer', id, spanMaskOfProducer(id))),
  ]
}

const lanes = (of: Lane['of'], id: number, spanMask: number): readonly Lane[] =>
  spanClassesOf(spanMask).map((spanClass) => ({ of, id, spanClass }))

/** Frames that reach into [fromUs, toUs], ascending by their earliest time; a few index entries in memory a lane. */
export async function* scanIndex(
  store: KeyValueStore,
  tagLanes: readonly Lane[],
  tagId: number,
  range: { readonly fromUs: number; readonly toUs: number },
): AsyncGenerator<Candidate> {
  const scans = await Promise.all(tagLanes.map((lane) => LaneScan.begin(store, lane, tagId, range)))
  for (;;) {
    const next = earliest(scans)
    if (!next?.current) return
    yield next.current
    await next.advance()
  }
}

function earliest(scans: readonly LaneScan[]): LaneScan | undefined {
  let best: LaneScan | undefined
  for (const scan of scans) {
    if (!scan.current) continue
    const isEarlier =
      !best?.current ||
      scan.current.minTimeUs < best.current.minTimeUs ||
      (scan.current.minTimeUs === best.current.minTimeUs && scan.current.lsn < best.current.lsn)
    if (isEarlier) best = scan
  }
  return best
}

class LaneScan {
  readonly #store: KeyValueStore
  readonly #lane: Lane
  readonly #tagId: number
  readonly #range: { readonly fromUs: number; readonly toUs: number }
  #page: readonly StoreEntry[] = []
  #at = 0
  #after: Uint8Array
  #isLastPage = false
  current: Candidate | undefined

  private constructor(
    store: KeyValueStore,
    lane: Lane,
    tagId: number,
    range: { readonly fromUs: number; readonly toUs: number },
  ) {
    this.#store = store
    this.#lane = lane
    this.#tagId = tagId
    this.#range = range
    // No frame of this lane that begins earlier is long enough to reach the range.
    const earliestUs = Math.max(TIME_US_MIN, range.fromUs - spanLimitUs(lane.spanClass))
    this.#after = indexKey(lane, earliestUs, 0)
  }

  static async begin(
    store: KeyValueStore,
    lane: Lane,
    tagId: number,
    range: { readonly fromUs: number; readonly toUs: number },
  ): Promise<LaneScan> {
    const scan = new LaneScan(store, lane, tagId, range)
    await scan.advance()
    return scan
  }

  async advance(): Promise<void> {
    this.current = undefined
    while (!this.current) {
      if (this.#at === this.#page.length && !(await this.#readPage())) return
      const entry = this.#page[this.#at]
      this.#at += 1
      if (entry && this.#reachesRange(entry)) {
        this.current = { lsn: lsnOf(entry.key), minTimeUs: minTimeOf(entry.key) }
      }
    }
  }

  async #readPage(): Promise<boolean> {
    if (this.#isLastPage) return false
    const end = indexKey(this.#lane, this.#range.toUs, Number.MAX_SAFE_INTEGER)
    this.#page = await this.#store.page(
      { gt: this.#after, lte: end },
      { maxEntries: INDEX_PAGE_ENTRIES, maxBytes: INDEX_PAGE_BYTES },
    )
    this.#at = 0
    this.#after = this.#page.at(-1)?.key ?? this.#after
    this.#isLastPage = this.#page.length === 0
    return !this.#isLastPage
  }

  #reachesRange(entry: StoreEntry): boolean {
    if (maxTimeOf(entry.value) < this.#range.fromUs) return false
    return this.#lane.of === 'tag' || holdsTag(entry.value, this.#tagId)
  }
}
