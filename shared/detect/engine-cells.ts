import * as z from 'zod'
import type { Cell } from '../checkpoint/cell.ts'

const Pair = z.tuple([z.string(), z.string()])

/** The first letter says what a cell is of. */
export const cellKey = {
  alarm: (key: string): string => `a${key}`,
  detector: (rule: string, tag: string): string => `d${JSON.stringify([rule, tag])}`,
  producer: (name: string): string => `p${name}`,
  tag: (tag: string): string => `t${tag}`,
} as const

export interface StoredDetections {
  readonly alarms: Cell[]
  readonly detectors: { readonly rule: string; readonly tag: string; readonly text: string }[]
  readonly producers: [name: string, text: string][]
  readonly tags: [tag: string, text: string][]
}

/** Sorts cells by what they are of. @throws ZodError for a key that no engine writes */
export function readCells(cells: Iterable<Cell>): StoredDetections {
  const stored: StoredDetections = { alarms: [], detectors: [], producers: [], tags: [] }
  for (const { key, text } of cells) {
    if (text === undefined) continue
    const rest = key.slice(1)
    if (key.startsWith('a')) stored.alarms.push({ key: rest, text })
    else if (key.startsWith('p')) stored.producers.push([rest, text])
    else if (key.startsWith('t')) stored.tags.push([rest, text])
    else {
      const [rule, tag] = Pair.parse(JSON.parse(rest))
      stored.detectors.push({ rule, tag, text })
    }
  }
  return stored
}
