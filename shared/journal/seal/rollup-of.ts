import type { ChunkColumn } from '../../chunk/chunk.ts'
import { encodeRollup } from '../../rollup/encode.ts'
import { resolutionOf } from '../../rollup/resolution.ts'
import { rollUp } from '../../rollup/roll-up.ts'

const NONE = new Uint8Array()

/** A rollup that takes more than this share of its chunk saves a reader little and costs room. */
const WORTH_KEEPING = 0.5

/** The rollup of a chunk as bytes; none where there would be hardly fewer cells than samples, or bytes than in the chunk. */
export function rollupOf(chunkColumns: readonly ChunkColumn[], chunkBytes: number): Uint8Array {
  const columns = chunkColumns.map(({ column }) => column)
  const widthUs = resolutionOf(columns)
  if (widthUs === undefined) return NONE
  const rollup = encodeRollup(rollUp(columns, widthUs))
  return rollup.length <= WORTH_KEEPING * chunkBytes ? rollup : NONE
}
