/** Of an event as JSON: seven local messages' worth. A function reacts to readings and records, not to files. */
export const EVENT_BYTES_MAX = 64 * 1024
/** Of a result as JSON: it is parsed on the component's own thread, where this much takes well under a millisecond. */
export const RESULT_BYTES_MAX = 64 * 1024
export const KEY_LENGTH_MAX = 1024
export const ID_LENGTH_MAX = 512
/** Of an error: enough for its first frames. */
export const ERROR_LENGTH_MAX = 2000

export const LOG_LINE_LENGTH_MAX = 1000
/** What one call may say; the rest is counted by its worker and never crosses over. */
export const LOG_LINES_PER_CALL_MAX = 50
/** What a function may write into the component's log: a line of 1,000 characters each would be 1.7 GB a day. */
export const LOG_LINES_PER_SECOND_MAX = 20

/** To load a file with what it imports. On a slow gateway a thread takes 200 ms, a large package a second more. */
export const LOAD_MS_MAX = 10_000
/** Workers beyond the first rest this long before they end: each holds some 10 MB. */
export const IDLE_MS = 60_000
/** Between the deaths of two workers with no success between; doubles. A thread costs some 60 ms of a core to start. */
export const RESTART_PAUSE_FIRST_MS = 100
export const RESTART_PAUSE_MS_MAX = 1000
/** A retry waits no longer, or its key would seem stuck. */
export const BACKOFF_MS_MAX = 60_000
/** An answer that lies unread behind a long turn of the event loop when the deadline passes still counts. */
export const DEADLINE_CONFIRM_MS = 1
/** A worker that holds more of its limit after a call is replaced before it dies in one. */
export const MEMORY_SHARE_MAX = 0.8

/** What is set aside is kept in memory and on disk, the oldest lost first. */
export const SET_ASIDE_INPUTS_MAX = 1000
export const SET_ASIDE_BYTES_MAX = 8 * 1024 * 1024
/** A store that refuses is asked again after this. */
export const STORE_RETRY_MS = 1000
