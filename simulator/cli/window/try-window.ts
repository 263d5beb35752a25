import { type Column, Quality } from '../../../shared/frame/frame.ts'
import { toDefinition, type WindowConfig } from '../../../shared/window/config.ts'
import {
  createWatermarkEstimator,
  type EstimatorOptions,
  type WatermarkEstimator,
} from '../../../shared/window/estimator.ts'
import type { LateSamples, WindowPane, Withdrawal } from '../../../shared/window/pane.ts'
import {
  createWindowEngine,
  type WindowEngine,
  type WindowsTaken,
} from '../../../shared/window/window-engine.ts'
import { frameOf } from './sample-frames.ts'
import type { NumberedLine } from './stream-file.ts'
import { DEFAULT_PRODUCER, type StreamSample } from './stream-line.ts'

/** Whether the lines say what is complete, or each sample does. */
export type WatermarkMode = 'explicit' | 'estimated'

/** What the window said, and after which line. */
export type Emission =
  | ({ readonly kind: 'pane'; readonly line: number } & WindowPane)
  | ({ readonly kind: 'withdrawn'; readonly line: number } & Withdrawal)
  | {
      readonly kind: 'late'
      readonly line: number
      readonly tag: string
      readonly timeUs: number
      readonly value: StreamSample['value']
    }

export interface Tried {
  /** In order: of one line the panes first, then what was withdrawn, then the late samples. */
  readonly emissions: readonly Emission[]
  readonly lateCount: number
  readonly quarantined: number
  /** No line says what is complete, so nothing can be answered. */
  readonly isSilent: boolean
}

/**
 * Puts the lines of a stream through one window. Explicit: samples between two other lines are one batch, and only
 * lines move the watermark. Estimated: each sample is a frame by itself and moves the watermark of its producer.
 */
export function tryWindow(
  config: WindowConfig,
  lines: readonly NumberedLine[],
  mode: WatermarkMode = modeOf(config, lines),
): Tried {
  const trial = new Trial(config, producersOf(config, lines), mode)
  for (const line of lines) trial.take(line)
  trial.flush()
  const { emissions, quarantined } = trial
  return {
    emissions,
    lateCount: emissions.filter(({ kind }) => kind === 'late').length,
    quarantined,
    isSilent: mode === 'explicit' && !lines.some(({ kind }) => kind === 'watermark' || kind === 'end'),
  }
}

function modeOf({ outOfOrderness, idleAfter }: WindowConfig, lines: readonly NumberedLine[]): WatermarkMode {
  if (lines.some(({ kind }) => kind === 'watermark')) return 'explicit'
  const isAsked = outOfOrderness > 0 || idleAfter !== undefined
  return isAsked || !lines.some(({ kind }) => kind === 'end') ? 'estimated' : 'explicit'
}

/** Those that are declared are waited for; without a declaration, those that the lines name. */
function producersOf({ producers }: WindowConfig, lines: readonly NumberedLine[]): readonly string[] {
  const named = new Set(lines.flatMap((line) => ('producer' in line ? [line.producer] : [])))
  return producers ?? (named.size === 0 ? [DEFAULT_PRODUCER] : [...named])
}

class Trial {
  readonly emissions: Emission[] = []
  readonly #engine: WindowEngine
  readonly #estimator: WatermarkEstimator
  readonly #mode: WatermarkMode
  /** How far each producer is complete. */
  readonly #marks: Map<string, number>
  #batch: StreamSample[] = []
  #line = 0

  constructor(config: WindowConfig, producers: readonly string[], mode: WatermarkMode) {
    this.#mode = mode
    this.#marks = new Map(producers.map((producer) => [producer, -Infinity]))
    this.#engine = createWindowEngine([toDefinition(config)], { watermarks: { producers } })
    this.#estimator = createWatermarkEstimator(estimatorOptions(config, producers))
  }

  get quarantined(): number {
    return this.#estimator.quarantinedSamples
  }

  take(line: NumberedLine): void {
    if (line.kind !== 'sample') this.flush()
    this.#line = line.line
    switch (line.kind) {
      case 'sample':
        if (this.#mode === 'explicit') this.#batch.push(line)
        else this.#estimate(line)
        break
      case 'watermark':
        this.#advance(line.producer, line.completeBeforeUs)
        break
      case 'clock':
        for (const { producer, completeBeforeUs } of this.#estimator.tick(line.nowUs)) {
          if (this.#mode === 'estimated') this.#advance(producer, completeBeforeUs)
        }
        break
      case 'end':
        this.#end()
    }
  }

  /** Takes in what has been gathered, under the watermark as it is. */
  flush(): void {
    const [first] = this.#batch
    if (first === undefined) return
    const header = {
      producer: first.producer,
      completeBeforeUs: this.#marks.get(first.producer) ?? -Infinity,
    }
    // Only what is too far ahead is of interest here: the watermark is the lines'.
    const { columns } = this.#estimator.take(frameOf(this.#batch, header)).frame
    this.#batch = []
    this.#give(this.#engine.take({ ...frameOf([], header), columns }))
  }

  #estimate(sample: StreamSample): void {
    const { producer } = sample
    const { before, frame, after } = this.#estimator.take(
      frameOf([sample], { producer, completeBeforeUs: -Infinity }),
    )
    for (const advance of before) this.#advance(advance.producer, advance.completeBeforeUs)
    this.#mark(producer, frame.header.completeBeforeUs)
    this.#give(this.#engine.take(frame))
    for (const advance of after) this.#advance(advance.producer, advance.completeBeforeUs)
  }

  /** The end comes to all at once: while the slowest producer is behind, what the others say moves nothing. */
  #end(): void {
    const slowestLast = [...this.#marks].sort(([, a], [, b]) => (a === b ? 0 : b - a))
    for (const [producer] of slowestLast) this.#advance(producer, Infinity)
  }

  #advance(producer: string, completeBeforeUs: number): void {
    this.#mark(producer, completeBeforeUs)
    this.#give(this.#engine.advance(producer, completeBeforeUs))
  }

  #mark(producer: string, completeBeforeUs: number): void {
    this.#marks.set(producer, Math.max(this.#marks.get(producer) ?? -Infinity, completeBeforeUs))
  }

  #give({ panes, withdrawn, late }: WindowsTaken): void {
    const line = this.#line
    for (const pane of panes) this.emissions.push({ kind: 'pane', line, ...pane })
    for (const one of withdrawn) this.emissions.push({ kind: 'withdrawn', line, ...one })
    for (const run of late) this.#giveLate(run)
  }

  #giveLate({ column, from, to }: LateSamples): void {
    for (let index = from; index < to; index++) {
      if (((column.quality[index] ?? 0) & Quality.quarantined) !== 0) continue
      const [timeUs, value] = [column.timesUs[index], valueAt(column, index)]
      if (timeUs === undefined || value === undefined) continue
      this.emissions.push({ kind: 'late', line: this.#line, tag: column.tag, timeUs, value })
    }
  }
}

function estimatorOptions(
  { outOfOrderness: outOfOrdernessUs, idleAfter }: WindowConfig,
  producers: readonly string[],
): EstimatorOptions {
  return { outOfOrdernessUs, producers, ...(idleAfter === undefined ? {} : { idleAfterUs: idleAfter }) }
}

function valueAt({ data }: Column, index: number): StreamSample['value'] | undefined {
  const value = data.values[index]
  return data.kind === 'boolean' && value !== undefined ? value !== 0 : value
}
