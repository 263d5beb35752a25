import { compileAggregates } from '../../../../shared/aggregate/plan.ts'
import { readingsOf } from '../../../../shared/aggregate/readings.ts'
import { parseAggregates } from '../../../../shared/aggregate/spec.ts'
import type { Cell } from '../../../../shared/checkpoint/cell.ts'
import { type Column, Quality } from '../../../../shared/frame/frame.ts'
import type { WindowDefinition, WindowKind } from '../../../../shared/window/definition.ts'
import { Bounds, type BoundsOptions } from '../../../../shared/window/engine-bounds.ts'
import type {
  CreateKeyedWindows,
  KeyedContext,
  KeyedWindows,
} from '../../../../shared/window/keyed-windows.ts'
import type { WindowPane } from '../../../../shared/window/pane.ts'

/** Time, value and quality, which is good when left out. */
export type Sample = readonly [timeUs: number, value: number | boolean | string, quality?: number]

/** One frame: samples, and the watermark behind them; the same as before when left out. */
export interface Step {
  readonly samples?: readonly Sample[]
  readonly watermarkUs?: number
}

export const contextOf = (
  window: WindowKind,
  own: Partial<WindowDefinition> = {},
  unseenUs = -Infinity,
): KeyedContext => {
  const definition: WindowDefinition = {
    name: 'w',
    tags: ['#'],
    key: { by: 'tag' },
    window,
    allowedLatenessUs: 0,
    lateFlushUs: 0,
    aggregates: parseAggregates(['sum', 'mean', 'first', 'last']),
    ...own,
  }
  return { key: 'k', definition, plan: compileAggregates(definition.aggregates), unseenUs }
}

/** One key, frame by frame, as the engine drives it. */
export class Drive {
  readonly bounds: Bounds
  readonly disk = new Map<string, string>()
  windows: KeyedWindows
  late = 0
  noRoom = 0
  readonly #create: () => KeyedWindows
  #watermarkUs = -Infinity

  constructor(create: CreateKeyedWindows, context: KeyedContext, bounds: BoundsOptions = {}) {
    this.#create = () => create(context)
    this.bounds = new Bounds(bounds, () => this.windows.giveUp(this.bounds))
    this.windows = this.#create()
  }

  /** @param isCut each sample comes in a column of its own */
  step({ samples = [], watermarkUs }: Step, isCut = false): WindowPane[] {
    const panes: WindowPane[] = []
    for (const column of isCut ? samples.map((sample) => columnOf([sample])) : columnsOf(samples)) {
      const { late, noRoom } = this.windows.take(readingsOf(column), this.#watermarkUs, this.bounds)
      this.late += sizeOf(late)
      this.noRoom += sizeOf(noRoom)
    }
    const beforeUs = this.#watermarkUs
    const afterUs = Math.max(beforeUs, watermarkUs ?? beforeUs)
    if (afterUs !== Infinity) this.#watermarkUs = afterUs
    this.windows.settle(beforeUs, afterUs, this.bounds, {
      pane: (pane) => panes.push(pane),
      withdraw: () => {
        throw new Error('only sessions withdraw')
      },
    })
    return panes.sort((a, b) => a.endUs - b.endUs || a.startUs - b.startUs)
  }

  save(): readonly Cell[] {
    const cells = this.windows.takeCells()
    for (const { key, text } of cells) {
      if (text === undefined) this.disk.delete(key)
      else this.disk.set(key, text)
    }
    return cells
  }

  /** The object is given up; another goes on from the last `save`. */
  restart(): void {
    this.windows = this.#create()
    const { openWindows, answeredWindows, bufferedSamples } = this.bounds
    this.bounds.openWindows = 0
    this.bounds.answeredWindows = 0
    this.bounds.bufferedSamples = 0
    this.windows.restore(
      [...this.disk].map(([key, text]) => ({ key, text })),
      this.bounds,
    )
    const restored = [this.bounds.openWindows, this.bounds.answeredWindows, this.bounds.bufferedSamples]
    if (restored.join() !== [openWindows, answeredWindows, bufferedSamples].join())
      throw new Error(`booked ${[openWindows, answeredWindows, bufferedSamples]}, restored ${restored}`)
  }
}

const sizeOf = (runs: readonly { from: number; to: number }[]): number =>
  runs.reduce((size, { from, to }) => size + to - from, 0)

/** Neighbouring samples of one type in one column, so that the order of arrival is kept. */
function columnsOf(samples: readonly Sample[]): Column[] {
  const groups: Sample[][] = []
  for (const sample of samples) {
    const group = groups.at(-1)
    if (group !== undefined && typeof group[0]?.[1] === typeof sample[1]) group.push(sample)
    else groups.push([sample])
  }
  return groups.map(columnOf)
}

function columnOf(samples: readonly Sample[]): Column {
  const values = samples.map(([, value]) => value)
  return {
    tag: 'k',
    timesUs: Float64Array.from(samples, ([timeUs]) => timeUs),
    quality: Uint8Array.from(samples, ([, , quality]) => quality ?? Quality.good),
    data:
      typeof values[0] === 'string'
        ? { kind: 'text', values: values.map(String) }
        : typeof values[0] === 'boolean'
          ? { kind: 'boolean', values: Uint8Array.from(values, Number) }
          : { kind: 'number', values: Float64Array.from(values, Number) },
  }
}

/** All steps: the panes of each, as `[start, end, count, …]` are easier to read than objects. */
export const drive = (
  create: CreateKeyedWindows,
  context: KeyedContext,
  steps: readonly Step[],
): WindowPane[][] => {
  const driven = new Drive(create, context)
  return steps.map((step) => driven.step(step))
}
