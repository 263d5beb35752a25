import { createHash } from 'node:crypto'
import type { Column, SampleFrame } from '../../shared/frame/frame.ts'

/** Samples as a set, whatever order they came in: what one version has stored and another reads must be the same. */
export interface RowSet {
  /** Later samples do not count. */
  readonly untilUs: number
  readonly count: number
  /** SHA-256 of the sorted rows, hexadecimal. */
  readonly digest: string
}

export async function rowsOf(
  frames: AsyncIterable<SampleFrame> | Iterable<SampleFrame>,
  untilUs: number,
): Promise<RowSet> {
  const rows = new Set<string>()
  let count = 0
  for await (const { columns } of frames) {
    for (const column of columns) {
      for (const [at, timeUs] of column.timesUs.entries()) {
        if (timeUs >= untilUs) continue
        rows.add(`${column.tag} ${timeUs} ${column.quality[at]} ${spell(column, at)}`)
        count++
      }
    }
  }
  const hash = createHash('sha256')
  for (const row of [...rows].sort()) hash.update(`${row}\n`)
  return { untilUs, count, digest: hash.digest('hex') }
}

/** Bit for bit. */
function spell({ data }: Column, at: number): string {
  if (data.kind !== 'number') return `${data.kind} ${JSON.stringify(data.values[at])}`
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(data.values[at] ?? Number.NaN)
  return bytes.toString('hex')
}
