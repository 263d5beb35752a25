/** The ways of computing the same windows; the bare loop comes last, as the others are held against it. */
export const WAY_NAMES = ['simple', 'percentiles', 'rxjs', 'sql', 'loop'] as const
export type WayName = (typeof WAY_NAMES)[number]
