/** JSON text of one commit message; with topic and envelope it stays under the 10,000 bytes of an IPC frame. */
export const COMMIT_MESSAGE_BYTES_MAX = 7000

/** Pauses between tries while the disk refuses: short at first, since most refusals are short. */
export const WRITE_AGAIN_FIRST_MS = 250
export const WRITE_AGAIN_MAX_MS = 10_000

/** Requests that wait for their turn; more clients than a gateway has components, each asking a few things at once. */
export const REQUESTS_WAITING_MAX = 64

/** What the head of a reply takes beside the lists whose size is counted; see `encodeReply`. */
export const REPLY_HEAD_BYTES = 300

/** How often it is told how far a backup is: well within the time in which a client expects a page. */
export const BACKUP_TOLD_MS = 1000

/** How often it is looked whether anything is old enough to be sealed. */
export const SEAL_EVERY_MS = 10_000

/**
 * Space is given back once so many bytes of frames have been sealed: what lies between is written again for it, so the
 * step grows with the store.
 */
export const COMPACT_BYTES_MIN = 32 * 1_048_576
export const COMPACT_SHARE = 0.25

/** How often the clocks are looked at: what has passed unseen since is believed less after a power loss. */
export const OBSERVE_EVERY_MS = 60_000
/** The same while nothing comes in. */
export const OBSERVE_IDLE_MS = 6 * 3_600_000

/** How often it is measured how much is stored, for the forecast; not while nothing comes in. */
export const DISK_EVERY_MS = 3_600_000

/** How often all records are gone through for those that must go: each of them is read for it. */
export const RECORDS_EVERY_MS = 24 * 3_600_000

/** Questions about the law answered at once; people ask them, so more is a loop gone mad. */
export const LAW_REQUESTS_MAX = 16

/** Into so many parts the time is divided that frames wait to be sealed. */
export const SEAL_MARKS_MAX = 100

/** Who has not asked for so long does not follow the log any more. */
export const LOG_READER_MS = 600_000

/** More than a gateway has components that follow the log. */
export const LOG_READERS_MAX = 64

/** Producers whose frames were dropped unread, remembered until they are told what is held. */
export const DROPPED_PRODUCERS_MAX = 1024

/** How often it is told how far a long answer is: well within the time after which a client takes a page as lost. */
export const DOCUMENT_PROGRESS_MS = 1000

/** So long an answer is kept for who does not come for the rest of it. */
export const DOCUMENT_KEPT_MS = 60_000

/** Changes of components that wait to be written: more is a loop gone mad, and each is told again. */
export const CHANGES_WAITING_MAX = 64

/** Read at once of the audit trail, to see which changes it has. */
export const AUDIT_PAGE_BYTES = 1 << 20
/** How often it is looked how full the disk is; it is a look at each file of the store. */
export const SPACE_EVERY_MS = 30_000
/** Runs that make room, one after the other: what a run gives back is known only when it is measured. */
export const ROOM_ROUNDS_MAX = 4
/** So much more than it has to, as a share of the budget, goes at once. */
export const ROOM_MARGIN = 0.01
/** After a run that found nothing to drop there is another after so long, or after so much growth. */
export const ROOM_AGAIN_MS = 3_600_000
export const ROOM_AGAIN_SHARE = 0.005

/** How often it is said again that frames are refused, for who has just begun to send. */
export const REFUSAL_TOLD_MS = 5000
/** Characters of the reason that stand in commit messages. */
export const REFUSAL_REASON_MAX = 200
/** Entries of the audit trail that wait for a disk which refuses them. */
export const ENTRIES_WAITING_MAX = 64

/** An alarm about the disk ends so much below the share at which it was raised. */
export const ALARM_RELIEF_SHARE = 0.02
