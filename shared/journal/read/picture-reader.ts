import { lttb } from '../../aggregate/downsample/lttb.ts'
import { cellStartUs } from '../../rollup/cells.ts'
import { columnWidthUs, type Picture, POINTS_A_COLUMN, pictureOf } from '../../rollup/picture.ts'
import { RESOLUTIONS_US } from '../../rollup/resolution.ts'
import { readCells } from './cell-reader.ts'
import type { RangeSource } from './range-reader.ts'
import type { TagRange } from './tag-columns.ts'

export interface PictureQuery extends TagRange {
  /** At least 8. */
  readonly pointsMax: number
  /** `m4`, when it is left out, draws the line of all samples; `lttb` keeps its look with fewer points. */
  readonly method?: 'm4' | 'lttb'
}

/** Points of the first pass for each that `lttb` keeps, as in `minMaxLttb`: more no longer change the picture. */
const PRESELECT_RATIO = 4

/**
 * The numbers of a tag for a display: a few samples that draw the line of all of them. Chunks are taken by their rollups
 * as far as these are fine enough; what is not sealed yet, and chunks without, are read whole. Texts are not in it.
 *
 * @throws RangeError when there is no time, or there are too few points
 */
export async function readPicture(source: RangeSource, query: PictureQuery): Promise<Picture> {
  if (query.method !== 'lttb') return readM4(source, query)
  const picture = await readM4(source, { ...query, pointsMax: PRESELECT_RATIO * query.pointsMax })
  const places = lttb(picture.timesUs, picture.values, Math.floor(query.pointsMax))
  return {
    ...picture,
    timesUs: Float64Array.from(places, (place) => picture.timesUs[place] as number),
    values: Float64Array.from(places, (place) => picture.values[place] as number),
  }
}

async function readM4(source: RangeSource, query: PictureQuery): Promise<Picture> {
  const { tag, fromUs, toUs, pointsMax } = query
  const widthUs = widthFor(query)
  // Whole columns: samples of up to one around the range belong to the picture.
  const columnUs = columnWidthUs(widthUs, fromUs, toUs, pointsMax)
  const around = { fromUs: cellStartUs(fromUs, columnUs), toUs: Math.ceil(toUs / columnUs) * columnUs }
  const { cells } = await readCells(source, { tag, ...around, widthUs })
  return pictureOf(cells, fromUs, toUs, pointsMax)
}

/** Of the cells: the widest of the rollups' that is fine enough, or, for short ranges, half a column. */
function widthFor({ fromUs, toUs, pointsMax }: PictureQuery): number {
  const columnUs = ((toUs - fromUs) * POINTS_A_COLUMN) / pointsMax
  const coarsest = RESOLUTIONS_US.findLast((resolutionUs) => resolutionUs <= columnUs)
  return coarsest ?? Math.max(1, Math.floor(columnUs / 2))
}
