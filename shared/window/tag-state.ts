import { type TumblingDefinition, windowName, windowStartUs } from './definition.ts'
import { Series } from './series.ts'
import { matchesAny } from './tag-filter.ts'

/** A producer as the engine knows it. */
export interface ProducerState {
  readonly name: string
  epoch: number
  completeBeforeUs: number
  /** Tags it has fed. */
  readonly tags: TagState[]
  /** No tag of this producer has anything to do below this watermark. */
  dueUs: number
}

/** Takes over what a frame says of its producer, and tells whether the watermark moved. */
export function observe(producer: ProducerState, epoch: number, completeBeforeUs: number): boolean {
  const hasStartedAgain = epoch > producer.epoch && producer.completeBeforeUs === Number.POSITIVE_INFINITY
  producer.epoch = Math.max(producer.epoch, epoch)
  if (completeBeforeUs <= producer.completeBeforeUs && !hasStartedAgain) return false
  producer.completeBeforeUs = completeBeforeUs
  return true
}

/** One tag: who feeds it, how far it is complete, and its windows. */
export class TagState {
  readonly tag: string
  readonly producers: ProducerState[] = []
  series: Series[] = []
  /** Finite or -Infinity: an end that every producer has reached closes the windows and leaves this where it was. */
  watermarkUs = Number.NEGATIVE_INFINITY
  /** Latest time of a sample that was not quarantined. */
  newestUs = Number.NEGATIVE_INFINITY
  /** On the list of changes for the next checkpoint. */
  isNoted = false

  constructor(tag: string) {
    this.tag = tag
  }

  /** Minimum over the producers that feed the tag. */
  completeBeforeUs(): number {
    let lowest = this.producers.length === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    for (const { completeBeforeUs } of this.producers) lowest = Math.min(lowest, completeBeforeUs)
    return lowest
  }

  /** Brings the watermark up to what the producers say; it never goes back. */
  refresh(): void {
    const completeBeforeUs = this.completeBeforeUs()
    if (completeBeforeUs !== Number.POSITIVE_INFINITY && completeBeforeUs > this.watermarkUs) {
      this.watermarkUs = completeBeforeUs
    }
  }

  /** Brings the watermark up to date, with this producer among those that feed the tag. */
  join(producer: ProducerState): void {
    // Before and after: a producer that joins behind the others does not pull the watermark back.
    this.refresh()
    if (this.producers.includes(producer)) return
    this.attach(producer)
    this.refresh()
  }

  /** Joins without a look at watermarks, as a checkpoint is put back. */
  attach(producer: ProducerState): void {
    this.producers.push(producer)
    producer.tags.push(this)
  }

  dueUs(): number {
    return this.series.reduce((dueUs, series) => Math.min(dueUs, series.dueUs), Number.POSITIVE_INFINITY)
  }

  /**
   * Gives the tag the series that these definitions ask for. A series of the same name goes on; others are finished
   * but open nothing; new ones begin with the first window of which no sample has passed unseen.
   */
  define(definitions: readonly TumblingDefinition[]): void {
    const wanted = new Map<string, TumblingDefinition>()
    for (const definition of definitions) {
      const name = windowName(definition)
      if (!wanted.has(name) && matchesAny(definition.tags, this.tag)) wanted.set(name, definition)
    }
    for (const series of this.series) {
      const definition = wanted.get(series.name)
      if (definition === undefined) series.isRetiring = true
      else {
        if (series.isRetiring) series.openFromUs = this.#firstUnseen(definition)
        series.isRetiring = false
        series.reshape(definition, this.watermarkUs)
        wanted.delete(series.name)
      }
    }
    const added = [...wanted.values()].map(
      (definition) => new Series(this.tag, definition, this.#firstUnseen(definition)),
    )
    this.series = [...this.series, ...added]
  }

  #firstUnseen({ sizeUs, offsetUs }: TumblingDefinition): number {
    if (this.newestUs === Number.NEGATIVE_INFINITY) return Number.NEGATIVE_INFINITY
    return windowStartUs(this.newestUs, sizeUs, offsetUs) + sizeUs
  }

  /** Forgets series that are retired and finished. */
  prune(): void {
    if (this.series.some((series) => series.isRetiring && series.windows.size === 0)) {
      this.series = this.series.filter((series) => !series.isRetiring || series.windows.size > 0)
    }
  }
}
