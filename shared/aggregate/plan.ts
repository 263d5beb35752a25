import { PlannedAccumulator } from './accumulator.ts'
import type { Accumulator } from './answer.ts'
import { compileLayout } from './layout.ts'
import type { AggregateSpec } from './spec.ts'

export type { Accumulator, AggregateAnswer, AggregateValue, WindowBounds } from './answer.ts'

/** How the windows of one definition aggregate: equal work of several aggregates is done once. */
export interface AggregatePlan {
  readonly specs: readonly AggregateSpec[]
  create(): Accumulator
  /** The accumulator of the union; neither argument changes. `later` holds what arrived after `earlier`. */
  merge(earlier: Accumulator, later: Accumulator): Accumulator
  /** @throws ZodError when the value was not written by an accumulator of an equal plan */
  read(state: unknown): Accumulator
}

/** Sorts aggregates into groups that share a state. */
export function compileAggregates(specs: readonly AggregateSpec[]): AggregatePlan {
  const layout = compileLayout(specs)
  return {
    specs,
    create: () => PlannedAccumulator.create(layout),
    merge: (earlier, later) => PlannedAccumulator.merge(layout, own(earlier), own(later)),
    read: (state) => PlannedAccumulator.read(layout, state),
  }
}

function own(accumulator: Accumulator): PlannedAccumulator {
  if (accumulator instanceof PlannedAccumulator) return accumulator
  throw new TypeError('an accumulator that no plan has made')
}
