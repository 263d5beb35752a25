import * as z from 'zod'

/** A figure that a component reports of itself. */
export const ComponentMetric = z.object({
  name: z.string().min(1),
  unit: z.enum(['BYTES', 'BYTES_PER_SECOND', 'COUNT', 'COUNT_PER_SECOND', 'MEGABYTES', 'SECONDS']),
  value: z.number(),
})
export type ComponentMetric = z.output<typeof ComponentMetric>
