import { type Column, Quality } from '../../frame/frame.ts'
import type { RollupCells } from '../../rollup/cells.ts'

/** From one sample to another, and between them none that is farther from the next than some time. */
export interface Run {
  readonly fromUs: number
  readonly toUs: number
}

/** The runs of samples that are not quarantined, with the times of several columns as one. */
export function runsOfColumns(columns: readonly Column[], longerThanUs: number): Run[] {
  const times = columns.flatMap(({ timesUs, quality }) => [
    timesUs.filter((_, index) => ((quality[index] as number) & Quality.quarantined) === 0),
  ])
  const all = new Float64Array(times.reduce((sum, { length }) => sum + length, 0))
  let length = 0
  for (const some of times) {
    all.set(some, length)
    length += some.length
  }
  all.sort()
  const runs: Run[] = []
  for (let start = 0, at = 1; at <= all.length; at++) {
    if (at < all.length && (all[at] as number) - (all[at - 1] as number) <= longerThanUs) continue
    runs.push({ fromUs: all[start] as number, toUs: all[at - 1] as number })
    start = at
  }
  return runs
}

/**
 * The one run that cells show; undefined when they leave it open whether there are more. Samples that are in no cell, or
 * whose times a cell does not tell, can only lie in a run, lengthen it, or stand outside of it.
 */
export function runOfCells(cells: RollupCells, longerThanUs: number): Run | undefined {
  const { count, firstUs, lastUs } = cells
  let run: Run | undefined
  for (let at = 0; at < count.length; at++) {
    if (count[at] === 0) continue
    const fromUs = firstUs[at] as number
    const toUs = lastUs[at] as number
    if (run !== undefined && fromUs - run.toUs > longerThanUs) return undefined
    run = { fromUs: run?.fromUs ?? fromUs, toUs }
  }
  return run
}

/** Two lists as one, by where the runs begin. */
export async function* mergedRuns(
  left: AsyncGenerator<Run>,
  right: AsyncGenerator<Run>,
): AsyncGenerator<Run> {
  let [first, second] = [await left.next(), await right.next()]
  while (!first.done || !second.done) {
    if (!first.done && (second.done || first.value.fromUs <= second.value.fromUs)) {
      yield first.value
      first = await left.next()
    } else if (!second.done) {
      yield second.value
      second = await right.next()
    }
  }
}
