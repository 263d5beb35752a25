import * as z from 'zod'

/** What each component says of itself once a second on its health topic. */
export const HealthMessage = z.object({
  v: z.literal(1),
  component: z.string(),
  version: z.string(),
  /** Counters and gauges by name, such as `genba_collector_samples_read_total`. */
  metrics: z.record(z.string(), z.number()),
  queues: z.array(
    z.object({
      name: z.string(),
      depth: z.number(),
      bytes: z.number(),
      ageMs: z.number(),
      limitBytes: z.number(),
      /** From the growth of the last health intervals; null while it does not grow. */
      fullInMs: z.number().nullable(),
    }),
  ),
  /** Absent in messages of earlier versions. */
  configuration: z
    .object({
      /** Of the one in force: two that mean the same have the same. */
      digest: z.string(),
      /** Why a later one was refused; absent once one was taken. */
      refused: z.string().optional(),
    })
    .optional(),
  /** Of the component that judges the whole gateway. */
  verdict: z
    .object({
      fit: z.boolean(),
      /** What speaks against it; of a fit one, what could not be judged. */
      reasons: z.array(z.string()),
      /** Wall clock, microseconds since 1970 UTC. */
      atUs: z.number(),
    })
    .optional(),
})
export type HealthMessage = z.output<typeof HealthMessage>
