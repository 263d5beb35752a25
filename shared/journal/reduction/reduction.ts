import * as z from 'zod'
import { crc32c } from '../../bytes/crc32c.ts'
import { readJson } from '../../bytes/json.ts'
import { decodeText, encodeText } from '../../bytes/text.ts'
import type { Receipt } from '../../chunk/chunk.ts'
import type { RollupCells } from '../../rollup/cells.ts'
import { decodeRollup } from '../../rollup/decode.ts'
import { corruptRollup } from '../../rollup/errors.ts'
import { finestLevel } from '../../rollup/levels.ts'

/** What is said of the samples that are gone. */
const Head = z.object({
  v: z.literal(1),
  tag: z.string(),
  /** Event times of the first and the last of them. */
  fromUs: z.number(),
  toUs: z.number(),
  samples: z.number().int(),
  receipt: z.object({ fromUs: z.number(), toUs: z.number(), lawRevision: z.number().int() }),
  /** The leaf of the chunk that they were in. */
  chunkId: z.number().int(),
})

/** The rollup that is left of a chunk whose samples are gone. It is a leaf of the Merkle log, as the chunk was. */
export interface Reduction extends z.output<typeof Head> {
  readonly receipt: Receipt
  /** As `shared/rollup` keeps it in levels; never empty. */
  readonly rollup: Uint8Array
}

/** CRC-32C of all that follows, length of the head, both u32 little endian; the head as JSON; the rollup. */
const PREFIX_BYTES = 8

export function encodeReduction({ rollup, ...head }: Reduction): Uint8Array {
  const text = encodeText(JSON.stringify(head))
  const bytes = Buffer.concat([new Uint8Array(PREFIX_BYTES), text, rollup])
  bytes.writeUInt32LE(text.length, 4)
  bytes.writeUInt32LE(crc32c(bytes.subarray(4)))
  return bytes
}

/** @throws RollupError `GENBA_ROLLUP_CORRUPT` */
export function decodeReduction(bytes: Uint8Array): Reduction {
  if (bytes.length < PREFIX_BYTES) throw corruptRollup('ends before it begins')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== crc32c(bytes.subarray(4))) throw corruptRollup('fails its CRC-32C')
  const headEnd = PREFIX_BYTES + view.getUint32(4, true)
  const head = Head.safeParse(readJson(decodeText(bytes.subarray(PREFIX_BYTES, headEnd)) ?? ''))
  if (!head.success) throw corruptRollup('does not say what it is of')
  return { ...head.data, rollup: bytes.subarray(headEnd) }
}

/** Its finest cells. @throws RollupError */
export function finestCells({ rollup }: Pick<Reduction, 'rollup'>): RollupCells {
  const level = finestLevel(rollup)
  if (level === undefined) throw corruptRollup('has no level')
  return decodeRollup(level)
}
