import * as z from 'zod'

/** Event time in a state: JSON has no infinities, and null stands for never (-Infinity). */
export const Instant = z
  .number()
  .nullable()
  .transform((us) => us ?? Number.NEGATIVE_INFINITY)

export const writeInstant = (us: number): number | null => (Number.isFinite(us) ? us : null)
