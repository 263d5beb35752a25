/** Pause before a failed source is opened again; doubles. */
export const RETRY_MS = 1000
export const RETRY_MS_MAX = 60_000

/**
 * A source that is stopped has so long to give the batch it is making. While one takes it, all the others wait to be
 * read again by the next process: with the two limits below this is the most that an update adds to their gap.
 */
export const STOP_MS = 500

/** How long to wait for a batch when nothing else is due. */
export const IDLE_MS = 60_000

/**
 * On stop: for the sources to end, and for the historian to acknowledge before what is left goes to disk. It answers
 * within a few synchronous writes or is away, as when an update replaces both: then the disk is quicker than waiting.
 */
export const SOURCES_STOP_MS = 1000
export const DRAIN_MS = 500

/**
 * A source that always has a batch ready would keep the process from everything else, publishing included: after so
 * long, or so many batches, the others get a turn.
 */
export const TURN_MS = 10
export const TURN_BATCHES = 64

/** What is not acknowledged by then waits for a historian that is away; it goes to disk, and an update need not wait. */
export const IN_FLIGHT_MS_MAX = 2000
/** How often a source that the historian has no room for looks whether it may go on. */
export const REFUSED_MS = 500
