import * as z from 'zod'
import { bytes, count, durationMs } from '../../shared/component/config-types.ts'
import { lawShape, refineLaw } from '../../shared/retention/config.ts'
import { ask } from '../../shared/retention/law-class.ts'

export const HistorianConfig = z
  .object({
    ...lawShape,
    /**
     * The longest that a received frame waits for others to share its synchronous write. 20 ms are 50 writes a second
     * at most; on an eMMC or SD card 500ms spares the card (each write costs it some 8 kB), at the price of latency.
     */
    commitInterval: durationMs.prefault('20ms'),
    /** Frames of one write; at this number it begins at once. 64 full frames are 400 kB, 3 ms on a server's disk. */
    batchFramesMax: count({ min: 1, max: 1024 }).prefault(64),
    /**
     * Received frames that wait for the disk. Beyond it frames are dropped and counted; their producers keep and send
     * them again, so this only bounds memory: 1,400 full frames.
     */
    intakeBytesMax: bytes({ min: 65_536, max: 1_073_741_824 }).prefault('8MiB'),
    /**
     * How long frames stay in the log as they came, before their samples are sealed into chunks, which take a fraction of
     * the room: so long may a component that follows the log be away and miss nothing. They are sealed together, so often.
     */
    sealAfter: durationMs.prefault('1h'),
    /** With more bytes of frames that wait to be sealed they are sealed earlier, whoever still follows them. */
    journalBytesMax: bytes({ min: 1_048_576 }).prefault('1GiB'),
    /**
     * A signed head of the Merkle log is made so often, and sent to the cloud with the records, also while nothing comes in,
     * so that a gap shows: whoever has it can tell whether anything before it was changed.
     */
    headEvery: durationMs.prefault('1h'),
    /** How often is looked for data that must go by its law; a request for erasure is carried out at once. */
    retentionEvery: durationMs.prefault('1h'),
    /**
     * What the store may take on its disk. When it fills, data that no law holds goes in the order that docs/law.md says; when
     * only what is held is left, no more is taken. Without it nothing is ever dropped to make room.
     */
    diskBytesMax: bytes({ min: 1_048_576 }).optional(),
    /** Of `diskBytesMax`, beside a twentieth of it, room for the runs that make room: they write before they give back. */
    diskReserve: bytes({ min: 65_536 }).prefault('128MiB'),
    /** Reads served side by side; each may hold about 1 MB. */
    readsAtOnce: count({ min: 1, max: 16 }).prefault(4),
  })
  .superRefine(refineLaw)
  .superRefine(({ diskBytesMax, diskReserve }, context) => {
    if (diskBytesMax === undefined || diskReserve <= diskBytesMax / 2) return
    context.addIssue({
      code: 'custom',
      path: ['diskReserve'],
      ...ask('at most half of diskBytesMax', 'raise diskBytesMax or lower diskReserve'),
    })
  })
export type HistorianConfig = z.output<typeof HistorianConfig>
