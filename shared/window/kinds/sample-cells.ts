import * as z from 'zod'
import type { Cell } from '../../checkpoint/cell.ts'
import type { SampleBuffer } from './sample-buffer.ts'

/** Samples a cell: with few, a checkpoint writes little that it wrote before; with many, there are few cells. */
const CELL_SAMPLES = 256

const KEY_PREFIX = 'samples:'

/** Times, severities and values, in event order. */
const CellText = z.tuple([
  z.array(z.number()),
  z.array(z.int().min(0).max(3)),
  z.array(z.union([z.number(), z.boolean(), z.string()])),
])
type CellText = z.output<typeof CellText>

/**
 * Writes a buffer into cells by order of arrival, so that a checkpoint holds what came since the last one and not
 * all that is kept. What has been removed leaves the checkpoint when nothing of its cell is left.
 */
export class SampleCells {
  /** Each written cell with its latest time. */
  readonly #newestUs = new Map<number, number>()
  #savedTo = 0
  #rewinds = 0

  /** What has changed since the last call. */
  take(buffer: SampleBuffer): Cell[] {
    if (buffer.rewinds !== this.#rewinds) return this.#takeAll(buffer)
    const cells: Cell[] = []
    for (const [cell, newestUs] of this.#newestUs) {
      if (newestUs >= buffer.liveFromUs) continue
      this.#newestUs.delete(cell)
      cells.push({ key: keyOf(cell), text: undefined })
    }
    if (this.#savedTo === buffer.nextArrival) return cells
    const firstChanged = Math.floor(this.#savedTo / CELL_SAMPLES)
    this.#savedTo = buffer.nextArrival
    for (const [cell, text] of gather(buffer, firstChanged)) {
      // In event order the last is the latest.
      this.#newestUs.set(cell, text[0].at(-1) ?? Number.NEGATIVE_INFINITY)
      cells.push({ key: keyOf(cell), text: JSON.stringify(text) })
    }
    return cells
  }

  /** After a rewind the times of cells do not tell any more what of them is removed. */
  #takeAll(buffer: SampleBuffer): Cell[] {
    this.#rewinds = buffer.rewinds
    this.#savedTo = buffer.nextArrival
    const texts = gather(buffer, 0)
    const gone = [...this.#newestUs.keys()].filter((cell) => !texts.has(cell))
    this.#newestUs.clear()
    for (const [cell, [timesUs]] of texts)
      this.#newestUs.set(cell, timesUs.at(-1) ?? Number.NEGATIVE_INFINITY)
    return [
      ...gone.map((cell) => ({ key: keyOf(cell), text: undefined })),
      ...[...texts].map(([cell, text]) => ({ key: keyOf(cell), text: JSON.stringify(text) })),
    ]
  }

  /**
   * Fills an empty buffer whose `liveFromUs` is set already; cells of other keys are passed over.
   *
   * @throws ZodError when a cell is none of `take`
   */
  restore(cells: readonly Cell[], buffer: SampleBuffer): void {
    const texts = new Map<number, CellText>()
    for (const { key, text } of cells) {
      if (text === undefined || !key.startsWith(KEY_PREFIX)) continue
      texts.set(z.int().parse(Number(key.slice(KEY_PREFIX.length))), CellText.parse(JSON.parse(text)))
    }
    for (const [cell, [timesUs, severities, values]] of [...texts].sort(([a], [b]) => a - b)) {
      buffer.nextArrival = cell * CELL_SAMPLES
      this.#newestUs.set(cell, timesUs.at(-1) ?? Number.NEGATIVE_INFINITY)
      for (const [index, timeUs] of timesUs.entries()) {
        if (timeUs >= buffer.liveFromUs) buffer.addValue(timeUs, severities[index] ?? 0, values[index] ?? 0)
      }
    }
    this.#savedTo = buffer.nextArrival
    buffer.sort()
  }
}

const keyOf = (cell: number): string => `${KEY_PREFIX}${cell}`

function gather(buffer: SampleBuffer, firstCell: number): Map<number, CellText> {
  const texts = new Map<number, CellText>()
  buffer.sort()
  for (let index = buffer.first; index < buffer.end; index++) {
    const cell = Math.floor((buffer.arrivals[index] as number) / CELL_SAMPLES)
    if (cell < firstCell) continue
    let text = texts.get(cell)
    if (text === undefined) {
      text = [[], [], []]
      texts.set(cell, text)
    }
    text[0].push(buffer.timesUs[index] as number)
    text[1].push(buffer.severityAt(index))
    text[2].push(buffer.valueAt(index))
  }
  return texts
}
