/** The answer to an auditor: he is told why, as the rest of a sentence "not proven: …". */
export type Verification = { readonly ok: true } | { readonly ok: false; readonly reason: string }

export const PROVEN: Verification = { ok: true }
export const notProven = (reason: string): Verification => ({ ok: false, reason })
