import { answerOf } from '../answers.ts'
import type { KeyedContext } from '../keyed-windows.ts'
import type { WindowPane } from '../pane.ts'
import { addRange } from './event-machine.ts'
import type { SlidingState } from './sliding-state.ts'
import type { Trigger } from './sliding-triggers.ts'

/** Computes the window of a trigger from its samples and notes that it has answered. The buffer must be sorted. */
export function answerSliding(
  { key, definition, plan }: KeyedContext,
  state: SlidingState,
  trigger: Trigger,
  { timing, isFinal }: Pick<WindowPane, 'timing' | 'isFinal'>,
): WindowPane {
  const { startUs, endUs } = state.boundsOf(trigger)
  const { from, to } = state.rangeOf(trigger)
  const accumulator = plan.create()
  addRange(accumulator, state.buffer, from, to)
  trigger.revision++
  trigger.samples = to - from
  trigger.isDirty = false
  state.changes.note(trigger)
  return {
    key,
    window: definition.name,
    startUs,
    endUs,
    revision: trigger.revision,
    timing,
    isFinal,
    count: accumulator.count,
    bad: accumulator.bad,
    uncertain: accumulator.uncertain,
    aggregates: answerOf(plan, accumulator, { startUs, endUs }, state.carryBefore(from)),
  }
}
