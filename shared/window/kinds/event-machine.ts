import type { Accumulator } from '../../aggregate/plan.ts'
import type { Json } from '../../bytes/json.ts'
import type { MachineWindow } from './machine-window.ts'
import type { SampleBuffer } from './sample-buffer.ts'

/** Takes the final answer of a window. */
export type Answer = (window: MachineWindow, endUs: number) => void

/** What a kind of window makes of the good samples of one key, which come to it in event order. */
export interface EventMachine {
  /** Windows that may be open at once. */
  readonly slots: number
  /** Earliest first. */
  readonly open: readonly MachineWindow[]
  /** The watermark that closes an open window without a further sample; Infinity when none does. */
  readonly closesAtUs: number
  /** Takes samples `from` (inclusive) to `to` (exclusive), at least one and none before those it had. */
  take(buffer: SampleBuffer, from: number, to: number, answer: Answer): void
  /** All samples before this have been taken; Infinity is the end of the stream, after which all begins afresh. */
  reach(watermarkUs: number, answer: Answer): void
  /** Opens no window from now on. */
  retire(): void
  write(): Json
  /** Takes over what `write` gave. @throws ZodError when it is nothing like that */
  read(state: unknown): void
}

/** Adds sorted samples to an accumulator, in runs of one kind of value. */
export function addRange(accumulator: Accumulator, buffer: SampleBuffer, from: number, to: number): void {
  for (let index = from; index < to; ) {
    const end = buffer.endOfKind(index, to)
    accumulator.addRun(buffer.readingsAt(index), index, end)
    index = end
  }
}
