import { type Column, Quality, type SampleFrame } from '../../../../shared/frame/frame.ts'
import type { WindowDefinition } from '../../../../shared/window/definition.ts'
import type { WindowPane } from '../../../../shared/window/pane.ts'
import { createWindowEngine, type WindowsTaken } from '../../../../shared/window/window-engine.ts'
import type { OracleAnswers, OraclePane } from './model.ts'
import type { StreamFrame, StreamSample } from './streams.ts'

/** Columns of neighbouring samples of one tag and one type, so that the order of arrival is kept. */
function columnsOf(samples: readonly StreamSample[]): Column[] {
  const groups: StreamSample[][] = []
  for (const sample of samples) {
    const first = groups.at(-1)?.[0]
    if (first?.tag === sample.tag && typeof first.value === typeof sample.value) groups.at(-1)?.push(sample)
    else groups.push([sample])
  }
  return groups.map((group) => ({
    tag: group[0]?.tag ?? '',
    timesUs: Float64Array.from(group, ({ timeUs }) => timeUs),
    quality: Uint8Array.from(group, ({ quality }) => Quality[quality]),
    data: dataOf(group.map(({ value }) => value)),
  }))
}

function dataOf(values: readonly StreamSample['value'][]): Column['data'] {
  if (typeof values[0] === 'string') return { kind: 'text', values: values.map(String) }
  if (typeof values[0] === 'boolean') return { kind: 'boolean', values: Uint8Array.from(values, Number) }
  return { kind: 'number', values: Float64Array.from(values, Number) }
}

export function framesOf(stream: readonly StreamFrame[]): SampleFrame[] {
  const said = new Map<string, number>()
  return stream.map(({ producer, samples, completeBeforeUs }, sequence) => {
    const watermarkUs = completeBeforeUs ?? said.get(producer) ?? -Infinity
    said.set(producer, watermarkUs)
    return {
      body: 'samples',
      header: { producer, epoch: 1, sequence, completeBeforeUs: watermarkUs, position: '' },
      columns: columnsOf(samples),
    }
  })
}

export interface FoundPane extends Omit<OraclePane, 'timing' | 'aggregates'> {
  readonly timing: WindowPane['timing']
  readonly aggregates: Readonly<Record<string, unknown>>
}

/** What the engine gave for one frame, in the words of the model. */
export interface FoundAnswers extends Omit<OracleAnswers, 'panes'> {
  readonly panes: readonly FoundPane[]
}

export interface RunOptions {
  readonly watermarks?: 'per-key' | { readonly producers: readonly string[] }
  /** After these frames the engine is given up, and another one goes on from its cells. */
  readonly restartAfter?: ReadonlySet<number>
  /** Cells are taken after each so many frames, and before a restart. */
  readonly checkpointEvery?: number
}

/** What the engine says, frame by frame. */
export function runEngine(
  definition: WindowDefinition,
  frames: readonly SampleFrame[],
  { watermarks = 'per-key', restartAfter = new Set(), checkpointEvery = 1 }: RunOptions = {},
): FoundAnswers[] {
  const disk = new Map<string, string>()
  const create = () =>
    createWindowEngine([definition], {
      watermarks,
      cells: [...disk].map(([key, text]) => ({ key, text })),
    })
  let engine = create()
  return frames.map((frame, index) => {
    const taken = engine.take(frame)
    if (restartAfter.has(index) || index % checkpointEvery === 0) {
      for (const { key, text } of engine.takeCells()) {
        if (text === undefined) disk.delete(key)
        else disk.set(key, text)
      }
    }
    if (restartAfter.has(index)) engine = create()
    return answersOf([taken])
  })
}

/** Several answers of the engine as those of one step. */
export function answersOf(taken: readonly WindowsTaken[]): FoundAnswers {
  const late = taken.flatMap((one) => one.late)
  return {
    panes: taken.flatMap(({ panes }) => panes.map(paneOf)),
    withdrawn: taken
      .flatMap(({ withdrawn }) => withdrawn)
      .map(({ key, startUs, endUs, revision }) => ({ key, startUs, endUs, revision })),
    late: late.reduce((total, { from, to }) => total + to - from, 0),
  }
}

function paneOf({ window: _, count, bad, uncertain, aggregates, ...pane }: WindowPane): FoundPane {
  return { ...pane, aggregates: { ...aggregates, count, bad, uncertain } }
}
