import * as z from 'zod'
import { damagedValue, decodeChecked, encodeChecked } from './checked-json.ts'

/** How far the log is sealed, and what the chunks come to. Part of every sealing batch. */
export const Sealing = z.object({
  /** Samples of frames up to this log position are in chunks, and only there. */
  sealedLsn: z.number(),
  /** Sample frames up to this log position are removed. */
  cleanedLsn: z.number(),
  /** Leaves of the Merkle log that are chunks, of those too that are replaced by now. */
  chunkLeaves: z.number(),
  chunks: z.number(),
  /** Samples in them. */
  samples: z.number(),
  chunkBytes: z.number(),
  /** What the frames took that are sealed, and those of records between them. */
  frameBytes: z.number(),
})
export type Sealing = Readonly<z.output<typeof Sealing>>

export const NOTHING_SEALED: Sealing = {
  sealedLsn: 0,
  cleanedLsn: 0,
  chunkLeaves: 0,
  chunks: 0,
  samples: 0,
  chunkBytes: 0,
  frameBytes: 0,
}

/** @throws JournalError `GENBA_JOURNAL_DAMAGED` when the bytes are none that `encodeSealing` gave */
export function decodeSealing(bytes: Uint8Array): Sealing {
  const sealing = Sealing.safeParse(decodeChecked(bytes, 'the figures of sealing'))
  if (sealing.success) return sealing.data
  throw damagedValue('the figures of sealing', 'other figures')
}

export const encodeSealing = (sealing: Sealing): Uint8Array => encodeChecked(sealing)
