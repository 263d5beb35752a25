import { readingsOf } from '../aggregate/readings.ts'
import type { Cell } from '../checkpoint/cell.ts'
import type { Column, SampleFrame } from '../frame/frame.ts'
import type { Condition, WindowDefinition } from './definition.ts'
import { Bounds, type BoundsOptions } from './engine-bounds.ts'
import { countAnswers, type EngineGauges, noneCounted, type WindowEngineCounters } from './engine-counters.ts'
import { explainKeys, type KeyExplanation } from './explain.ts'
import { type Feeder, Feeders, type WatermarkMode } from './feeders.ts'
import { type AttributesOf, Forms } from './forms.ts'
import type { KeyState } from './key-state.ts'
import type { PaneSink } from './keyed-windows.ts'
import { Keys } from './keys.ts'
import { compareAnswers, type LateSamples, type WindowPane, type Withdrawal } from './pane.ts'
import { intersectRuns, type Run, sizeOfRuns, surveyColumn } from './runs.ts'
import { readWindowCells, takeWindowCells } from './window-cells.ts'

/** What one frame, or one word of a producer, gave. */
export interface WindowsTaken {
  /** In the order of `compareAnswers`. */
  readonly panes: readonly WindowPane[]
  /** Sessions that are no more, in the same order. Of one identity a withdrawal comes after its panes. */
  readonly withdrawn: readonly Withdrawal[]
  /** Samples too late for every window of every definition that names their tag. */
  readonly late: readonly LateSamples[]
}

/**
 * Event-time windows: a pure machine that takes frames in order and gives panes. Its panes are a function of the
 * samples of each key in order of arrival and of the watermarks between them; how samples are packed into frames
 * matters only where late ones are answered at once.
 */
export interface WindowEngine {
  take(frame: SampleFrame): WindowsTaken
  /** A producer's watermark without samples: exclusive, -Infinity says nothing, Infinity is its end. */
  advance(producer: string, completeBeforeUs: number): WindowsTaken
  /**
   * Other definitions from the next frame on. Windows of a definition that stays go on, under its new lateness and
   * triggers; those of one that is gone take their samples and are finished; a new one begins with the first windows
   * that are whole. A definition is the same when name, key, window and aggregates are, and, where tags share a
   * key, the tags.
   *
   * @throws GenbaError `GENBA_WINDOW_INVALID`, and the definitions before stay
   */
  reconfigure(definitions: readonly WindowDefinition[]): void
  /** What has changed since the last call, or since the start: all cells ever given, in order, are the whole state. */
  takeCells(): Cell[]
  counters(): Readonly<WindowEngineCounters> & EngineGauges
  /** Why windows have not answered: of one key, or of the first hundred. */
  explain(key?: string): KeyExplanation[]
}

export interface WindowEngineOptions {
  /**
   * `per-key` (default): the watermark of a key is the minimum over the producers that have fed it. With declared
   * producers it is the minimum over all of them, for all keys; others only bring samples.
   */
  readonly watermarks?: WatermarkMode
  /** Attributes of a tag, for keys by attribute: always the same for a tag. */
  readonly attributes?: AttributesOf
  readonly bounds?: BoundsOptions & { readonly keysMax?: number }
  /** The cells of an engine that goes on here. @throws ZodError when they are none */
  readonly cells?: Iterable<Cell>
  /** For definitions in the cells that are being finished: their conditions are saved as texts. */
  readonly compileCondition?: (text: string) => Condition
}

/** @throws GenbaError `GENBA_WINDOW_INVALID` */
export function createWindowEngine(
  definitions: readonly WindowDefinition[],
  options: WindowEngineOptions = {},
): WindowEngine {
  return new Engine(definitions, options)
}

const NO_RUNS: readonly Run[] = []
const NO_ATTRIBUTES: AttributesOf = () => ({})

/** What the keys of a frame say. */
class Answers implements PaneSink {
  readonly panes: WindowPane[] = []
  readonly withdrawn: Withdrawal[] = []

  pane(pane: WindowPane): void {
    this.panes.push(pane)
  }

  withdraw(withdrawal: Withdrawal): void {
    this.withdrawn.push(withdrawal)
  }
}

class Engine implements WindowEngine {
  readonly #counters = noneCounted()
  readonly #feeders: Feeders<KeyState>
  readonly #forms = new Forms()
  readonly #keys: Keys
  readonly #bounds: Bounds
  /** How many were taken: tells the keys that this frame has fed from the others. */
  #frames = 0
  readonly #refresh = (feeder: Feeder<KeyState>): void => {
    for (const key of feeder.keys) {
      key.refresh()
      this.#keys.note(key)
    }
  }

  constructor(definitions: readonly WindowDefinition[], options: WindowEngineOptions) {
    this.#feeders = new Feeders(options.watermarks ?? 'per-key')
    this.#bounds = new Bounds(options.bounds ?? {}, () => this.#keys.giveUp())
    this.#keys = new Keys(
      this.#forms,
      this.#bounds,
      options.attributes ?? NO_ATTRIBUTES,
      options.bounds?.keysMax,
    )
    if (options.cells !== undefined) {
      const parts = { counters: this.#counters, feeders: this.#feeders, forms: this.#forms, keys: this.#keys }
      readWindowCells(
        options.cells,
        { ...parts, bounds: this.#bounds },
        definitions,
        options.compileCondition,
      )
    }
    this.reconfigure(definitions)
  }

  take({ header, columns }: SampleFrame): WindowsTaken {
    const feeder = this.#feeders.of(header.producer, header.epoch)
    const fed: KeyState[] = []
    const answers = new Answers()
    const late: LateSamples[] = []
    this.#frames++
    for (const column of columns) {
      const keys = feeder === undefined ? undefined : this.#keys.ofTag(column.tag)
      if (feeder === undefined || keys === undefined) {
        this.#counters.refusedSamples += column.timesUs.length
        continue
      }
      for (const key of keys) {
        if (key.fedBy === this.#frames) continue
        key.fedBy = this.#frames
        fed.push(key)
        this.#join(key, feeder, answers)
      }
      for (const run of this.#takeColumn(keys, column)) late.push({ column, ...run })
    }
    this.#observe(header.producer, header.epoch, header.completeBeforeUs, fed, answers)
    return this.#give(answers, late)
  }

  #join(key: KeyState, feeder: Feeder<KeyState>, answers: Answers): void {
    const beforeUs = key.watermarkUs
    key.join(feeder)
    // Behind feeders that have ended, one that joins moves the watermark: before its samples, which are judged by it.
    if (key.watermarkUs > beforeUs && key.dueUs() <= key.watermarkUs) this.#settleKey(key, beforeUs, answers)
  }

  #takeColumn(keys: readonly KeyState[], column: Column): readonly Run[] {
    const survey = surveyColumn(column)
    this.#counters.quarantinedSamples += survey.quarantined
    const readings = readingsOf(column, survey.isPlain)
    let late: readonly Run[] | undefined
    for (const key of keys) {
      key.newestUs = Math.max(key.newestUs, survey.newestUs)
      this.#keys.note(key)
      for (const { windows, isRetiring } of key.series) {
        const refused = windows.take(readings, key.watermarkUs, this.#bounds, survey)
        if (refused.noRoom.length > 0) this.#counters.refusedSamples += sizeOfRuns(refused.noRoom)
        if (!isRetiring) late = late === undefined ? refused.late : intersectRuns(late, refused.late)
      }
    }
    if (late === undefined || late.length === 0) return NO_RUNS
    this.#counters.lateSamples += sizeOfRuns(late)
    return late
  }

  advance(producer: string, completeBeforeUs: number): WindowsTaken {
    const answers = new Answers()
    this.#observe(producer, this.#feeders.epochOf(producer), completeBeforeUs, [], answers)
    return this.#give(answers, [])
  }

  #observe(
    producer: string,
    epoch: number,
    completeBeforeUs: number,
    fed: readonly KeyState[],
    answers: Answers,
  ): void {
    const moved = this.#feeders.observe(producer, epoch, completeBeforeUs, this.#refresh)
    const isDue = moved !== undefined && moved.completeBeforeUs >= moved.dueUs
    for (const key of isDue ? moved.keys : fed) this.#settleKey(key, key.watermarkUs, answers)
    if (!isDue) return
    moved.dueUs = Number.POSITIVE_INFINITY
    for (const key of moved.keys) moved.dueUs = Math.min(moved.dueUs, key.dueUs())
  }

  /** @param beforeUs the watermark before this frame */
  #settleKey(key: KeyState, beforeUs: number, answers: Answers): void {
    const isEnded = key.completeBeforeUs() === Number.POSITIVE_INFINITY
    key.refresh()
    const afterUs = isEnded ? Number.POSITIVE_INFINITY : key.watermarkUs
    let isFinished = false
    for (const { windows, isRetiring } of key.series) {
      windows.settle(beforeUs, afterUs, this.#bounds, answers)
      if (isRetiring && windows.isEmpty) isFinished = true
    }
    const dueUs = key.dueUs()
    for (const feeder of key.feeders) feeder.dueUs = Math.min(feeder.dueUs, dueUs)
    this.#keys.note(key)
    if (isFinished) this.#keys.pruneKey(key)
  }

  #give({ panes, withdrawn }: Answers, late: readonly LateSamples[]): WindowsTaken {
    this.#counters.refusedSamples += this.#bounds.takeDropped()
    countAnswers(this.#counters, panes, withdrawn)
    return { panes: panes.sort(compareAnswers), withdrawn: withdrawn.sort(compareAnswers), late }
  }

  reconfigure(definitions: readonly WindowDefinition[]): void {
    this.#keys.define(definitions)
    for (const feeder of this.#feeders.all()) feeder.dueUs = Number.NEGATIVE_INFINITY
  }

  takeCells(): Cell[] {
    return takeWindowCells({
      counters: this.#counters,
      feeders: this.#feeders,
      forms: this.#forms,
      keys: this.#keys,
      bounds: this.#bounds,
    })
  }

  counters() {
    const { openWindows, bufferedSamples, closedEarly, forcedSamples } = this.#bounds
    const gauges = { openWindows, bufferedSamples, closedEarly, forcedSamples }
    return { ...this.#counters, ...gauges, keys: this.#keys.count, regressed: this.#feeders.regressed }
  }

  explain(key?: string): KeyExplanation[] {
    return explainKeys(this.#keys.all(), this.#feeders, key)
  }
}
