import { decodeChunk, inspectChunk } from '../../chunk/decode.ts'
import { encodeLevels } from '../../rollup/levels.ts'
import { RESOLUTIONS_US, resolutionOf } from '../../rollup/resolution.ts'
import { rollUp } from '../../rollup/roll-up.ts'
import { encodeReduction } from './reduction.ts'

const WIDEST_US = RESOLUTIONS_US.at(-1) as number

/**
 * What is left of a chunk when its samples go: the rollup of its numbers and booleans in the finest cells that hold many
 * samples each, or in the widest there are. Undefined where it has none, so that nothing is left of it.
 *
 * @throws ChunkError
 */
export function reduceChunk(bytes: Uint8Array, chunkId: number): Uint8Array | undefined {
  const { tag, columns: chunkColumns } = decodeChunk(bytes)
  const columns = chunkColumns.map(({ column }) => column)
  const cells = rollUp(columns, resolutionOf(columns) ?? WIDEST_US)
  if (cells.startsUs.length === 0) return undefined
  const { minTimeUs, maxTimeUs, receipt, sampleCount } = inspectChunk(bytes)
  return encodeReduction({
    v: 1,
    tag,
    fromUs: minTimeUs,
    toUs: maxTimeUs,
    samples: sampleCount,
    receipt,
    chunkId,
    rollup: encodeLevels(cells),
  })
}
