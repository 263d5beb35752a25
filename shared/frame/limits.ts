/**
 * Default size of an encoded frame: with topic and envelope the whole IPC message stays under the 10,000 bytes at
 * which nucleus lite closes the connection.
 */
export const FRAME_BYTES_MAX = 6000

/** Smallest size to configure: any header and one number of any tag fit. */
export const FRAME_BYTES_MIN = 2048

/** No frame is larger, whatever is configured: bounds the work on a frame that comes from elsewhere. */
export const FRAME_BYTES_HARD_MAX = 1 << 20

/**
 * Samples of one frame. Constant and regular columns cost almost nothing, so bytes alone do not bound what a
 * decoder must allocate; this does, to 17 bytes each and about 1 MB in all.
 */
export const FRAME_SAMPLES_MAX = 65_536

/** About the number of one-sample columns that fit into the largest frame a nucleus carries, with room. */
export const FRAME_COLUMNS_MAX = 4096

export const FRAME_RECORDS_MAX = 4096

/** The four texts below fit into one frame of the default size together, so nothing within limits is unsendable. */
export const TAG_BYTES_MAX = 512
export const PRODUCER_BYTES_MAX = 128
export const POSITION_BYTES_MAX = 1024

/** One text value, or one record. */
export const TEXT_BYTES_MAX = 4000

/** Magic, version, body kind and CRC. */
export const PREFIX_BYTES = 8

/** Largest header before the position's own bytes: producer, epoch, sequence, watermark, two lengths. */
const HEADER_BYTES_MAX = 2 + PRODUCER_BYTES_MAX + 8 + 8 + 8 + 2

/** What sealing adds to the bytes of encoded content at most. */
export function sealingBytesMax(positionBytes: number): number {
  return PREFIX_BYTES + HEADER_BYTES_MAX + positionBytes
}
