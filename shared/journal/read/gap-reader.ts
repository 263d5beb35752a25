import { decodeRollup } from '../../rollup/decode.ts'
import { levelFor } from '../../rollup/levels.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../../time/time.ts'
import { type ChunkEntry, scanRollups } from '../chunk-scan.ts'
import { chunkPlaceOf } from '../keys.ts'
import { GAPS_AT_ONCE } from '../limits.ts'
import { finestCells } from '../reduction/reduction.ts'
import { columnBetween } from './column-part.ts'
import type { RangeSource } from './range-reader.ts'
import { readAnew } from './read-anew.ts'
import { reductionsIn } from './reduced-cells.ts'
import { mergedRuns, type Run, runOfCells, runsOfColumns } from './runs.ts'
import { chunkColumnsOf, columnsOf, type TagRange } from './tag-columns.ts'

export interface GapQuery extends TagRange {
  /** Microseconds; a gap of exactly so long is none. */
  readonly longerThanUs: number
}

export interface Gaps {
  readonly gaps: readonly Run[]
  /** Where the rest is found from; undefined when there is none. */
  readonly nextUs: number | undefined
}

/**
 * Stretches in which no sample of a tag came, whatever its value and quality; only quarantined samples do not count. An
 * end of the range that is finite bounds one, too. Rollups show where samples lie so close that there is no gap, so
 * chunks are decoded only round those that may be one, or when they have no cells that are narrow enough.
 */
export function readGaps(source: RangeSource, query: GapQuery): Promise<Gaps> {
  return readAnew(source, async () => {
    const { fromUs, toUs, longerThanUs } = query
    const gaps: Run[] = []
    let reachedUs = Number.isFinite(fromUs) ? fromUs : undefined
    const samples = mergedRuns(sealedRuns(source, query), unsealedRuns(source, query))
    for await (const run of mergedRuns(reducedRuns(source, query), samples)) {
      if (run.fromUs >= toUs) break
      if (reachedUs !== undefined && run.fromUs - reachedUs > longerThanUs) {
        gaps.push({ fromUs: reachedUs, toUs: run.fromUs })
        if (gaps.length === GAPS_AT_ONCE) return { gaps, nextUs: run.fromUs }
      }
      reachedUs = Math.max(reachedUs ?? run.toUs, run.toUs)
    }
    if (reachedUs !== undefined && Number.isFinite(toUs) && toUs - reachedUs > longerThanUs) {
      gaps.push({ fromUs: reachedUs, toUs })
    }
    return { gaps, nextUs: undefined }
  })
}

/** Where samples are gone: in a cell none is taken to be missing. */
async function* reducedRuns(source: RangeSource, query: GapQuery): AsyncGenerator<Run> {
  for await (const reduction of reductionsIn(source, query)) {
    const { chunkId } = reduction.place
    const cells = source.damage.check({ chunkId }, () => finestCells(reduction))
    if (cells === undefined) continue
    for (const [at, startUs] of cells.startsUs.entries()) {
      const isKnown = cells.bad[at] === 0
      const fromUs = isKnown ? (cells.firstUs[at] as number) : Math.max(startUs, reduction.fromUs)
      const toUs = isKnown ? (cells.lastUs[at] as number) : Math.min(startUs + cells.widthUs, reduction.toUs)
      if (toUs >= query.fromUs) yield { fromUs: Math.max(fromUs, query.fromUs), toUs }
    }
  }
}

async function* unsealedRuns(source: RangeSource, query: GapQuery): AsyncGenerator<Run> {
  for await (const column of columnsOf(source, query, 'unsealed'))
    yield* runsOfColumns([column], query.longerThanUs)
}

/** What is known of a chunk: one run by its cells, or all runs of its samples in the range. */
interface ChunkRuns {
  readonly entry: ChunkEntry
  readonly runs: readonly Run[]
  readonly isExact: boolean
}

/**
 * Runs of all chunks, ascending. Where those of two, or of one and an end of the range, are so far apart that there may
 * be a gap, both are decoded: the cells do not show all samples.
 */
async function* sealedRuns(source: RangeSource, query: GapQuery): AsyncGenerator<Run> {
  const { fromUs, toUs, longerThanUs } = query
  const tag = source.state().tags.get(query.tag)
  if (tag === undefined) return
  const range = { fromUs: Math.max(TIME_US_MIN, fromUs), toUs: Math.min(TIME_US_MAX, toUs) }
  const isFar = (leftUs: number, rightUs = Number.POSITIVE_INFINITY): boolean =>
    rightUs - leftUs > longerThanUs
  let before: ChunkRuns | undefined
  let beforeUs = Number.isFinite(fromUs) ? fromUs : tag.firstTimeUs
  for await (const entry of scanRollups(source.store, tag, range)) {
    let next = shown(source, entry, longerThanUs) ?? (await exact(source, entry, query))
    if (isFar(beforeUs, next.runs[0]?.fromUs) || (next.runs.at(-1)?.toUs ?? fromUs) < fromUs) {
      before = before && (await exactly(source, before, query))
      next = await exactly(source, next, query)
    }
    if (before !== undefined) yield* before.runs
    before = next
    beforeUs = next.runs.at(-1)?.toUs ?? beforeUs
  }
  if (before === undefined) return
  const isOpen = isFar(beforeUs, Number.isFinite(toUs) ? toUs : tag.lastTimeUs)
  yield* (isOpen ? await exactly(source, before, query) : before).runs
}

/** Undefined when the chunk has no cells, or they are too wide or leave it open. */
function shown({ damage }: RangeSource, entry: ChunkEntry, longerThanUs: number): ChunkRuns | undefined {
  const run = damage.check({ chunkId: chunkPlaceOf(entry.key).chunkId }, () => {
    // In a cell of at most this width no two samples are farther apart.
    const level = levelFor(entry.bytes, longerThanUs)
    return level && runOfCells(decodeRollup(level), longerThanUs)
  })
  return run && { entry, runs: [run], isExact: false }
}

const exactly = async (source: RangeSource, chunk: ChunkRuns, query: GapQuery): Promise<ChunkRuns> =>
  chunk.isExact ? chunk : exact(source, chunk.entry, query)

async function exact(source: RangeSource, entry: ChunkEntry, query: GapQuery): Promise<ChunkRuns> {
  const columns = (await chunkColumnsOf(source, entry.key)) ?? []
  const within = columns.map((column) => columnBetween(column, query.fromUs, query.toUs))
  return { entry, runs: runsOfColumns(within, query.longerThanUs), isExact: true }
}
