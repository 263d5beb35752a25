import * as z from 'zod'

/** What a component is: two with the same do the same. Digests, so that nothing of a configuration is told. */
const Make = z.object({ version: z.string(), code: z.string(), configuration: z.string() })
export type Make = z.output<typeof Make>

/** A change of a component, as it tells the historian, which writes it into the audit trail. */
export const ComponentChange = z.object({
  v: z.literal(1),
  component: z.string(),
  /** Grows with every change of the component: the larger of the last one plus one, and the wall clock in milliseconds. */
  n: z.number().int(),
  kind: z.enum(['start', 'configuration']),
  result: z.enum(['done', 'refused']),
  /** Of a refused one: why. */
  reason: z.string(),
  /** The deployment that was under way, where the nucleus has told. */
  deployment: z.string().optional(),
  /** Null before the first. */
  before: Make.nullable(),
  /** Null of a refused one. */
  after: Make.nullable(),
  /** Members of the configuration that are others now. */
  keys: z.array(z.string()),
  /** Of the component: wall clock in microseconds since 1970 UTC, and microseconds since some instant of the boot. */
  atUs: z.number(),
  monotonicUs: z.number(),
  bootId: z.string(),
})
export type ComponentChange = z.output<typeof ComponentChange>
