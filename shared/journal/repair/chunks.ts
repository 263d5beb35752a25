import type { ChunkSummary } from '../../chunk/chunk.ts'
import { decodeChunk, inspectChunk } from '../../chunk/decode.ts'
import { ChunkError } from '../../chunk/errors.ts'
import { leafHash } from '../../proof/merkle.ts'
import { entriesOf } from '../../store/entries.ts'
import type { StoreEntry } from '../../store/store.ts'
import { CHUNK_KEYS, type ChunkPlace, chunkKey, chunkPlaceOf, rollupKey } from '../keys.ts'
import { CHUNK_PAGE_BYTES, CHUNK_PAGE_ENTRIES } from '../limits.ts'
import { partitionOf } from '../partition.ts'
import { rollupOf } from '../seal/rollup-of.ts'
import type { Repair } from './parts.ts'

const PAGE = { maxEntries: CHUNK_PAGE_ENTRIES, maxBytes: CHUNK_PAGE_BYTES }
const KEY_BYTES = 25

export interface ChunkFigures {
  chunks: number
  samples: number
  chunkBytes: number
  /** The newest log position of which a sample is in a chunk. */
  toLsn: number
}

/**
 * Takes every chunk that is what its leaf says, with its rollup made anew.
 * @param reduced chunks whose samples had to go
 */
export async function copyChunks(repair: Repair, reduced: ReadonlySet<number>): Promise<ChunkFigures> {
  const figures: ChunkFigures = { chunks: 0, samples: 0, chunkBytes: 0, toLsn: 0 }
  let group: GoodChunk[] = []
  const finish = async () => {
    for (const chunk of group)
      if (!group.some((other) => replaces(other, chunk))) await keep(repair, chunk, figures)
    group = []
  }
  for await (const entry of entriesOf(repair.source, CHUNK_KEYS, PAGE)) {
    repair.step()
    const chunk = await goodChunk(repair, entry)
    if (chunk === undefined || reduced.has(chunk.place.chunkId)) continue
    const [first] = group
    if (
      first &&
      !(first.place.tagId === chunk.place.tagId && first.place.partition === chunk.place.partition)
    ) {
      await finish()
    }
    group.push(chunk)
  }
  await finish()
  return figures
}

interface GoodChunk {
  readonly entry: StoreEntry
  readonly place: ChunkPlace
  readonly summary: ChunkSummary
}

/** Undefined for one that was put aside. */
async function goodChunk(repair: Repair, entry: StoreEntry): Promise<GoodChunk | undefined> {
  const { leaves, findings } = repair
  const { key, value } = entry
  if (key.length !== KEY_BYTES) {
    await findings.quarantine(key, { where: 'a chunk', what: 'has a key that is none', bytes: value })
    return undefined
  }
  const read = tryInspect(value)
  const hash = leafHash(value)
  const place = placeOf(repair, chunkPlaceOf(key), hash, read.summary)
  const isLeaf = leaves.is(place.chunkId, hash)
  // Leaves that have the stored root are right, so what differs from them is not.
  const isGood = read.summary !== undefined && (isLeaf || !leaves.areProven)
  if (read.summary === undefined || !isGood || place.chunkId >= leaves.size) {
    const what = read.fault ?? `is not what leaf ${place.chunkId} says it was`
    findings.loseChunk(place)
    await findings.quarantine(key, { where: `chunk ${place.chunkId}`, what, bytes: value })
    return undefined
  }
  if (!isLeaf) {
    leaves.restore(place.chunkId, hash)
    findings.rebuild(`the leaf of chunk ${place.chunkId}`)
  }
  return { entry, place, summary: read.summary }
}

/** Where a chunk belongs by its leaf and by what is in it, in whose key something may have changed. */
function placeOf(
  { leaves, catalogue, findings }: Repair,
  place: ChunkPlace,
  hash: Uint8Array,
  summary: ChunkSummary | undefined,
): ChunkPlace {
  const leaf = leaves.is(place.chunkId, hash) ? place.chunkId : leaves.find(hash)
  const tag = summary && catalogue.tags.get(summary.tag)
  if (leaf === undefined || tag?.partitionDays === undefined || summary === undefined) return place
  const { minTimeUs } = summary
  const partition = partitionOf(minTimeUs, tag.partitionDays)
  const right = { partition, tagId: tag.id, minTimeUs, chunkId: leaf }
  if (Buffer.compare(chunkKey(right), chunkKey(place)) !== 0) findings.rebuild(`the key of chunk ${leaf}`)
  return right
}

/**
 * Whether a chunk was merged into the other one, and came back when LevelDB was repaired: the later one is of all the
 * frames of the earlier one, and both have a part of time.
 */
function replaces({ place, summary }: GoodChunk, older: GoodChunk): boolean {
  return (
    place.chunkId > older.place.chunkId &&
    summary.fromLsn <= older.summary.fromLsn &&
    summary.toLsn >= older.summary.toLsn &&
    summary.minTimeUs < older.summary.maxTimeUs &&
    summary.maxTimeUs > older.summary.minTimeUs
  )
}

async function keep(
  { target, catalogue, findings }: Repair,
  { entry, place, summary }: GoodChunk,
  figures: ChunkFigures,
): Promise<void> {
  const { key, value } = entry
  const { columns } = decodeChunk(value)
  const kinds = columns.map(({ column }) => column.data.kind)
  const isInPlace =
    summary.minTimeUs === place.minTimeUs && catalogue.addChunk(summary.tag, place, summary, kinds)
  if (!isInPlace) {
    const what = `holds the tag ${summary.tag}, which is not looked for there`
    findings.loseChunk(place)
    await findings.quarantine(key, { where: `chunk ${place.chunkId}`, what, bytes: value })
    return
  }
  const rollup = rollupOf(columns, value.length)
  await target.batch(
    [
      { type: 'put', key: chunkKey(place), value },
      { type: 'put', key: rollupKey(place), value: rollup },
    ],
    { sync: false },
  )
  figures.chunks += 1
  figures.samples += summary.sampleCount
  figures.chunkBytes += value.length
  figures.toLsn = Math.max(figures.toLsn, summary.toLsn)
}

function tryInspect(bytes: Uint8Array): { readonly summary?: ChunkSummary; readonly fault?: string } {
  try {
    decodeChunk(bytes)
    return { summary: inspectChunk(bytes) }
  } catch (error) {
    if (error instanceof ChunkError) return { fault: error.message }
    throw error
  }
}
