import * as z from 'zod'
import type { AggregatePlan } from '../../aggregate/plan.ts'
import type { Json } from '../../bytes/json.ts'
import type { WindowKind } from '../definition.ts'
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

type StateKind = Extract<WindowKind, { type: 'state' }>

/** Whether `begin` held at the last sample, that sample, and the open window. */
const StateState = z.tuple([z.boolean(), SavedSample, SavedWindow.nullable()])

/**
 * A window opens with the good sample at which `begin` turns true and closes with the one at which `end` is true:
 * [start, time of that + 1). After `maxDurationUs` it is cut, and `begin` is judged as if it had been false.
 *
 * Where earlier samples may have passed unseen, a `begin` that is true from the start does not open: that window
 * would not be whole.
 */
export const createStateWindows: CreateKeyedWindows = (context) => {
  const { window } = context.definition
  if (window.type !== 'state') throw new TypeError(`expected state windows, received ${window.type}`)
  const mayHaveBegun = context.unseenUs !== Number.NEGATIVE_INFINITY
  return new EventOrderedWindows(context, new StateMachine(context.plan, window, mayHaveBegun))
}

class StateMachine implements EventMachine {
  readonly slots = 1
  readonly #plan: AggregatePlan
  readonly #start: WindowStart
  readonly #kind: StateKind
  #hasBegun: boolean
  #window: MachineWindow | undefined
  #isRetired = false

  constructor(plan: AggregatePlan, kind: StateKind, hasBegun: boolean) {
    this.#plan = plan
    this.#start = new WindowStart(plan)
    this.#kind = kind
    this.#hasBegun = hasBegun
  }

  get open(): readonly MachineWindow[] {
    return this.#window === undefined ? [] : [this.#window]
  }

  get closesAtUs(): number {
    return this.#window === undefined
      ? Number.POSITIVE_INFINITY
      : this.#window.startUs + this.#kind.maxDurationUs
  }

  take(buffer: SampleBuffer, from: number, to: number, answer: Answer): void {
    for (let index = from; index < to; ) {
      if (this.#window === undefined) index = this.#seekBegin(buffer, from, index, to)
      else index = this.#seekEnd(this.#window, buffer, index, to, answer)
    }
    this.#start.pass(buffer, to)
  }

  /** @returns the sample that opened a window, which is still to be added; `to` when none did */
  #seekBegin(buffer: SampleBuffer, stretchFrom: number, from: number, to: number): number {
    const { begin } = this.#kind
    for (let index = from; index < to; index++) {
      const holds = begin.holds(buffer.valueAt(index))
      const hasTurned = holds && !this.#hasBegun
      this.#hasBegun = holds
      if (!hasTurned || this.#isRetired) continue
      this.#window = this.#start.at(buffer, stretchFrom, index)
      return index
    }
    return to
  }

  /** @returns the first sample that is not in the window; `to` when it goes on */
  #seekEnd(window: MachineWindow, buffer: SampleBuffer, from: number, to: number, answer: Answer): number {
    const { begin, end } = this.#kind
    const cutUs = this.closesAtUs
    for (let index = from; index < to; index++) {
      const timeUs = buffer.timesUs[index] as number
      if (timeUs >= cutUs) {
        addRange(window.accumulator, buffer, from, index)
        this.#close(cutUs, answer)
        return index
      }
      const value = buffer.valueAt(index)
      if (!end.holds(value)) continue
      addRange(window.accumulator, buffer, from, index + 1)
      this.#close(timeUs + 1, answer)
      this.#hasBegun = begin.holds(value)
      return index + 1
    }
    addRange(window.accumulator, buffer, from, to)
    return to
  }

  #close(endUs: number, answer: Answer): void {
    if (this.#window !== undefined) answer(this.#window, endUs)
    this.#window = undefined
    this.#hasBegun = false
  }

  reach(watermarkUs: number, answer: Answer): void {
    if (this.closesAtUs <= watermarkUs) this.#close(this.closesAtUs, answer)
    if (watermarkUs === Number.POSITIVE_INFINITY) this.#hasBegun = false
  }

  retire(): void {
    this.#isRetired = true
  }

  write(): Json {
    const window = this.#window === undefined ? null : writeWindow(this.#window)
    return [this.#hasBegun, writeSample(this.#start.previous), window]
  }

  read(state: unknown): void {
    const [hasBegun, previous, window] = StateState.parse(state)
    this.#hasBegun = hasBegun
    this.#start.previous = previous ?? undefined
    if (window !== null) this.#window = readWindow(this.#plan, window)
  }
}
