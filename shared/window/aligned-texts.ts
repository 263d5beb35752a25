import * as z from 'zod'
import { Instant, writeInstant } from '../checkpoint/instant.ts'
import type { AlignedWindow, Slice } from './aligned-window.ts'

/** [revision, is answered, is dirty, flush at, fresh], and the accumulator of a window that shares no samples. */
export const WindowText = z
  .tuple([z.number(), z.boolean(), z.boolean(), Instant, z.number()])
  .rest(z.unknown())

/** How windows and slices are written. */
export function alignedCells(isShared: boolean) {
  return {
    windowKey: ({ startUs }: AlignedWindow) => `w${startUs}`,
    windowText: ({ revision, isAnswered, isDirty, flushAtUs, fresh, slices }: AlignedWindow) => {
      const own = isShared ? [] : slices.map(({ accumulator }) => accumulator.write())
      return JSON.stringify([revision, isAnswered, isDirty, writeInstant(flushAtUs), fresh, ...own])
    },
    sliceKey: ({ startUs }: Slice) => `s${startUs}`,
    sliceText: ({ accumulator }: Slice) => JSON.stringify(accumulator.write()),
  }
}
