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
})
export type HealthMessage = z.output<typeof HealthMessage>
