import * as z from 'zod'
import type { Json } from '../../bytes/json.ts'
import { Quality } from '../../frame/frame.ts'
import { type Group, type GroupType, isGood } from '../group.ts'
import { sampleValue } from '../last-sample.ts'
import { SampleValueState } from '../moment-state.ts'
import type { SampleValue } from '../params.ts'
import type { Readings } from '../readings.ts'

const State = z.tuple([z.number().nullable(), SampleValueState])

/** The value of the earliest time; of several, the one that arrived first. */
export class First implements Group {
  timeUs = Number.POSITIVE_INFINITY
  value: SampleValue | null = null

  addRun(readings: Readings, from: number, to: number): void {
    const { column } = readings
    for (let index = from; index < to; index++) {
      const timeUs = column.timesUs[index] as number
      if (timeUs >= this.timeUs || !isSample(readings, index)) continue
      this.timeUs = timeUs + 0
      this.value = sampleValue(column, index)
    }
  }

  write(): Json {
    return [Number.isFinite(this.timeUs) ? this.timeUs : null, this.value]
  }
}

/** Whether a sample of any kind enters aggregates. */
export function isSample(readings: Readings, index: number): boolean {
  const { data, quality } = readings.column
  if (data.kind !== 'text') return isGood(readings, index)
  return ((quality[index] as number) & Quality.severityMask) < Quality.bad && data.values[index] !== undefined
}

export const FIRST: GroupType<First> = {
  key: 'first',
  create: () => new First(),
  merge: (earlier, later) => (later.timeUs < earlier.timeUs ? copy(later) : copy(earlier)),
  read: (state) => {
    const [timeUs, value] = State.parse(state)
    return copy({ timeUs: timeUs ?? Number.POSITIVE_INFINITY, value })
  },
}

const copy = ({ timeUs, value }: Pick<First, 'timeUs' | 'value'>): First =>
  Object.assign(new First(), { timeUs, value })
