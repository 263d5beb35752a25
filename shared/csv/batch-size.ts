import { encodeContent } from '../frame/encode.ts'
import { FrameError } from '../frame/errors.ts'
import type { Column } from '../frame/frame.ts'
import { sealingBytesMax, TAG_BYTES_MAX } from '../frame/limits.ts'
import { CsvError } from './errors.ts'
import type { LayoutColumn } from './layout.ts'
import { BATCH_CELLS, BATCH_TEXT_BYTES, COLUMNS_MAX } from './limits.ts'
import { positionBytesMax } from './position.ts'

/**
 * Rows that fit one frame whatever is in them: a position stands for all rows before it, so a batch cannot be cut.
 * Found by encoding the worst rows there are, with values that have nothing in common.
 *
 * @throws CsvError `GENBA_CSV_TOO_WIDE` when not even one row fits
 */
export function rowsPerBatch(
  columns: readonly LayoutColumn[],
  { path, frameBytesMax }: { readonly path: string; readonly frameBytesMax: number },
): number {
  const textBytes = columns.some(({ kind }) => kind === 'text') ? BATCH_TEXT_BYTES + 3 * BATCH_CELLS : 0
  const roomBytes = frameBytesMax - sealingBytesMax(positionBytesMax(frameBytesMax)) - textBytes
  if (columns.length <= COLUMNS_MAX && columns.every(({ tag }) => Buffer.byteLength(tag) <= TAG_BYTES_MAX)) {
    let rows = Math.max(1, Math.floor(BATCH_CELLS / columns.length))
    while (rows > 0 && worstBytes(columns, rows) > roomBytes) rows >>= 1
    if (rows > 0) return rows
  }
  throw tooWide(columns, path)
}

function worstBytes(columns: readonly LayoutColumn[], rows: number): number {
  try {
    const worst = columns.map((column, index) => worstColumn(column, rows, index))
    return encodeContent({ body: 'samples', columns: worst, completeBeforeUs: 0, position: '' }).bytes.length
  } catch (error) {
    if (error instanceof FrameError) return Infinity
    throw error
  }
}

function worstColumn({ tag, kind }: LayoutColumn, rows: number, seed: number): Column {
  const timesUs = Float64Array.from({ length: rows }, (_, row) => Math.floor(hash(row) * 1e15))
  const quality = Uint8Array.from({ length: rows }, (_, row) => row & 3)
  const values = Float64Array.from(
    { length: rows },
    (_, row) => (hash(row * 131 + seed) - 0.5) * 10 ** (row % 300),
  )
  if (kind === 'number') return { tag, timesUs, quality, data: { kind, values } }
  const bits = Uint8Array.from(values, (value) => (value > 0 ? 1 : 0))
  if (kind === 'boolean') return { tag, timesUs, quality, data: { kind, values: bits } }
  return { tag, timesUs, quality, data: { kind, values: Array.from(values, () => '') } }
}

/** A fraction that has nothing to do with its neighbours'. */
function hash(index: number): number {
  const mixed = Math.imul(index ^ (index >>> 15), 0x2c1b3c6d) ^ 0x297a2d39
  return (Math.imul(mixed ^ (mixed >>> 12), 0x45d9f3b) >>> 0) / 2 ** 32
}

function tooWide(columns: readonly LayoutColumn[], path: string): CsvError {
  const tagBytes = columns.reduce((sum, { tag }) => sum + Buffer.byteLength(tag), 0)
  return new CsvError('GENBA_CSV_TOO_WIDE', 'a line of the file does not fit into one frame', {
    where: path,
    expected: `at most ${COLUMNS_MAX} value columns, fewer with long names`,
    received: `${columns.length} value columns, ${tagBytes} bytes of tags`,
    mend: 'read the file by two sources that each name some of its columns, or shorten tagPrefix',
  })
}
