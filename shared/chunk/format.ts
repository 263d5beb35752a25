/** First two bytes of every chunk: "GC". */
export const MAGIC = 0x4347

/** A reader refuses later ones and keeps reading this one. */
export const FORMAT_VERSION = 1

/** Magic, version, packing and CRC. */
export const PREFIX_BYTES = 8

/** Times of receipt are whole seconds: terms of law are days and years. */
export const RECEIPT_STEP_US = 1_000_000
/** Of a time of receipt, and of the span: the year 2242. */
export const RECEIPT_STEPS_MAX = 2 ** 33

export const Packing = { plain: 0, deflated: 1 } as const
