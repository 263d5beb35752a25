import * as z from 'zod'
import type { Cell } from '../checkpoint/cell.ts'
import { Instant, readInstant, writeInstant } from '../checkpoint/instant.ts'
import type { AlignedState } from './aligned-state.ts'
import { WindowText } from './aligned-texts.ts'
import { type AlignedWindow, newWindow } from './aligned-window.ts'
import { EmptyState } from './empty-windows.ts'
import { HEAD_CELL } from './keyed-windows.ts'

/** [closed up to, carried time and value, is retired, early answers from, empty windows] */
const HeadText = z.tuple([
  Instant,
  z.tuple([z.number(), z.union([z.number(), z.boolean(), z.string()])]).nullable(),
  z.boolean(),
  Instant,
  EmptyState,
])

export function takeAligned(state: AlignedState): Cell[] {
  const cells = [...state.windowChanges.take(), ...state.sliceChanges.take()]
  if (!state.isHeadNoted) return cells
  state.isHeadNoted = false
  const { carry } = state
  const head: z.input<typeof HeadText> = [
    writeInstant(state.closedUs),
    carry === undefined ? null : [carry.timeUs, carry.value],
    state.isRetired,
    writeInstant(state.earlyUs),
    state.empties.write(),
  ]
  return [...cells, { key: HEAD_CELL, text: JSON.stringify(head) }]
}

/** Fills a state that is empty. @throws ZodError for what `takeAligned` does not give */
export function readAligned(cells: readonly Cell[], state: AlignedState): void {
  const slices: { startUs: number; saved: unknown }[] = []
  for (const { key, text } of cells) {
    if (text === undefined) continue
    const saved: unknown = JSON.parse(text)
    const startUs = Number(key.slice(1))
    if (key === HEAD_CELL) readHead(saved, state)
    else if (key.startsWith('s')) slices.push({ startUs, saved })
    else {
      const own = readWindow(startUs, saved, state)
      if (!state.alignment.isShared) slices.push({ startUs, saved: own })
    }
  }
  // In order of time, so that nothing later depends on the order in which a store gives cells.
  slices.sort((a, b) => a.startUs - b.startUs)
  for (const { startUs, saved } of slices) readSlice(startUs, saved, state)
}

function readHead(saved: unknown, state: AlignedState): void {
  const [closed, carry, isRetired, early, empties] = HeadText.parse(saved)
  state.closedUs = readInstant(closed)
  state.carry = carry === null ? undefined : { timeUs: carry[0], value: carry[1] }
  state.isRetired = isRetired
  state.earlyUs = readInstant(early)
  state.empties.read(empties)
}

function readWindow(startUs: number, saved: unknown, state: AlignedState): unknown {
  const [revision, isAnswered, isDirty, flushAt, fresh, own] = WindowText.parse(saved)
  const window = newWindow(startUs, state.alignment.windowEnd(startUs))
  Object.assign(window, {
    revision,
    isAnswered,
    isDirty,
    flushAtUs: readInstant(flushAt),
    fresh,
    isSaved: true,
  })
  state.windows.set(startUs, window)
  return own
}

function readSlice(startUs: number, saved: unknown, state: AlignedState): void {
  const { firstCovering, nextWindow } = state.alignment
  const windows: AlignedWindow[] = []
  for (let from = firstCovering(startUs); from <= startUs; from = nextWindow(from)) {
    const window = state.windows.get(from)
    if (window !== undefined) windows.push(window)
  }
  state.addSlice({
    startUs,
    accumulator: state.plan.read(saved),
    windows,
    openCount: windows.length,
    isNoted: false,
    isSaved: state.alignment.isShared,
  })
}
