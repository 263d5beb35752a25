import * as z from 'zod'
import type { Accumulator, AggregatePlan } from '../../aggregate/plan.ts'
import type { Json } from '../../bytes/json.ts'
import { type CarryIn, needsCarryIn } from '../answers.ts'
import type { SampleBuffer } from './sample-buffer.ts'

/** A window that is being filled in event order. */
export interface MachineWindow {
  readonly startUs: number
  readonly accumulator: Accumulator
  /** The sample before its first, where an aggregate begins with that. */
  readonly carryIn: CarryIn | undefined
}

const Sample = z.object({ timeUs: z.number(), value: z.union([z.number(), z.boolean(), z.string()]) })

export const SavedWindow = z.tuple([z.number(), z.unknown(), Sample.nullable()])
export const SavedSample = Sample.nullable()

export const writeWindow = ({ startUs, accumulator, carryIn }: MachineWindow): Json => [
  startUs,
  accumulator.write(),
  writeSample(carryIn),
]

export function readWindow(plan: AggregatePlan, saved: z.output<typeof SavedWindow>): MachineWindow {
  const [startUs, accumulator, carryIn] = saved
  return { startUs, accumulator: plan.read(accumulator), carryIn: carryIn ?? undefined }
}

export const writeSample = (sample: CarryIn | undefined): z.input<typeof SavedSample> & Json =>
  sample === undefined ? null : { timeUs: sample.timeUs, value: sample.value }

/** Begins windows, and remembers the sample before them from one stretch of samples to the next. */
export class WindowStart {
  /** The last sample of the stretches before; kept only where an aggregate asks for it. */
  previous: CarryIn | undefined
  readonly #plan: AggregatePlan
  readonly #needsPrevious: boolean

  constructor(plan: AggregatePlan) {
    this.#plan = plan
    this.#needsPrevious = needsCarryIn(plan)
  }

  /** A window that begins with sample `index` of a stretch that begins with sample `from`. */
  at(buffer: SampleBuffer, from: number, index: number): MachineWindow {
    return {
      startUs: buffer.timesUs[index] as number,
      accumulator: this.#plan.create(),
      carryIn: this.#needsPrevious && index > from ? sampleAt(buffer, index - 1) : this.previous,
    }
  }

  /** A stretch that ended before sample `to` has been taken. */
  pass(buffer: SampleBuffer, to: number): void {
    if (this.#needsPrevious) this.previous = sampleAt(buffer, to - 1)
  }
}

export const sampleAt = (buffer: SampleBuffer, index: number): CarryIn => ({
  timeUs: buffer.timesUs[index] as number,
  value: buffer.valueAt(index),
})
