import * as z from 'zod'
import type { SampleValue } from '../../aggregate/params.ts'
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

/** Whether a first run would be whole, value and time of the last sample, that sample, and the open window. */
const RunState = z.tuple([
  z.boolean(),
  z.tuple([z.union([z.number(), z.boolean(), z.string()]), z.number()]).nullable(),
  SavedSample,
  SavedWindow.nullable(),
])

/**
 * One window for each run of good samples that are equal in type and value, from the first of them to the first of
 * the next run; the end of the stream ends it behind its last sample. 0 and −0 are equal.
 *
 * Where earlier samples may have passed unseen, the first run is not whole and gives no window.
 */
export const createRunWindows: CreateKeyedWindows = (context) =>
  new EventOrderedWindows(
    context,
    new RunMachine(context.plan, context.unseenUs === Number.NEGATIVE_INFINITY),
  )

class RunMachine implements EventMachine {
  readonly slots = 1
  readonly closesAtUs = Number.POSITIVE_INFINITY
  readonly #plan: AggregatePlan
  readonly #start: WindowStart
  #isFirstWhole: boolean
  #value: SampleValue | undefined
  #lastUs = 0
  #window: MachineWindow | undefined
  #isRetired = false

  constructor(plan: AggregatePlan, isFirstWhole: boolean) {
    this.#plan = plan
    this.#start = new WindowStart(plan)
    this.#isFirstWhole = isFirstWhole
  }

  get open(): readonly MachineWindow[] {
    return this.#window === undefined ? [] : [this.#window]
  }

  take(buffer: SampleBuffer, from: number, to: number, answer: Answer): void {
    for (let index = from; index < to; ) {
      const value = buffer.valueAt(index)
      if (value !== this.#value) {
        this.#close(buffer.timesUs[index] as number, answer)
        const isWhole = this.#value !== undefined || this.#isFirstWhole
        if (isWhole && !this.#isRetired) this.#window = this.#start.at(buffer, from, index)
        this.#value = value
      }
      let end = index + 1
      while (end < to && buffer.valueAt(end) === value) end++
      if (this.#window !== undefined) addRange(this.#window.accumulator, buffer, index, end)
      index = end
    }
    this.#lastUs = buffer.timesUs[to - 1] as number
    this.#start.pass(buffer, to)
  }

  #close(endUs: number, answer: Answer): void {
    if (this.#window !== undefined) answer(this.#window, endUs)
    this.#window = undefined
  }

  reach(watermarkUs: number, answer: Answer): void {
    if (watermarkUs !== Number.POSITIVE_INFINITY) return
    this.#close(this.#lastUs + 1, answer)
    this.#value = undefined
    this.#isFirstWhole = true
  }

  retire(): void {
    this.#isRetired = true
  }

  write(): Json {
    const last = this.#value === undefined ? null : [this.#value, this.#lastUs]
    const window = this.#window === undefined ? null : writeWindow(this.#window)
    return [this.#isFirstWhole, last, writeSample(this.#start.previous), window]
  }

  read(state: unknown): void {
    const [isFirstWhole, last, previous, window] = RunState.parse(state)
    this.#isFirstWhole = isFirstWhole
    if (last !== null) [this.#value, this.#lastUs] = last
    this.#start.previous = previous ?? undefined
    if (window !== null) this.#window = readWindow(this.#plan, window)
  }
}
