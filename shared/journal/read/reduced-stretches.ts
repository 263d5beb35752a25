import type { TagReduction } from '../../contract/read-reply.ts'
import { finestCells } from '../reduction/reduction.ts'
import type { RangeSource } from './range-reader.ts'
import { reductionsIn } from './reduced-cells.ts'
import type { TagRange } from './tag-columns.ts'

/** Between what is left of two chunks that are told as one. */
const APART_US_MAX = 86_400_000_000

export interface Stretch {
  readonly stretch: TagReduction
  /** Where the next begins, or later. */
  readonly nextUs: number
}

/**
 * Where samples of a tag are gone and rollups are left; those that follow one another in cells of one width are one.
 * @param beginUs what begins earlier was given before
 */
export async function* reducedStretches(
  source: RangeSource,
  range: TagRange,
  beginUs = Number.NEGATIVE_INFINITY,
): AsyncGenerator<Stretch> {
  let stretch: TagReduction | undefined
  let nextUs = beginUs
  for await (const reduction of reductionsIn(source, range)) {
    const { fromUs, toUs, samples, place } = reduction
    if (fromUs < beginUs) continue
    const widthUs = source.damage.check({ chunkId: place.chunkId }, () => finestCells(reduction).widthUs)
    if (widthUs === undefined) continue
    if (stretch?.widthUs === widthUs && fromUs - stretch.toUs <= APART_US_MAX) {
      nextUs = fromUs + 1
      stretch = { ...stretch, toUs: Math.max(stretch.toUs, toUs), samples: stretch.samples + samples }
      continue
    }
    if (stretch !== undefined) yield { stretch, nextUs }
    nextUs = fromUs + 1
    stretch = { tag: range.tag, fromUs, toUs, samples, widthUs }
  }
  if (stretch !== undefined) yield { stretch, nextUs }
}
