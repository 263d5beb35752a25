import type { Json } from '../bytes/json.ts'
import { Quality } from '../frame/frame.ts'
import type { Readings } from './readings.ts'

/** A state beside the moments that one or several aggregates of a window share. */
export interface Group {
  /** Samples without effect on this state, because they came too late for it; none where the order is all one. */
  readonly displacedCount?: number
  addRun(readings: Readings, from: number, to: number): void
  write(): Json
}

export interface GroupType<State extends Group> {
  /** Equal keys are equal states: parameters are part of it. */
  readonly key: string
  create(): State
  /** The state of the union; neither argument changes. `later` arrived later. */
  merge(earlier: State, later: State): State
  /** @throws ZodError when the value was not written by a state of this type */
  read(state: unknown): State
}

/** Whether a sample of a number or boolean column enters aggregates. */
export function isGood({ column, numbers, isPlain }: Readings, index: number): boolean {
  const value = numbers[index] as number
  const isBad = !isPlain && ((column.quality[index] as number) & Quality.severityMask) >= Quality.bad
  return !isBad && value - value === 0
}
