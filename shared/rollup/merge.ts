import { cellStartUs, createCells, mapCells, type RollupCells, VALUES_AND_TIMES } from './cells.ts'
import { addSums } from './sum.ts'

/**
 * The cells of several chunks as one list: where two touch in one cell, it is merged. Finer cells are coarsened.
 *
 * @param lists in order of time; they may touch, not overlap
 * @param widthUs of the outcome, a multiple of every width; the widest when left out
 * @throws RangeError for lists in another order, or a width that is no multiple,
 *   or neither lists nor a width
 */
export function joinCells(
  lists: readonly RollupCells[],
  widthUs: number = lists.reduce((widest, list) => Math.max(widest, list.widthUs), 0),
): RollupCells {
  if (!(widthUs > 0)) throw new RangeError('no cells, and no width for them')
  const joined = createCells(
    widthUs,
    lists.reduce((sum, { startsUs }) => sum + startsUs.length, 0),
  )
  let length = 0
  for (const list of lists) {
    if (!(widthUs % list.widthUs === 0)) throw noMultiple(list.widthUs, widthUs)
    if (list.widthUs === widthUs && list.startsUs.length > 0) length = append(joined, length, list)
    else for (let i = 0; i < list.startsUs.length; i++) length = addCell(joined, length, list, i)
  }
  return first(joined, length)
}

/** @throws RangeError when the new width is no multiple of the old one */
export const coarsenCells = (cells: RollupCells, widthUs: number): RollupCells => joinCells([cells], widthUs)

/** The cells of columns of one chunk: they overlap, and of one time the earlier list counts as arrived earlier. */
export function interleaveCells(lists: readonly RollupCells[], widthUs: number): RollupCells {
  const merged = createCells(
    widthUs,
    lists.reduce((sum, { startsUs }) => sum + startsUs.length, 0),
  )
  const next = lists.map(() => 0)
  let length = 0
  for (;;) {
    const starts = lists.map(({ startsUs }, at) => startsUs[next[at] as number] ?? Number.POSITIVE_INFINITY)
    const earliest = starts.indexOf(Math.min(...starts))
    const list = lists[earliest]
    if (list === undefined || starts[earliest] === Number.POSITIVE_INFINITY) return first(merged, length)
    const index = next[earliest] as number
    length = addCell(merged, length, list, index)
    next[earliest] = index + 1
  }
}

/** Adds cells of the same width in one move of memory, which is most of what a long range does. */
function append(joined: RollupCells, length: number, list: RollupCells): number {
  const added = addCell(joined, length, list, 0)
  const count = list.startsUs.length - 1
  joined.startsUs.set(list.startsUs.subarray(1), added)
  joined.count.set(list.count.subarray(1), added)
  joined.bad.set(list.bad.subarray(1), added)
  joined.sum.set(list.sum.subarray(1), added)
  joined.sumLow.set(list.sumLow.subarray(1), added)
  for (const name of VALUES_AND_TIMES) joined[name].set(list[name].subarray(1), added)
  return added + count
}

/** Adds one cell at the end, or to the last one if it lies in it; returns how many there are then. */
function addCell(target: RollupCells, length: number, source: RollupCells, index: number): number {
  const startUs = cellStartUs(source.startsUs[index] as number, target.widthUs)
  const before = length === 0 ? Number.NEGATIVE_INFINITY : (target.startsUs[length - 1] as number)
  if (startUs < before) throw new RangeError(`the cell of ${startUs} comes after that of ${before}`)
  if (startUs === before) {
    mergeCell(target, length - 1, source, index)
    return length
  }
  target.startsUs[length] = startUs
  target.bad[length] = source.bad[index] as number
  copyCell(target, length, source, index)
  return length + 1
}

/** What arrived later is `source`: that decides only which of two samples of one time is first. */
function mergeCell(target: RollupCells, at: number, source: RollupCells, index: number): void {
  target.bad[at] = (target.bad[at] as number) + (source.bad[index] as number)
  const count = source.count[index] as number
  if (count === 0) return
  if (target.count[at] === 0) {
    copyCell(target, at, source, index)
    return
  }
  target.count[at] = (target.count[at] as number) + count
  addSums(target, at, source.sum[index] as number, source.sumLow[index] as number)
  if ((source.firstUs[index] as number) < (target.firstUs[at] as number)) {
    target.first[at] = source.first[index] as number
    target.firstUs[at] = source.firstUs[index] as number
  }
  if ((source.lastUs[index] as number) >= (target.lastUs[at] as number)) {
    target.last[at] = source.last[index] as number
    target.lastUs[at] = source.lastUs[index] as number
  }
  const below = (target.min[at] as number) - (source.min[index] as number)
  if (below > 0 || (below === 0 && (source.minUs[index] as number) < (target.minUs[at] as number))) {
    target.min[at] = source.min[index] as number
    target.minUs[at] = source.minUs[index] as number
  }
  const above = (source.max[index] as number) - (target.max[at] as number)
  if (above > 0 || (above === 0 && (source.maxUs[index] as number) < (target.maxUs[at] as number))) {
    target.max[at] = source.max[index] as number
    target.maxUs[at] = source.maxUs[index] as number
  }
}

/** All but the start and what is bad. */
function copyCell(target: RollupCells, at: number, source: RollupCells, index: number): void {
  target.count[at] = source.count[index] as number
  target.sum[at] = source.sum[index] as number
  target.sumLow[at] = source.sumLow[index] as number
  for (const name of VALUES_AND_TIMES) target[name][at] = source[name][index] as number
}

/** A copy where it saves memory: what is joined is kept longer than it took to make. */
function first(cells: RollupCells, length: number): RollupCells {
  if (length === cells.startsUs.length) return cells
  if (length > cells.startsUs.length / 2) {
    return mapCells(
      cells,
      (array) => array.subarray(0, length),
      (array) => array.subarray(0, length),
    )
  }
  return mapCells(
    cells,
    (array) => array.slice(0, length),
    (array) => array.slice(0, length),
  )
}

const noMultiple = (fromUs: number, toUs: number): RangeError =>
  new RangeError(`cells of ${fromUs} µs do not coarsen to ${toUs} µs`)
