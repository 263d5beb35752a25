import { decodeFrame } from '../../frame/decode.ts'
import { createTagFilter } from '../../tag/tag-filter.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../../time/time.ts'
import { type ChunkEntry, decodeChunkOf, scanChunks } from '../chunk-scan.ts'
import { type Candidate, lanesOf, scanIndex } from '../index/index-scan.ts'
import { chunkPlaceOf, type Lane, logKey } from '../keys.ts'
import { SampleBlock } from '../sample/sample-block.ts'
import { keyBefore, type SampleKey } from '../sample/sample-key.ts'
import type { JournalState } from '../state.ts'
import type { Tag } from '../tag.ts'
import type { ReadSource } from './log-reader.ts'
import { formatCursor, parseCursor, unknownCursor } from './range-cursor.ts'
import { createPageEncoder } from './range-page.ts'
import { readAnew } from './read-anew.ts'

export interface RangeQuery {
  /** MQTT-style filters; empty means every tag. */
  readonly tags: readonly string[]
  /** Inclusive; null is open. */
  readonly fromUs: number | null
  /** Exclusive; null is open. */
  readonly toUs: number | null
  /** '' begins; the cursor of a page continues after it. */
  readonly cursor: string
  /** Of chunks alone, or of the log alone. */
  readonly part?: 'sealed' | 'unsealed'
  /** Samples of one page at most, where fewer are wanted than fit. */
  readonly pageSamplesMax?: number
}

export interface RangePage {
  /** An encoded sample frame with one column. */
  readonly bytes: Uint8Array
  readonly sampleCount: number
  readonly cursor: string
}

/** What a range read needs besides the frames. */
export interface RangeSource extends ReadSource {
  state(): Pick<JournalState, 'tags' | 'producers'>
  readonly blockSamplesMax: number
  /**
   * Rises with every sealing: what was read across one may be there twice, or not at all. Waits for one that is being
   * written.
   */
  sealings(): Promise<number>
}

/** @throws JournalError `GENBA_READ_CURSOR`, GenbaError `GENBA_TAG_FILTER`, at the call */
export function readRange(source: RangeSource, query: RangeQuery): AsyncIterable<RangePage> {
  const isWanted = createTagFilter(query.tags)
  const cursor = parseCursor(query.cursor)
  if (cursor && !source.state().tags.byId(cursor.tagId)) throw unknownCursor(query.cursor)
  return pages(source, query, isWanted, cursor)
}

async function* pages(
  source: RangeSource,
  query: RangeQuery,
  isWanted: (tag: string) => boolean,
  cursor: ReturnType<typeof parseCursor>,
): AsyncGenerator<RangePage> {
  const { tags, producers } = source.state()
  // Sample times are whole microseconds, so rounding both bounds up changes nothing but makes them fit for keys.
  const fromUs = Math.ceil(query.fromUs ?? TIME_US_MIN)
  const toUs = Math.ceil(query.toUs ?? Number.POSITIVE_INFINITY)
  const masks = new Map([...producers.values()].map(({ id, spanMask }) => [id, spanMask]))
  const lanesFor = (tag: Tag): readonly Lane[] =>
    query.part === 'sealed' ? [] : lanesOf(tag, (id) => masks.get(id) ?? 0)
  const encoder = createPageEncoder(query.pageSamplesMax)
  const block = new SampleBlock(source.blockSamplesMax)
  for (const tag of tagsInTurn(tags, query, cursor)) {
    if (!isWanted(tag.tag) || tag.firstTimeUs >= toUs || tag.lastTimeUs < fromUs) continue
    // A cursor goes on within its tag; every other tag is read from its beginning.
    let after: SampleKey = cursor?.tagId === tag.id ? cursor : keyBefore(fromUs)
    const lanes = lanesFor(tag)
    do {
      await fillAnew(block, source, { tag, lanes, part: query.part }, after, toUs)
      for (let start = 0; start < block.count; ) {
        const { bytes, end } = encoder.encode(block, tag.tag, start)
        after = block.keyAt(end - 1)
        yield { bytes, sampleCount: end - start, cursor: formatCursor({ tagId: tag.id, ...after }) }
        start = end
      }
    } while (block.isCut)
  }
}

/** Tags from the cursor's on; the one that a filter without wildcards names is found without looking at the others. */
function* tagsInTurn(
  tags: JournalState['tags'],
  { tags: filters }: RangeQuery,
  cursor: ReturnType<typeof parseCursor>,
): Generator<Tag> {
  const [filter = '#'] = filters
  const isOne = filters.length === 1 && !/[+#]/.test(filter)
  let tag = cursor ? tags.byId(cursor.tagId) : isOne ? tags.get(filter) : tags.next('')
  while (tag) {
    yield tag
    tag = isOne ? undefined : tags.next(tag.tag)
  }
}

interface TagRead {
  readonly tag: Tag
  readonly lanes: readonly Lane[]
  readonly part: RangeQuery['part'] | undefined
}

/** As `fill`, by what is known of the tag then. */
const fillAnew = (...[block, source, read, after, toUs]: Parameters<typeof fill>): Promise<void> =>
  readAnew(source, () => {
    const tag = source.state().tags.get(read.tag.tag) ?? read.tag
    return fill(block, source, { ...read, tag }, after, toUs)
  })

/**
 * The next samples of a tag, in order. Frames and chunks come by their earliest time, so reading stops at the first
 * that begins after the last sample the block has room for: in a log without disorder that is one more than needed.
 */
async function fill(
  block: SampleBlock,
  source: RangeSource,
  { tag, lanes, part }: TagRead,
  after: SampleKey,
  toUs: number,
): Promise<void> {
  const range = { fromUs: after.timeUs, toUs: Math.min(toUs, TIME_US_MAX) }
  const { store, headLsn } = source
  const sealedLsn = source.sealedLsn()
  block.begin(after, toUs)
  const sealed = part === 'unsealed' ? { ...tag, partitions: [] } : tag
  for await (const chunk of scanChunks(store, sealed, range)) {
    if (chunk.minTimeUs > block.latestTimeUs) break
    addChunk(block, source, tag.tag, chunk)
  }
  const taken = new Set<number>()
  for await (const candidate of scanIndex(store, lanes, tag.id, range)) {
    if (candidate.minTimeUs > block.latestTimeUs) break
    // A damaged entry must not give a frame twice.
    if (candidate.lsn <= headLsn && candidate.lsn > sealedLsn && !taken.has(candidate.lsn)) {
      taken.add(candidate.lsn)
      await addFrame(block, source, candidate, tag.tag)
    }
  }
  block.finish()
}

function addChunk(
  block: SampleBlock,
  { damage }: RangeSource,
  tag: string,
  { key, bytes }: ChunkEntry,
): void {
  const { chunkId } = chunkPlaceOf(key)
  const chunk = damage.check({ chunkId }, () => decodeChunkOf(tag, bytes))
  for (const column of chunk?.columns ?? []) block.addSealed(column)
}

async function addFrame(
  block: SampleBlock,
  source: RangeSource,
  { lsn }: Candidate,
  tag: string,
): Promise<void> {
  const bytes = await source.store.get(logKey(lsn))
  if (!bytes) {
    // Sealed meanwhile: the block is filled again.
    if (lsn > source.sealedLsn()) source.damage.note({ lsn }, 'the frame is missing from the log')
    return
  }
  const frame = source.damage.check({ lsn }, () => decodeFrame(bytes))
  if (frame?.body !== 'samples') return
  let index = 0
  for (const column of frame.columns) {
    if (column.tag !== tag) continue
    block.add(column, lsn, index)
    index += column.timesUs.length
  }
}
