import { addMoments } from '../../aggregate/moment-run.ts'
import { momentValue } from '../../aggregate/moment-values.ts'
import { createMoments } from '../../aggregate/moments.ts'
import { readingsOf } from '../../aggregate/readings.ts'
import type { TagStatistics } from '../../contract/read-reply.ts'
import { type Column, Quality } from '../../frame/frame.ts'
import { createCells, type RollupCells } from '../../rollup/cells.ts'
import { interleaveCells, joinCells } from '../../rollup/merge.ts'
import { RESOLUTIONS_US } from '../../rollup/resolution.ts'
import { rollUp } from '../../rollup/roll-up.ts'
import { statisticsOf } from '../../rollup/statistics.ts'
import { readCells } from './cell-reader.ts'
import type { RangeSource } from './range-reader.ts'
import { type ReducedCells, readReduced } from './reduced-cells.ts'
import { columnsOf, type TagRange } from './tag-columns.ts'

export interface StatisticsQuery extends TagRange {
  /** Also what rollups do not keep: every sample is decoded for it. */
  readonly everySample: boolean
}

/** The widest cells take the least room, and every narrower one is a part of one. */
const WIDTH_US = RESOLUTIONS_US.at(-1) as number

/**
 * What the samples of a tag in a range come to, from whole cells of rollups; only chunks that an end of the range cuts,
 * or that have no rollup, and what is not sealed yet are decoded. Of samples of one time in several kinds of value any
 * may count as first or last. A mean by time is not in it: cells do not tell how long each value was held.
 */
export async function readStatistics(
  source: RangeSource,
  { everySample, ...range }: StatisticsQuery,
): Promise<TagStatistics> {
  if (everySample) return readEverySample(source, range)
  const { cells, reduced } = await readCells(source, { ...range, widthUs: WIDTH_US })
  return summaryOf(range.tag, cells, reduced)
}

/** A range read sees each sample once however much is sealed meanwhile; of those that are gone it knows the rollups. */
async function readEverySample(source: RangeSource, range: TagRange): Promise<TagStatistics> {
  const moments = createMoments()
  let cells = createCells(WIDTH_US, 0)
  for await (const column of columnsOf(source, range)) {
    if (column.data.kind === 'text') continue
    cells = joinCells([cells, rollUp([column], WIDTH_US)])
    const readings = readingsOf(column)
    for (const [from, to] of trustedRuns(column)) addMoments(moments, readings, from, to)
  }
  const { count, uncertain } = moments
  const standardDeviation = momentValue('std')?.(moments) ?? null
  const rest = { good: count - uncertain, uncertain, standardDeviation }
  const reduced = await readReduced(source, { ...range, widthUs: WIDTH_US })
  const all = interleaveCells([reduced.cells, cells], WIDTH_US)
  return { ...summaryOf(range.tag, all, reduced), everySample: rest }
}

/** Runs of samples that are not quarantined. */
function* trustedRuns({ quality }: Column): Generator<readonly [from: number, to: number]> {
  let from = 0
  for (let at = 0; at <= quality.length; at++) {
    if (at < quality.length && ((quality[at] as number) & Quality.quarantined) === 0) continue
    if (at > from) yield [from, at]
    from = at + 1
  }
}

function summaryOf(tag: string, cells: RollupCells, reduced: ReducedCells): TagStatistics {
  const { count, bad, sum, mean, min, max, first, last } = statisticsOf(cells)
  return {
    tag,
    count,
    bad,
    sum: finite(sum),
    mean: finite(mean),
    min: min ?? null,
    max: max ?? null,
    first: first ?? null,
    last: last ?? null,
    ...(reduced.count === 0 ? {} : { reduced: { count: reduced.count, widthUs: reduced.widthUs } }),
  }
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null
