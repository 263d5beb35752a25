import type { TagCell } from '../../contract/read-reply.ts'
import { cellStartUs, type RollupCells } from '../../rollup/cells.ts'
import { CELLS_AT_ONCE } from '../limits.ts'
import type { Tag } from '../tag.ts'
import { readCells } from './cell-reader.ts'
import type { CellQuery } from './level-cut.ts'
import type { RangeSource } from './range-reader.ts'
import { nextReducedUs } from './reduced-cells.ts'
import { columnsOf } from './tag-columns.ts'

/** The cells of a tag, some thousand in memory at once; stretches without samples are passed over. */
export async function* cellsOf(
  source: RangeSource,
  { tag, firstTimeUs, lastTimeUs }: Pick<Tag, 'tag' | 'firstTimeUs' | 'lastTimeUs'>,
  { fromUs, toUs, widthUs }: Omit<CellQuery, 'tag'>,
): AsyncGenerator<TagCell> {
  const endUs = Math.min(toUs, lastTimeUs + 1)
  for (let startUs = Math.max(fromUs, firstTimeUs); startUs < endUs; ) {
    const sliceUs = Math.min(endUs, cellStartUs(startUs, widthUs) + CELLS_AT_ONCE * widthUs)
    const query = { tag, fromUs: startUs, toUs: sliceUs, widthUs }
    const { cells, reduced } = await readCells(source, query)
    for (let at = 0; at < cells.count.length; at++) yield cellAt(tag, cells, at, reduced.widerUs)
    startUs = sliceUs
    if (cells.count.length === 0) {
      startUs = await nextSampleUs(source, { tag, fromUs: startUs, toUs: endUs })
    }
  }
}

async function nextSampleUs(source: RangeSource, range: Omit<CellQuery, 'widthUs'>): Promise<number> {
  const nextUs = Math.min(range.toUs, await nextReducedUs(source, range))
  for await (const { timesUs } of columnsOf(source, { ...range, toUs: nextUs })) return timesUs[0] ?? nextUs
  return nextUs
}

function cellAt(
  tag: string,
  { startsUs, count, bad, min, max, sum, first, last }: RollupCells,
  at: number,
  widerUs: ReadonlyMap<number, number>,
): TagCell {
  const figure = (value: number | undefined): number | null =>
    value !== undefined && Number.isFinite(value) ? value : null
  const startUs = startsUs[at] as number
  const lengthUs = widerUs.get(startUs)
  return {
    tag,
    startUs,
    ...(lengthUs === undefined ? {} : { widthUs: lengthUs }),
    count: count[at] as number,
    bad: bad[at] as number,
    min: figure(min[at]),
    max: figure(max[at]),
    mean: figure((sum[at] as number) / (count[at] as number)),
    first: figure(first[at]),
    last: figure(last[at]),
  }
}
