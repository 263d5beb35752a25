import { CHUNK_SAMPLES } from '../chunk/limits.ts'
import { REPLY_BYTES_MAX } from '../contract/reply.ts'
import { FRAME_BYTES_MAX } from '../frame/limits.ts'

/** A larger frame could not be given to a reader in one message (see `REPLY_BYTES_MAX`; the head takes up to 400). */
export const JOURNALED_FRAME_BYTES_MAX = REPLY_BYTES_MAX - 400

/** One page of a range read is one frame, for the same reason as any frame. */
export const RANGE_PAGE_BYTES_MAX = FRAME_BYTES_MAX

/** Samples of one range page: on/off values pack so tightly that bytes alone would not bound a reader's memory. */
export const RANGE_PAGE_SAMPLES_MAX = 16_384

/** Characters of text tried for one page: texts that repeat pack well, others are cut to what fits. */
export const RANGE_PAGE_TEXT_MAX = 1 << 16

/**
 * Samples that a range read sorts at once: 29 bytes each. More overlap of frames than this only means that frames
 * are read again.
 */
export const BLOCK_SAMPLES_MAX = 16_384

/** Characters of text values in one block of samples; a block with long texts is cut earlier. */
export const BLOCK_TEXT_MAX = 1 << 21

/** Index entries read at once: 30 bytes each, or a few hundred for frames of many tags. */
export const INDEX_PAGE_ENTRIES = 512
export const INDEX_PAGE_BYTES = 1 << 16

/** Log entries read at once when a log page is filled or the tag figures are brought up to date. */
export const LOG_PAGE_ENTRIES = 256
export const LOG_PAGE_BYTES = 1 << 20

/** Entries read at once when the journal is opened. */
export const OPEN_PAGE_ENTRIES = 1024
export const OPEN_PAGE_BYTES = 1 << 20

/**
 * A frame of more columns gets one index entry with its tags for its producer, instead of one for each tag: a round
 * of a thousand slow tags would otherwise write more index than data.
 */
export const TAG_INDEXED_COLUMNS_MAX = 8

/**
 * Frames between two writes of the tag figures (count, first, last). Written with every batch, a thousand live tags
 * would cost more than their samples; this many frames are read again in 50 ms when the journal is opened.
 */
export const TAG_FIGURES_EVERY_FRAMES = 2048

/** How exactly the time of receipt of a frame is known: terms of law are days and years, and a mark takes 26 bytes. */
export const RECEIPT_EVERY_US = 60_000_000

/** Damaged frames remembered, so that each is named and counted once. */
export const DAMAGED_REMEMBERED_MAX = 4096

/** Identities of records looked up side by side: enough to keep the store's threads busy. */
export const RECORD_LOOKUPS_AT_ONCE = 128

/** Chunks read at once: a full one of numbers takes 10 to 60 kB. */
export const CHUNK_PAGE_ENTRIES = 16
export const CHUNK_PAGE_BYTES = 1 << 18
/** Rollups read at once: about a kB each. */
export const ROLLUP_PAGE_ENTRIES = 256
/** Partitions whose rollups are on their way while others are decoded: enough to keep the store's threads busy. */
export const ROLLUP_PARTITIONS_AHEAD = 6

/** Sizes of sealing. */
export interface SealLimits {
  /** Of one run, whichever is reached first: what it holds in memory, and what one batch has to write. */
  readonly runSamples: number
  readonly runFrames: number
  /** Samples of one tag that are sorted at once. */
  readonly blockSamples: number
  /** Samples of a full chunk. */
  readonly chunkSamples: number
}

export const SEAL_LIMITS: SealLimits = {
  runSamples: 1 << 19,
  runFrames: 4096,
  blockSamples: 1 << 16,
  chunkSamples: CHUNK_SAMPLES,
}

/** Sealed frames removed in one batch: deletions must not keep appends waiting. */
export const CLEAN_FRAMES = 128

/** Gaps of a tag found before they are given on: 16 bytes each. */
export const GAPS_AT_ONCE = 1024

/** Cells read at once: some 100 bytes each, in memory twice while they are joined. */
export const CELLS_AT_ONCE = 4096

/** Points of a picture in one frame of an answer: 17 bytes each where they pack worst. */
export const PICTURE_FRAME_POINTS = 300
