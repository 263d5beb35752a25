import { readingsOf } from '../aggregate/add-run.ts'
import type { Column, SampleFrame } from '../frame/frame.ts'
import { WindowBook } from './book.ts'
import type { TumblingDefinition } from './definition.ts'
import { type Cell, readCells, takeCells } from './engine-cells.ts'
import type { EngineState, WindowCounters } from './engine-state.ts'
import { OPEN_WINDOWS_MAX, PRODUCERS_MAX, TAGS_MAX } from './limits.ts'
import { comparePanes, type LateSamples, type Pane } from './pane.ts'
import { intersectRuns, type Run, sizeOfRuns, surveyColumn } from './runs.ts'
import { observe, type ProducerState, TagState } from './tag-state.ts'

/** What one frame gave. */
export interface Taken {
  /** In the order of `comparePanes`. */
  readonly panes: readonly Pane[]
  /** Samples too late for every window of their tag. */
  readonly late: readonly LateSamples[]
}

/**
 * Event-time tumbling windows: a pure machine that takes frames in order and gives panes. Its panes are a function
 * of the samples of each tag in order of arrival and of the watermarks between them; how samples are packed into
 * frames matters only where a watermark lies between.
 */
export interface TumblingEngine {
  take(frame: SampleFrame): Taken
  /** Other definitions from the next frame on; see `TagState.define` for what happens to open windows. */
  reconfigure(definitions: readonly TumblingDefinition[]): void
  /** What has changed since the last call, or since the start: all cells ever given, in order, are the whole state. */
  takeCells(): Cell[]
  counters(): Readonly<WindowCounters> & { readonly openWindows: number; readonly closedEarly: number }
}

export interface EngineOptions {
  readonly openWindowsMax?: number
  readonly tagsMax?: number
  /** The cells of an engine that goes on here. @throws ZodError when they are none */
  readonly cells?: Iterable<Cell>
}

export function createTumblingEngine(
  definitions: readonly TumblingDefinition[],
  options: EngineOptions = {},
): TumblingEngine {
  return new Engine(definitions, options)
}

class Engine implements TumblingEngine {
  readonly #state: EngineState = {
    producers: new Map(),
    tags: new Map(),
    counters: { emitted: 0, revised: 0, lateSamples: 0, quarantinedSamples: 0, refusedSamples: 0 },
    changedTags: new Set(),
  }
  readonly #book: WindowBook
  readonly #tagsMax: number
  #definitions: readonly TumblingDefinition[]

  constructor(definitions: readonly TumblingDefinition[], options: EngineOptions) {
    this.#definitions = definitions
    this.#tagsMax = options.tagsMax ?? TAGS_MAX
    this.#book = new WindowBook(options.openWindowsMax ?? OPEN_WINDOWS_MAX, () => this.#makeRoom())
    if (options.cells !== undefined) readCells(options.cells, this.#state, this.#book)
  }

  take({ header, columns }: SampleFrame): Taken {
    const producer = this.#producer(header.producer, header.epoch)
    const fed = new Set<TagState>()
    const late: LateSamples[] = []
    for (const column of columns) {
      const tag = this.#tag(column.tag)
      if (producer === undefined || tag === undefined) {
        this.#state.counters.refusedSamples += column.timesUs.length
        continue
      }
      tag.join(producer)
      fed.add(tag)
      late.push(...this.#takeColumn(tag, column))
    }
    if (producer === undefined) return { panes: [], late }
    if (header.completeBeforeUs === Infinity || producer.completeBeforeUs === Infinity)
      this.#refresh(producer)
    const hasMoved = observe(producer, header.epoch, header.completeBeforeUs)
    const isDue = hasMoved && producer.completeBeforeUs >= producer.dueUs
    const panes = this.#settle(isDue ? producer.tags : fed)
    if (isDue) producer.dueUs = producer.tags.reduce((dueUs, tag) => Math.min(dueUs, tag.dueUs()), Infinity)
    return { panes, late }
  }

  /** Tags look at watermarks only when something is due; an end and a new start would hide how far they had come. */
  #refresh({ tags }: ProducerState): void {
    for (const tag of tags) {
      tag.refresh()
      this.#note(tag)
    }
  }

  #takeColumn(tag: TagState, column: Column): LateSamples[] {
    const { counters } = this.#state
    const { quarantined, newestUs } = surveyColumn(column)
    counters.quarantinedSamples += quarantined
    tag.newestUs = Math.max(tag.newestUs, newestUs)
    this.#note(tag)
    const readings = readingsOf(column)
    let late: readonly Run[] | undefined
    for (const series of tag.series) {
      const refused = series.take(readings, tag.watermarkUs, this.#book)
      counters.refusedSamples += sizeOfRuns(refused.noRoom)
      if (!series.isRetiring) late = late === undefined ? refused.late : intersectRuns(late, refused.late)
    }
    if (late === undefined || late.length === 0) return []
    counters.lateSamples += sizeOfRuns(late)
    return late.map((run) => ({ column, ...run }))
  }

  #settle(tags: Iterable<TagState>): readonly Pane[] {
    const panes: Pane[] = []
    for (const tag of tags) {
      const beforeUs = tag.watermarkUs
      const isEnded = tag.completeBeforeUs() === Number.POSITIVE_INFINITY
      tag.refresh()
      const afterUs = isEnded ? Number.POSITIVE_INFINITY : tag.watermarkUs
      for (const series of tag.series) series.settle(beforeUs, afterUs, this.#book, panes)
      tag.prune()
      const dueUs = tag.dueUs()
      for (const feeder of tag.producers) feeder.dueUs = Math.min(feeder.dueUs, dueUs)
      this.#note(tag)
    }
    const { counters } = this.#state
    for (const { revision } of panes) {
      if (revision === 0) counters.emitted++
      else counters.revised++
    }
    return panes.sort(comparePanes)
  }

  #producer(name: string, epoch: number): ProducerState | undefined {
    const { producers } = this.#state
    const known = producers.get(name)
    if (known !== undefined) return known
    if (producers.size >= PRODUCERS_MAX) return undefined
    const producer = { name, epoch, completeBeforeUs: -Infinity, tags: [], dueUs: Infinity }
    producers.set(name, producer)
    return producer
  }

  #tag(name: string): TagState | undefined {
    const { tags } = this.#state
    const known = tags.get(name)
    if (known !== undefined) return known
    if (tags.size >= this.#tagsMax) return undefined
    const tag = new TagState(name)
    tag.define(this.#definitions)
    tags.set(name, tag)
    return tag
  }

  #note(tag: TagState): void {
    if (tag.isNoted) return
    tag.isNoted = true
    this.#state.changedTags.add(tag)
  }

  /** At the bound, revisions are what can be given up: no answer is lost by it, only later corrections. */
  #makeRoom(): void {
    for (const tag of this.#state.tags.values()) {
      for (const series of tag.series) series.closeAnswered(this.#book)
      this.#note(tag)
    }
  }

  reconfigure(definitions: readonly TumblingDefinition[]): void {
    this.#definitions = definitions
    for (const tag of this.#state.tags.values()) {
      tag.refresh()
      tag.define(definitions)
      tag.prune()
      this.#note(tag)
    }
    for (const producer of this.#state.producers.values()) producer.dueUs = Number.NEGATIVE_INFINITY
  }

  takeCells(): Cell[] {
    return takeCells(this.#state, this.#book)
  }

  counters() {
    return {
      ...this.#state.counters,
      openWindows: this.#book.openCount,
      closedEarly: this.#book.closedEarlyCount,
    }
  }
}
