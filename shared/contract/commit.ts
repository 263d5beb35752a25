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
})
export type CommitMessage = z.output<typeof CommitMessage>

export const parseCommit = (json: unknown): CommitMessage | undefined => CommitMessage.safeParse(json).data
