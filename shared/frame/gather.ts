import type { Column, ColumnValues } from './frame.ts'

/** Columns of one tag and kind, in the order of their batches. */
interface Parts {
  readonly columns: Column[]
  sampleCount: number
}

/**
 * Joins the columns of many batches: one for each tag and kind, samples in the order of the batches. Sorted by
 * tag, so that neighbours share long prefixes.
 */
export function gatherColumns(batches: readonly (readonly Column[])[]): Column[] {
  // A map a kind: a key made of both would be a new string, hashed anew, for each column of each batch.
  const byKind = {
    number: new Map<string, Parts>(),
    boolean: new Map<string, Parts>(),
    text: new Map<string, Parts>(),
  }
  for (const columns of batches) {
    for (const column of columns) {
      const sampleCount = column.timesUs.length
      if (sampleCount === 0) continue
      const byTag = byKind[column.data.kind]
      const known = byTag.get(column.tag)
      if (known === undefined) byTag.set(column.tag, { columns: [column], sampleCount })
      else {
        known.columns.push(column)
        known.sampleCount += sampleCount
      }
    }
  }
  const all = [...byKind.number.values(), ...byKind.boolean.values(), ...byKind.text.values()]
  return joinAll(all).sort((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0))
}

/** Joined times are shared where their parts were: a poll of many tags has one time vector, and keeps it. */
function joinAll(all: readonly Parts[]): Column[] {
  const joined: Column[] = []
  let last: { parts: Parts; timesUs: Float64Array } | undefined
  for (const parts of all) {
    const timesUs = last !== undefined && haveSameTimes(last.parts, parts) ? last.timesUs : joinTimes(parts)
    joined.push(joinParts(parts, timesUs))
    last = { parts, timesUs }
  }
  return joined
}

function haveSameTimes(a: Parts, b: Parts): boolean {
  if (a.columns.length !== b.columns.length) return false
  for (let i = 0; i < a.columns.length; i++) if (a.columns[i]?.timesUs !== b.columns[i]?.timesUs) return false
  return true
}

function joinTimes({ columns, sampleCount }: Parts): Float64Array {
  const [first] = columns
  if (columns.length === 1 && first !== undefined) return first.timesUs
  const timesUs = new Float64Array(sampleCount)
  let at = 0
  for (const column of columns) {
    timesUs.set(column.timesUs, at)
    at += column.timesUs.length
  }
  return timesUs
}

function joinParts({ columns, sampleCount }: Parts, timesUs: Float64Array): Column {
  const [first] = columns
  if (first === undefined) throw new RangeError('no columns to join')
  const { tag, data } = first
  if (columns.length === 1) return { tag, timesUs, quality: first.quality, data }
  const quality = new Uint8Array(sampleCount)
  let at = 0
  for (const column of columns) {
    quality.set(column.quality, at)
    at += column.quality.length
  }
  return { tag, timesUs, quality, data: joinValues(data.kind, columns, sampleCount) }
}

/** Typed arrays are copied as memory, so every bit of a NaN stays. */
function joinValues(
  kind: ColumnValues['kind'],
  columns: readonly Column[],
  sampleCount: number,
): ColumnValues {
  if (kind === 'text') {
    return { kind, values: columns.flatMap(({ data }) => (data.kind === kind ? data.values : [])) }
  }
  if (kind === 'boolean') {
    const values = new Uint8Array(sampleCount)
    copyAll(columns, (data, at) => data.kind === kind && values.set(data.values, at))
    return { kind, values }
  }
  const values = new Float64Array(sampleCount)
  copyAll(columns, (data, at) => data.kind === kind && values.set(data.values, at))
  return { kind, values }
}

function copyAll(columns: readonly Column[], copy: (data: ColumnValues, at: number) => void): void {
  let at = 0
  for (const { data } of columns) {
    copy(data, at)
    at += data.values.length
  }
}
