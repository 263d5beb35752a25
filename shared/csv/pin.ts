import { crc32c } from '../bytes/crc32c.ts'
import { encodeText } from '../bytes/text.ts'
import { CsvError } from './errors.ts'
import type { Layout } from './layout.ts'
import type { Position } from './position.ts'

/** Stands for the way in which a file is read: with other columns or tags the rows before a position would differ. */
export function layoutDigest({ delimiter, timeIndex, clockIndex, timeFormat, columns }: Layout): number {
  const time = timeFormat.kind === 'calendar' ? timeFormat.order : timeFormat.unit
  const tags = columns.map(({ index, tag }) => [index, tag])
  return crc32c(encodeText(JSON.stringify([delimiter, timeIndex, clockIndex ?? null, time, tags])))
}

/** @throws CsvError `GENBA_CSV_OPTIONS` */
export function checkLayout(layout: Layout, { as }: Position, path: string): void {
  if (as === layoutDigest(layout)) return
  throw new CsvError('GENBA_CSV_OPTIONS', 'the file was read before with other options', {
    where: path,
    expected: 'the tags, columns, delimiter and time column of the first time',
    received: `tags ${layout.columns.map(({ tag }) => tag).join(', ')}`.slice(0, 200),
    mend: 'repeat the options of the first time, or give the file another name to read it as a new one',
    effect: 'nothing was read; what was stored of it stays',
  })
}

export function changedFile(path: string, { h, o }: Position, sizeBytes: number): CsvError {
  const isShorter = sizeBytes < o
  return new CsvError('GENBA_CSV_CHANGED', 'the file is not the one that was read before', {
    where: path,
    expected: isShorter ? `at least the ${o} bytes that were read` : `the same first ${h} bytes`,
    received: isShorter ? `${sizeBytes} bytes` : 'others',
    mend: 'put the old file back, or give this one another name to read it as a new one',
    effect: 'nothing was read; what was stored of the old one stays',
  })
}
