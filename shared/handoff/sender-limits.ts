/** What bounds a sender. All but the two sizes have defaults that suit a gateway. */
export interface SenderLimits {
  /** Frames kept in memory until they are acknowledged or spilled. */
  readonly memoryBytes: number
  /** Frames kept on disk; ignored where nothing is spilled. */
  readonly spillBytes: number
  /** Frames published and not yet acknowledged. */
  readonly windowFrames?: number
  readonly windowBytes?: number
  /** Silence after which the oldest frame is sent again; doubles up to `ACK_TIMEOUT_MS_MAX`. */
  readonly ackTimeoutMs?: number
  /** Silence after which live frames in memory go to disk. */
  readonly spillAfterMs?: number
}

/**
 * 256 frames of 6,000 bytes are a third of a second of what a nucleus carries at its best: enough to hide the
 * historian's synchronous writes, little enough to send again after a loss.
 */
export const WINDOW_FRAMES = 256
export const WINDOW_BYTES = 2 << 20

/** Many times a synchronous write on a slow card; a lost message is found much sooner, by the gap it leaves. */
export const ACK_TIMEOUT_MS = 2000
/** How late the return of a historian is noticed at worst. It says so itself, so this matters only for lost words. */
export const ACK_TIMEOUT_MS_MAX = 10_000

/** What a collector can lose of live data by its own death while the historian is away. */
export const SPILL_AFTER_MS = 3000

/**
 * A resent frame that was not lost after all is answered like a gap: so one loss must not be answered by another
 * resend before its answers are in. Well over a round trip with a synchronous write.
 */
export const RESEND_PAUSE_MS = 250

/** Publishes under way at once: hides the nucleus's answer time; a core serves no more in parallel anyway. */
export const PUBLISHES_MAX = 8

/** Pause after a failed publish; doubles. */
export const PUBLISH_BACKOFF_MS = 100
export const PUBLISH_BACKOFF_MS_MAX = 5000

/** Pause after the disk refused a spill; doubles. */
export const DISK_BACKOFF_MS = 500
export const DISK_BACKOFF_MS_MAX = 30_000

/** One synchronous batch of the spill: about 40 full frames, far below the engine's write buffer. */
export const SPILL_BATCH_BYTES = 256 << 10
export const SPILL_BATCH_FRAMES = 256

/** Read back at once from the spill, into the window. */
export const SPILL_PAGE_BYTES = 512 << 10

/** Share of the memory that sources which can wait may fill, so that live data always finds room. */
export const POSITIONED_SHARE = 0.5

/** Pause between two questions to the historian about a producer whose frames do not fit what it says it holds. */
export const DOUBT_PAUSE_MS = 1000

/**
 * With memory full, live frames go to disk after so long a silence. While the historian answers they wait instead:
 * a source that is faster than it would otherwise send everything over the disk.
 */
export const FULL_SPILL_AFTER_MS = 500

/** While the historian is away, live frames go to disk this often: each time is a synchronous write. */
export const SPILL_EVERY_MS = 1000
