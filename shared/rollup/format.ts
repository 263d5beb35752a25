/** First two bytes of every rollup: "GR". */
export const MAGIC = 0x5247

/** A reader refuses later ones and keeps reading this one. */
export const FORMAT_VERSION = 1

/** Magic, version, resolution and CRC. */
export const PREFIX_BYTES = 8

/** In the place of an exponent of ten: the numbers are no decimals. */
export const NO_EXPONENT = 0xff

/** How sums are stored: with what `sum-streams.ts` says of them, or as the two doubles they are. */
export const SumPacking = { based: 0, numbers: 1 } as const
