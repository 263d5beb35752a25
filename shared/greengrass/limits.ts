/** No nucleus promises an answer: on a connection it closes, a call may wait for ever. */
export const CALL_DEADLINE_MS = 10_000

/**
 * Publishes that wait for the nucleus at once. It answers one after the other, so more in flight gain nothing, and
 * what is in flight is lost when the connection goes.
 */
export const PUBLISHES_IN_FLIGHT_MAX = 32
/** Publishes that wait for their turn; whoever has more under way does not wait for its own promises. */
export const PUBLISHES_WAITING_MAX = 4096

/** Pauses between attempts to connect again. */
export const RECONNECT_FIRST_MS = 250
export const RECONNECT_MAX_MS = 5000
/** Refusals in a row before a token counts as dead: a nucleus that is just going down refuses too. */
export const REFUSALS_MAX = 3
/** Without a nucleus for this long, the process ends: a nucleus that comes back starts it anew. */
export const ABSENT_MS_MAX = 60_000
/**
 * How often a component may end itself for want of a nucleus. Systemd gives a unit of nucleus lite up for good at
 * the fourth start within an hour (StartLimitBurst=3, StartLimitInterval=3600).
 */
export const EXITS_MAX = 3
export const EXITS_PER_MS = 3_600_000

/** A configuration update comes as one event a leaf; this long after the last one, all are there. */
export const CONFIG_SETTLE_MS = 200

/** Changes of a component are told again this often: a historian that was away has them soon after it is back. */
export const CHANGES_AGAIN_MS = 60_000

/** Java kills what has not ended five seconds after SIGTERM. */
export const DRAIN_MS_MAX = 4500
