/** The commit message is the nudge; this is for the one that was lost. */
export const POLL_MS = 2000

/** Commits that name no frame of records only move the position, which may wait a little. */
export const QUIET_READ_MS = 250

/** Positions without records after which the cursor is written: what a restart asks the historian to skip. */
export const CURSOR_SAVE_POSITIONS = 10_000
