import * as z from 'zod'
import { readJson } from '../bytes/json.ts'
import { CsvError } from './errors.ts'
import { POSITION_BYTES_MAX } from './limits.ts'

const Count = z.number().int().min(0)

/**
 * Where a file is resumed: after the last row that is in a frame. What the counters say is exact over any death,
 * because it travels with the rows it counts. Keys are short: this stands in every frame.
 */
const Position = z.object({
  v: z.literal(1),
  /** CRC-32C of the first `h` bytes of the file: by them it is known again, and its layout found again. */
  f: Count,
  h: Count,
  /** Bytes and lines before the next row. */
  o: Count,
  l: Count,
  rows: Count,
  samples: Count,
  rejected: Count,
  /** Numbers of the first refused lines. */
  lines: z.array(Count),
  /** Latest time of a row that was believed; null before the first. */
  max: z.number().nullable(),
  /** Times of the last rows that were believed, for the check of the next by its neighbours. */
  near: z.array(z.number()),
  /** Bytes that one JSON message for each sample would have taken. */
  json: Count,
  /** Of a pinned file: by what it was read; see `layoutDigest`. */
  as: Count.optional(),
})
export type Position = z.output<typeof Position>

/** Room that a position may take in a frame. */
export const positionBytesMax = (frameBytesMax: number): number =>
  Math.min(POSITION_BYTES_MAX, Math.floor(frameBytesMax / 2))

/** In frames of an unusually small size fewer refused lines are named; they stay counted. */
export function formatPosition(position: Position, bytesMax: number): string {
  for (let named = position.lines.length; ; named--) {
    const text = JSON.stringify({ ...position, lines: position.lines.slice(0, Math.max(0, named)) })
    if (text.length <= bytesMax || named <= 0) return text
  }
}

/**
 * @returns undefined for '', the position before the first start
 * @throws CsvError when the text is something else
 */
export function parsePosition(text: string, path: string): Position | undefined {
  if (text === '') return undefined
  const parsed = Position.safeParse(readJson(text))
  if (parsed.success) return parsed.data
  throw new CsvError('GENBA_CSV_POSITION', 'the place where the file was left cannot be read', {
    where: path,
    received: text.slice(0, 120),
    mend: 'give the source another name to read the file from its beginning',
  })
}
