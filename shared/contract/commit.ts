import * as z from 'zod'

/**
 * Published by the historian after every synchronous write, and in answer to frames it already had or could not
 * take in order. One message serves producers (acknowledgement), the processor and the uplink (the log has grown).
 */
const CommitMessage = z.object({
  v: z.literal(1),
  /** Distinguishes one start of the historian from the next. */
  boot: z.number(),
  producers: z.array(z.string()),
  /** Log position of `frames[0]`; the others follow one by one. */
  firstLsn: z.number().int(),
  /** Newly durable frames in log order: [index into producers, epoch, sequence]. */
  frames: z.array(z.tuple([z.number().int(), z.number().int(), z.number().int()])),
  /** The newest durable frame of each producer named: [index, epoch, sequence]; sequence -1 before the first. */
  held: z.array(z.tuple([z.number().int(), z.number().int(), z.number().int()])),
  /** Not there while frames are taken, and in messages of earlier versions. */
  refusal: z
    .object({
      /** Frames of whom are not taken: of all, or of sources with a larger number than `abovePriority`, 0 to 9. */
      of: z.enum(['all', 'priorities']),
      abovePriority: z.number().int().optional(),
      /** For people. */
      reason: z.string(),
    })
    .optional(),
})
export type CommitMessage = z.output<typeof CommitMessage>

/** Why frames are not taken now. They are not lost: whoever has them keeps them, and sends them again. */
export type IntakeRefusal = NonNullable<CommitMessage['refusal']>

export const parseCommit = (json: unknown): CommitMessage | undefined => CommitMessage.safeParse(json).data
