import type { ChunkColumn } from '../../chunk/chunk.ts'
import type { Column, ColumnValues } from '../../frame/frame.ts'

/**
 * Adds what a frame brought to a list for one tag. As in counting in binary, columns are joined with those of their size:
 * the engine needs several hundred bytes for each, however few samples it has.
 */
export function addColumn(columns: ChunkColumn[], column: Column, lsn: number, firstIndex: number): void {
  const { length } = column.timesUs
  let added: ChunkColumn = {
    column,
    lsns: new Float64Array(length).fill(lsn),
    indexes: Uint32Array.from({ length }, (_, i) => firstIndex + i),
  }
  for (let last = columns.at(-1); last !== undefined; last = columns.at(-1)) {
    const isSmall = last.lsns.length <= added.lsns.length && added.lsns.length < JOINED_SAMPLES_MAX
    if (!isSmall || last.column.data.kind !== added.column.data.kind) break
    columns.pop()
    added = join(last, added)
  }
  columns.push(added)
}

/** Beyond, the samples outweigh what is around them. */
const JOINED_SAMPLES_MAX = 128

function join(first: ChunkColumn, second: ChunkColumn): ChunkColumn {
  const [a, b] = [first.column, second.column]
  return {
    column: {
      tag: a.tag,
      timesUs: joinDoubles(a.timesUs, b.timesUs),
      quality: joinBytes(a.quality, b.quality),
      data: joinValues(a.data, b.data),
    },
    lsns: joinDoubles(first.lsns, second.lsns),
    indexes: Uint32Array.from([...first.indexes, ...second.indexes]),
  }
}

/** Of one kind. */
function joinValues(a: ColumnValues, b: ColumnValues): ColumnValues {
  if (a.kind === 'number' && b.kind === 'number')
    return { kind: a.kind, values: joinDoubles(a.values, b.values) }
  if (a.kind === 'boolean' && b.kind === 'boolean')
    return { kind: a.kind, values: joinBytes(a.values, b.values) }
  return { kind: 'text', values: [...a.values, ...b.values].map(String) }
}

function joinDoubles(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}

function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}
