import { joinColumns } from './column.ts'
import type { Column } from './frame.ts'

/**
 * Joins the columns of many batches: one for each tag and kind, samples in the order of the batches. Sorted by
 * tag, so that neighbours share long prefixes.
 */
export function gatherColumns(batches: readonly (readonly Column[])[]): Column[] {
  const parts = new Map<string, Column[]>()
  for (const columns of batches) {
    for (const column of columns) {
      if (column.timesUs.length === 0) continue
      const key = `${column.data.kind} ${column.tag}`
      const known = parts.get(key)
      if (known === undefined) parts.set(key, [column])
      else known.push(column)
    }
  }
  return joinAll([...parts.values()]).sort((a, b) => (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0))
}

/** Joined times are shared where their parts were: a poll of many tags has one time vector, and keeps it. */
function joinAll(parts: readonly Column[][]): Column[] {
  const joined: Column[] = []
  let last: { parts: readonly Column[]; timesUs: Float64Array } | undefined
  for (const columns of parts) {
    const column = joinColumns(columns)
    const shared = last !== undefined && haveSameTimes(last.parts, columns) ? last.timesUs : column.timesUs
    joined.push(shared === column.timesUs ? column : { ...column, timesUs: shared })
    last = { parts: columns, timesUs: shared }
  }
  return joined
}

function haveSameTimes(a: readonly Column[], b: readonly Column[]): boolean {
  return a.length === b.length && a.every((column, i) => column.timesUs === b[i]?.timesUs)
}
