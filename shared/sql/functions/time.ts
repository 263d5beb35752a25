import type { SqlFunction } from '../function.ts'

/** Times as text and back. */
export const TIME_FUNCTIONS: readonly SqlFunction[] = []
