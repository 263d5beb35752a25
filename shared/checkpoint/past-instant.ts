import * as z from 'zod'

/** Event time in a state, or never (-Infinity), for which null stands: JSON has no infinities. */
export const PastInstant = z
  .number()
  .nullable()
  .transform((us) => us ?? Number.NEGATIVE_INFINITY)

export const writePastInstant = (us: number): number | null => (Number.isFinite(us) ? us : null)
