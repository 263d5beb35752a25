import { cellStartUs, createCells, mapCells, partOf, type RollupCells } from '../../rollup/cells.ts'
import { interleaveCells } from '../../rollup/merge.ts'
import { TIME_US_MAX, TIME_US_MIN } from '../../time/time.ts'
import { finestCells } from '../reduction/reduction.ts'
import { type StoredReduction, scanReductions } from '../reduction/scan-reductions.ts'
import { type CellQuery, cutLevel } from './level-cut.ts'
import type { RangeSource } from './range-reader.ts'
import type { TagRange } from './tag-columns.ts'

/** Of samples that are gone: what their rollups say. */
export interface ReducedCells {
  /** In cells of the width that was asked for, each where its first sample lay. */
  readonly cells: RollupCells
  /** Cells, by their start, that reach beyond their width: of how long a time they hold samples. */
  readonly widerUs: ReadonlyMap<number, number>
  /** Samples in the cells, bad ones too. */
  readonly count: number
  /** The widest of the cells that were there; 0 where there are none. */
  readonly widthUs: number
}

/**
 * What is left of samples of a tag in a range, as cells of a width. A cell that an end of the range cuts belongs to the
 * range in which its first sample lay, so that ranges that touch have each sample once.
 */
export async function readReduced(source: RangeSource, query: CellQuery): Promise<ReducedCells> {
  const { widthUs } = query
  const lists: RollupCells[] = []
  const widerUs = new Map<number, number>()
  let finestUs = 0
  for await (const reduction of reductionsIn(source, query)) {
    const found = source.damage.check({ chunkId: reduction.place.chunkId }, () => ({
      cells: cellsIn(reduction, query),
      finestUs: finestCells(reduction).widthUs,
    }))
    if (found === undefined || found.cells.startsUs.length === 0) continue
    finestUs = Math.max(finestUs, found.finestUs)
    const isFine = widthUs % found.cells.widthUs === 0
    lists.push(isFine ? found.cells : narrowed(found.cells, reduction.fromUs, widthUs))
    if (!isFine) noteWider(widerUs, found.cells, lists.at(-1) as RollupCells)
  }
  const cells = lists.length === 0 ? createCells(widthUs, 0) : interleaveCells(lists, widthUs)
  let count = 0
  for (let at = 0; at < cells.count.length; at++)
    count += (cells.count[at] as number) + (cells.bad[at] as number)
  return { cells, widerUs, count, widthUs: finestUs }
}

/** What is left of chunks of a tag that reached into the range. */
export async function* reductionsIn(
  source: RangeSource,
  { tag: name, fromUs, toUs }: TagRange,
): AsyncGenerator<StoredReduction> {
  const tag = source.state().tags.get(name)
  if (tag === undefined) return
  const range = { fromUs: Math.max(TIME_US_MIN, fromUs), toUs: Math.min(TIME_US_MAX, toUs) }
  for await (const reduction of scanReductions(source, tag, range)) {
    if (reduction.fromUs < toUs) yield reduction
  }
}

/** Where the first sample of a cell lay that is not before the range; Infinity where there is none. */
export async function nextReducedUs(source: RangeSource, range: TagRange): Promise<number> {
  let nextUs = Number.POSITIVE_INFINITY
  for await (const reduction of reductionsIn(source, range)) {
    if (reduction.fromUs > nextUs) break
    const cells = source.damage.check({ chunkId: reduction.place.chunkId }, () => finestCells(reduction))
    const anchors = cells?.startsUs.map((_, at) => anchorUs(cells, at, reduction.fromUs))
    nextUs = Math.min(nextUs, anchors?.find((timeUs) => timeUs >= range.fromUs) ?? nextUs)
  }
  return nextUs
}

/** By the coarsest level that will do, or else by the finest there is. */
function cellsIn(reduction: StoredReduction, { fromUs, toUs, widthUs }: CellQuery): RollupCells {
  const { rollup } = reduction
  const cut = cutLevel(rollup, { fromUs, toUs, widthUs })
  if (cut !== undefined) return cut
  const finest = finestCells(reduction)
  const from = finest.startsUs.findIndex((_, at) => anchorUs(finest, at, reduction.fromUs) >= fromUs)
  const to = finest.startsUs.findLastIndex((_, at) => anchorUs(finest, at, reduction.fromUs) < toUs) + 1
  return from < 0 || to <= from ? createCells(finest.widthUs, 0) : partOf(finest, from, to)
}

/** Where the first sample of a cell lay; of bad ones alone the time is not known. */
const anchorUs = (cells: RollupCells, at: number, fromUs: number): number =>
  cells.count[at] === 0 ? Math.max(cells.startsUs[at] as number, fromUs) : (cells.firstUs[at] as number)

function noteWider(widerUs: Map<number, number>, wide: RollupCells, placed: RollupCells): void {
  for (const [at, startUs] of placed.startsUs.entries()) {
    const lengthUs = (wide.startsUs[at] as number) + wide.widthUs - startUs
    if (lengthUs > placed.widthUs) widerUs.set(startUs, Math.max(lengthUs, widerUs.get(startUs) ?? 0))
  }
}

function narrowed(cells: RollupCells, fromUs: number, widthUs: number): RollupCells {
  const startsUs = cells.startsUs.map((_, at) => cellStartUs(anchorUs(cells, at, fromUs), widthUs))
  const same = mapCells(
    cells,
    (array) => array,
    (array) => array,
  )
  return { ...same, widthUs, startsUs }
}
