import * as z from 'zod'

/** JSON has no infinities; in a state they only ever mean "none so far" at one end and "all" at the other. */
export const Instant = z.union([z.number(), z.literal('none'), z.literal('all')])
export type Instant = z.output<typeof Instant>

export function writeInstant(us: number): Instant {
  if (us === Number.NEGATIVE_INFINITY) return 'none'
  return us === Number.POSITIVE_INFINITY ? 'all' : us
}

export function readInstant(instant: Instant): number {
  if (instant === 'none') return Number.NEGATIVE_INFINITY
  return instant === 'all' ? Number.POSITIVE_INFINITY : instant
}
