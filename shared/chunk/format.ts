/** First two bytes of every chunk: "GC". */
export const MAGIC = 0x4347

/** A reader refuses later ones and keeps reading this one. */
export const FORMAT_VERSION = 1

/** Magic, version, packing and CRC. */
export const PREFIX_BYTES = 8

export const Packing = { plain: 0, deflated: 1 } as const
