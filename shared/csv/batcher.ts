import { type Column, Quality } from '../frame/frame.ts'
import type { LayoutColumn } from './layout.ts'
import { BATCH_TEXT_BYTES } from './limits.ts'
import type { Row } from './row.ts'

/** Gathers rows into columns. */
export interface Batcher {
  readonly rowCount: number
  /** False when the row has to go into the next batch. */
  hasRoomFor(row: Row): boolean
  add(row: Row, isQuarantined: boolean): void
  /** The columns gathered so far; begins anew. */
  take(): readonly Column[]
}

interface Gathered {
  times: number[]
  quality: number[]
  values: (number | string)[]
}

const empty = (): Gathered => ({ times: [], quality: [], values: [] })

export function createBatcher(layout: readonly LayoutColumn[], rowsMax: number): Batcher {
  let gathered = layout.map(empty)
  let rowTimes: number[] = []
  let rowCount = 0
  let textBytes = 0
  return {
    get rowCount() {
      return rowCount
    },
    hasRoomFor: (row) =>
      rowCount === 0 || (rowCount < rowsMax && textBytes + row.textBytes <= BATCH_TEXT_BYTES),
    add(row, isQuarantined) {
      const doubt = isQuarantined ? Quality.uncertain | Quality.quarantined : Quality.good
      for (const [index, cell] of row.cells.entries()) {
        const column = gathered[index]
        if (cell === undefined || column === undefined) continue
        const isBelievable = typeof cell === 'string' || Number.isFinite(cell)
        column.times.push(row.timeUs)
        column.values.push(cell)
        column.quality.push(isBelievable ? doubt : Quality.bad | (doubt & ~Quality.severityMask))
      }
      rowTimes.push(row.timeUs)
      rowCount += 1
      textBytes += row.textBytes
    },
    take() {
      // Columns without empty cells share one vector of times, which a frame then carries once.
      const rowTimesUs = Float64Array.from(rowTimes)
      const columns = layout.map((column, index) => columnOf(column, gathered[index] ?? empty(), rowTimesUs))
      gathered = layout.map(empty)
      rowTimes = []
      rowCount = 0
      textBytes = 0
      return columns.filter(({ timesUs }) => timesUs.length > 0)
    },
  }
}

function columnOf(
  { tag, kind }: LayoutColumn,
  { times, quality, values }: Gathered,
  rowTimesUs: Float64Array,
): Column {
  const timesUs = times.length === rowTimesUs.length ? rowTimesUs : Float64Array.from(times)
  const common = { tag, timesUs, quality: Uint8Array.from(quality) }
  if (kind === 'text') return { ...common, data: { kind, values: values.map(String) } }
  if (kind === 'boolean') return { ...common, data: { kind, values: Uint8Array.from(values, Number) } }
  return { ...common, data: { kind, values: Float64Array.from(values, Number) } }
}
