import type { ChunkColumn } from '../../chunk/chunk.ts'
import { encodeLevels } from '../../rollup/levels.ts'
import { resolutionOf } from '../../rollup/resolution.ts'
import { rollUp } from '../../rollup/roll-up.ts'

const NONE = new Uint8Array()

/** A rollup that takes more than this share of its chunk saves a reader little and costs room. */
const WORTH_KEEPING = 0.25

/** The rollup of a chunk in its levels; none where there would be hardly fewer cells than samples, or bytes than in the chunk. */
export function rollupOf(chunkColumns: readonly ChunkColumn[], chunkBytes: number): Uint8Array {
  const columns = chunkColumns.map(({ column }) => column)
  const widthUs = resolutionOf(columns)
  if (widthUs === undefined) return NONE
  const rollup = encodeLevels(rollUp(columns, widthUs))
  return rollup.length <= WORTH_KEEPING * chunkBytes ? rollup : NONE
}
