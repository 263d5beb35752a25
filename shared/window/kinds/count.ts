import * as z from 'zod'
import type { AggregatePlan } from '../../aggregate/plan.ts'
import type { Json } from '../../bytes/json.ts'
import type { CreateKeyedWindows } from '../keyed-windows.ts'
import { type Answer, addRange, type EventMachine } from './event-machine.ts'
import { EventOrderedWindows } from './event-ordered.ts'
import {
  type MachineWindow,
  readWindow,
  SavedSample,
  SavedWindow,
  WindowStart,
  writeSample,
  writeWindow,
} from './machine-window.ts'
import type { SampleBuffer } from './sample-buffer.ts'

interface CountWindow extends MachineWindow {
  lastUs: number
  /** Samples it still waits for. */
  missing: number
}

/** Samples until the next window begins, the last sample, and [window, last, missing] of each open window. */
const CountState = z.tuple([z.number(), SavedSample, z.array(z.tuple([SavedWindow, z.number(), z.number()]))])

/**
 * Windows of `size` good samples, one beginning with each `every`-th of the key in event order: [first, last + 1).
 * The end of the stream answers what is unfinished, and the count begins anew.
 */
export const createCountWindows: CreateKeyedWindows = (context) => {
  const { window } = context.definition
  if (window.type !== 'count') throw new TypeError(`expected count windows, received ${window.type}`)
  return new EventOrderedWindows(context, new CountMachine(context.plan, window.size, window.every))
}

class CountMachine implements EventMachine {
  readonly slots: number
  readonly closesAtUs = Number.POSITIVE_INFINITY
  open: CountWindow[] = []
  readonly #plan: AggregatePlan
  readonly #start: WindowStart
  readonly #size: number
  readonly #every: number
  #untilNext = 0
  #isRetired = false

  constructor(plan: AggregatePlan, size: number, every: number) {
    this.#plan = plan
    this.#start = new WindowStart(plan)
    this.#size = size
    this.#every = every
    this.slots = Math.ceil(size / every)
  }

  take(buffer: SampleBuffer, from: number, to: number, answer: Answer): void {
    for (const window of this.open) fill(window, buffer, from, to)
    this.#closeFull(answer)
    let next = from + this.#untilNext
    for (; next < to; next += this.#every) {
      if (this.#isRetired) continue
      const window = { ...this.#start.at(buffer, from, next), lastUs: 0, missing: this.#size }
      this.open.push(window)
      fill(window, buffer, next, to)
      this.#closeFull(answer)
    }
    this.#untilNext = next - to
    this.#start.pass(buffer, to)
  }

  /** Windows are full in the order in which they began. */
  #closeFull(answer: Answer): void {
    while (this.open[0]?.missing === 0) {
      const window = this.open.shift()
      if (window !== undefined) close(window, answer)
    }
  }

  reach(watermarkUs: number, answer: Answer): void {
    if (watermarkUs !== Number.POSITIVE_INFINITY) return
    for (const window of this.open) close(window, answer)
    this.open = []
    this.#untilNext = 0
  }

  retire(): void {
    this.#isRetired = true
  }

  write(): Json {
    const open = this.open.map((window) => [writeWindow(window), window.lastUs, window.missing])
    return [this.#untilNext, writeSample(this.#start.previous), open]
  }

  read(state: unknown): void {
    const [untilNext, previous, open] = CountState.parse(state)
    this.#untilNext = untilNext
    this.#start.previous = previous ?? undefined
    this.open = open.map(([window, lastUs, missing]) => ({
      ...readWindow(this.#plan, window),
      lastUs,
      missing,
    }))
  }
}

function fill(window: CountWindow, buffer: SampleBuffer, from: number, to: number): void {
  const end = Math.min(to, from + window.missing)
  addRange(window.accumulator, buffer, from, end)
  window.missing -= end - from
  window.lastUs = buffer.timesUs[end - 1] as number
}

const close = (window: CountWindow, answer: Answer): void => answer(window, window.lastUs + 1)
