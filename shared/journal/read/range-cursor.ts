import { JournalError } from '../errors.ts'
import type { SampleKey } from '../sample/sample-key.ts'

/** Where a range read goes on: after this sample of this tag. */
export interface RangeCursor extends SampleKey {
  readonly tagId: number
}

/** Opaque to readers; the tag goes by its number, because names may be long. */
export const formatCursor = ({ tagId, timeUs, lsn, index }: RangeCursor): string =>
  `${tagId}:${timeUs}:${lsn}:${index}`

/** Undefined for '', the beginning. @throws JournalError `GENBA_READ_CURSOR` */
export function parseCursor(text: string): RangeCursor | undefined {
  if (text === '') return undefined
  const parts = /^(\d{1,10}):(-?\d{1,16}):(\d{1,16}):(\d{1,10})$/.exec(text)?.slice(1).map(Number)
  const [tagId, timeUs, lsn, index] = parts ?? []
  if (tagId !== undefined && timeUs !== undefined && lsn !== undefined && index !== undefined) {
    return { tagId, timeUs, lsn, index }
  }
  throw unknownCursor(text)
}

export const unknownCursor = (text: string) =>
  new JournalError('GENBA_READ_CURSOR', 'a cursor is not one of this journal', [
    {
      where: 'cursor',
      expected: 'the cursor of an earlier page of the same read',
      received: text,
      mend: 'read again from the beginning',
    },
  ])
