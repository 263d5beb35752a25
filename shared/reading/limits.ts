/** A page that has not come after this long is taken as lost; a historian needs some 10 ms for one. */
export const PAGE_DEADLINE_MS = 5000
/** First and longest pause before a request is asked again. */
export const ASK_AGAIN_FIRST_MS = 100
export const ASK_AGAIN_MAX_MS = 10_000
/**
 * Pages asked for at once, and so the most that a slow reader holds in memory: 112 kB. More would not be faster,
 * because the nucleus passes some 500 messages a second.
 */
export const CREDIT_PAGES = 16
/** Names in one question: within an IPC frame at some hundred bytes a name, and within the values that nucleus lite takes. */
export const PRODUCERS_PER_REQUEST = 64
