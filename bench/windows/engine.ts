import { from } from 'rxjs'
import { parseAggregates } from '../../shared/aggregate/spec.ts'
import type { WindowDefinition } from '../../shared/window/definition.ts'
import type { WindowPane } from '../../shared/window/pane.ts'
import { windows } from '../../shared/window/windows.ts'
import { type Input, WINDOW_US } from './input.ts'
import { Totaller, type Totals } from './totals.ts'

const SIMPLE = ['count', 'mean', 'variance', 'min', 'max']
const PERCENTILES = [0.5, 0.95, 0.99].map((q) => ({ fn: 'percentile', q, index: 'log', alpha: 0.01 }))

const definitionOf = (aggregates: readonly unknown[]): WindowDefinition => ({
  name: 'ten-seconds',
  tags: ['#'],
  key: { by: 'tag' },
  window: { type: 'tumbling', sizeUs: WINDOW_US, offsetUs: 0 },
  allowedLatenessUs: 0,
  lateFlushUs: 0,
  aggregates: parseAggregates(aggregates),
})

/** Frames through the public operator. */
export const runSimple = (input: Input): Totals => run(input, definitionOf(SIMPLE))

/** The same with three percentiles of each window, within 1 % of the value. */
export const runPercentiles = (input: Input): Totals => run(input, definitionOf([...SIMPLE, ...PERCENTILES]))

function run({ frames }: Input, definition: WindowDefinition): Totals {
  const totals = new Totaller()
  from(frames)
    .pipe(windows([definition]))
    .subscribe(({ panes }) => {
      for (const pane of panes) totals.add(summaryOf(pane))
    })
  return totals
}

function summaryOf({ aggregates }: WindowPane) {
  const of = (name: string) => Number(aggregates[name])
  return { count: of('count'), mean: of('mean'), variance: of('variance'), min: of('min'), max: of('max') }
}
