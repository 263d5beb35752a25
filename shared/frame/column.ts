import { encodeText, isWellFormed } from '../bytes/text.ts'
import { TIME_US_MAX } from '../time/time.ts'
import { FrameError } from './errors.ts'
import type { Column, ColumnValues } from './frame.ts'
import { TAG_BYTES_MAX, TEXT_BYTES_MAX } from './limits.ts'

/** Samples `from` to `to` (exclusive) of a column, sharing its memory. */
export function sliceColumn(column: Column, from: number, to: number): Column {
  if (from === 0 && to === column.timesUs.length) return column
  return {
    tag: column.tag,
    timesUs: column.timesUs.subarray(from, to),
    quality: column.quality.subarray(from, to),
    data: sliceValues(column.data, from, to),
  }
}

function sliceValues(data: ColumnValues, from: number, to: number): ColumnValues {
  if (data.kind === 'number') return { kind: 'number', values: data.values.subarray(from, to) }
  if (data.kind === 'boolean') return { kind: 'boolean', values: data.values.subarray(from, to) }
  return { kind: 'text', values: data.values.slice(from, to) }
}

/**
 * @throws FrameError `GENBA_FRAME_CONTENT` for arrays of different lengths, a time that is no whole number within
 *   `TIME_US_MAX`, a boolean that is neither 0 nor 1, or text that no UTF-8 can say;
 *   `GENBA_FRAME_LIMIT` for an empty or too long tag and for too long a text
 */
export function checkColumn(column: Column): void {
  const { tag, timesUs, quality, data } = column
  const count = timesUs.length
  if (quality.length !== count || data.values.length !== count) {
    throw content(
      tag,
      'arrays of one length',
      `${count} times, ${quality.length} qualities, ${data.values.length} values`,
    )
  }
  checkText(tag, tag, TAG_BYTES_MAX, 'a tag')
  if (tag === '') throw new FrameError('GENBA_FRAME_LIMIT', 'a column has no tag')
  checkTimes(tag, timesUs)
  if (data.kind === 'boolean') checkBooleans(tag, data.values)
  if (data.kind === 'text') {
    for (const text of data.values) checkText(tag, text, TEXT_BYTES_MAX, 'a text value')
  }
}

function checkTimes(tag: string, timesUs: Float64Array): void {
  for (let i = 0; i < timesUs.length; i++) {
    const timeUs = timesUs[i] as number
    if (!(Math.abs(timeUs) <= TIME_US_MAX) || Math.floor(timeUs) !== timeUs) {
      throw content(tag, 'event times in whole microseconds', String(timeUs))
    }
  }
}

function checkBooleans(tag: string, values: Uint8Array): void {
  for (let i = 0; i < values.length; i++) {
    if ((values[i] as number) > 1) throw content(tag, 'booleans as 0 or 1', String(values[i]))
  }
}

function checkText(tag: string, text: string, maxBytes: number, what: string): void {
  if (!isWellFormed(text))
    throw content(tag, `${what} in well-formed Unicode`, JSON.stringify(text.slice(0, 80)))
  // A UTF-16 unit takes three bytes of UTF-8 at most: most texts need no encoding to be known as short enough.
  if (text.length * 3 <= maxBytes) return
  const sizeBytes = encodeText(text).length
  if (sizeBytes <= maxBytes) return
  throw new FrameError('GENBA_FRAME_LIMIT', `${what} is longer than a frame takes`, {
    where: `tag ${tag.slice(0, 80)}`,
    expected: `at most ${maxBytes} bytes of UTF-8`,
    received: `${sizeBytes} bytes`,
    mend: 'shorten the text at its source, or split it over several tags',
  })
}

function content(tag: string, expected: string, received: string): FrameError {
  const where = `tag ${tag.slice(0, 80)}`
  return new FrameError('GENBA_FRAME_CONTENT', 'a column cannot be encoded', { where, expected, received })
}
