import type { AlarmChange } from '../../../shared/alarm/change.ts'
import type { Cell } from '../../../shared/checkpoint/cell.ts'
import { Detection } from '../../../shared/detect/config.ts'
import { createDetectionEngine, type DetectionEngine } from '../../../shared/detect/engine.ts'
import type { SampleFrame } from '../../../shared/frame/frame.ts'
import { frameOf, type Sample } from '../window/frames.ts'

/** A detection as a user writes it, on every tag unless told otherwise. */
export const detection = (config: Readonly<Record<string, unknown>>): Detection =>
  Detection.parse({ name: 'd', tags: ['#'], ...config })

/** [seconds, value] of tag `a`. */
export type Point = readonly [second: number, value: Sample['value'], quality?: number, tag?: string]

export const frame = (points: readonly Point[], completeBeforeS = -Infinity, producer = 'p'): SampleFrame =>
  frameOf(
    points.map(([second, value, quality = 0, tag = 'a']) => ({ tag, timeUs: second * 1e6, value, quality })),
    completeBeforeS * 1e6,
    { producer },
  )

/** All changes of one detection on one tag. */
export const changesOf = (
  config: Readonly<Record<string, unknown>>,
  points: readonly Point[],
): AlarmChange[] => createDetectionEngine([detection(config)]).take(frame(points))

/** `state@second since second`: what happened, for comparisons at a glance. */
export const brief = (changes: readonly AlarmChange[]): string[] =>
  changes.map(({ state, timeUs, sinceUs }) => `${state}@${timeUs / 1e6} since ${sinceUs / 1e6}`)

/** Keeps cells as a checkpoint does. */
export class Disk {
  readonly #cells = new Map<string, Cell>()

  save(engine: DetectionEngine): void {
    for (const cell of engine.takeCells()) {
      if (cell.text === undefined) this.#cells.delete(cell.key)
      else this.#cells.set(cell.key, cell)
    }
  }

  /** In the order of a store, which is not the one they were written in. */
  cells(): Cell[] {
    return [...this.#cells.values()].sort((left, right) => (left.key < right.key ? -1 : 1))
  }
}
