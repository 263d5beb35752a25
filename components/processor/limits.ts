/**
 * Live frames that wait for their commit: a commit takes some 20 to 50 ms, in which a collector at full speed sends
 * some 30 frames of 6,000 bytes. The rest is for a slow disk; what falls out is read from the log.
 */
export const LIVE_BYTES_MAX = 4 << 20

/** Commits known ahead of the position: two minutes at the pace of a full bus. Beyond, the log is read. */
export const COMMITTED_MAX = 65_536

/** Frames applied before others get a turn: about 10 ms of work. */
export const FRAMES_PER_TURN = 64

/** The commit message is the nudge; this is for the one that was lost. */
export const POLL_MS = 2000

/** Age at which a frame of records is closed even if it is not full. */
export const OUTPUT_AGE_MS = 100

/** Records on their way to the historian: some 700 frames. While it is full, the input waits. */
export const OUTBOX_BYTES = 4 << 20

/** How long a stopping processor waits for its last records to be acknowledged; they can be made again. */
export const DRAIN_MS = 3000

/** How often a checkpoint looks whether the outputs before it have been acknowledged. */
export const ACKNOWLEDGED_POLL_MS = 50

/** Pause after a checkpoint that a change of settings needs could not be written; doubles. */
export const CHECKPOINT_RETRY_MS = 1000
export const CHECKPOINT_RETRY_MS_MAX = 30_000

/** Actions of rules under way at once: some seconds of the nucleus's pace. Beyond it they are counted and left out. */
export const EFFECTS_MAX = 2000

/** How often a local message of a rule is tried, and the first pause after a refusal. */
export const EFFECT_ATTEMPTS = 3
export const EFFECT_PAUSE_MS = 50

/** Frames remembered as acted on before they came by the log: a minute of a busy bus. */
export const LIVE_FRAMES_MAX = 8192

/** Questions answered at once; people ask them, so more is a loop gone mad. */
export const REQUESTS_MAX = 16

/** Orders about alarms that wait for their turn between two frames. */
export const ORDERS_MAX = 100

/** Messages that wait for answers from outside; what a rule asks for each sample must be rare, or it is left out. */
export const INQUIRIES_MAX = 100

/** What the cloud's rules engine waits for a function. */
export const LOOKUP_MS_MAX = 2000

/** Questions that one message may ask. */
export const LOOKUPS_MAX = 8

/**
 * An update waits for a window that closes within this time of its first question, and no longer: with windows of a
 * second there is always another.
 */
export const CLOSING_MS = 2000
