/** Pause before a failed source is opened again; doubles. */
export const RETRY_MS = 1000
export const RETRY_MS_MAX = 60_000

/** A source that is stopped has so long to give the batch it is making. */
export const STOP_MS = 1000

/** How long to wait for a batch when nothing else is due. */
export const IDLE_MS = 60_000

/** On stop: for the sources to end, and for the historian to acknowledge before what is left goes to disk. */
export const SOURCES_STOP_MS = 2000
export const DRAIN_MS = 2000

/**
 * A source that always has a batch ready would keep the process from everything else, publishing included: after so
 * long, or so many batches, the others get a turn.
 */
export const TURN_MS = 10
export const TURN_BATCHES = 64

/** How often a source that the historian has no room for looks whether it may go on. */
export const REFUSED_MS = 500
