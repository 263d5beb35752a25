import { unknownCursor } from './range-cursor.ts'

/** Where a read of several tags goes on: behind a tag, or within it from a time or a count on. */
export interface ReadCursor {
  readonly tag: string
  /** Undefined when nothing of the tag is left. */
  readonly at: number | undefined
}

export const formatReadCursor = ({ tag, at }: ReadCursor): string =>
  at === undefined ? `:${tag}` : `${at}:${tag}`

/** Undefined for '', the beginning. @throws JournalError `GENBA_READ_CURSOR` */
export function parseReadCursor(text: string): ReadCursor | undefined {
  if (text === '') return undefined
  const [, at, tag] = /^(-?\d{1,16})?:(.+)$/su.exec(text) ?? []
  if (tag === undefined) throw unknownCursor(text)
  return { tag, at: at === undefined ? undefined : Number(at) }
}
