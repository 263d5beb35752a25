import type { ColumnValues } from './frame.ts'

/** First two bytes of every frame: "GF". */
export const MAGIC = 0x4647

/** Format version. A reader refuses later ones and keeps reading this one. */
export const FORMAT_VERSION = 1

export const BodyCode = { samples: 1, records: 2 } as const

/** Kinds by their code in the column directory. */
export const KINDS: readonly ColumnValues['kind'][] = ['number', 'boolean', 'text']
