import type { SqlValue } from './value.ts'

/** What a statement makes of a message, or of the answer of a window. */
export type SqlResult =
  | { readonly match: false }
  /** `bytes` is a payload that is not JSON and that `SELECT *` passes on; the output is Undefined then. */
  | { readonly match: true; readonly output: SqlValue; readonly bytes?: Uint8Array }

export const NO_MATCH = Symbol('no match')
export const MISS: SqlResult = { match: false }
