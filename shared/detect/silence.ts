import { MissingDetector } from './missing.ts'
import type { Progress } from './progress.ts'
import type { Watch, WatchedTag } from './watched-tag.ts'

/** Tags that one watermark can tell something of, and the least watermark that does. */
interface Circle {
  readonly tags: Set<WatchedTag>
  dueUs: number
}

const createCircle = (): Circle => ({ tags: new Set(), dueUs: Number.POSITIVE_INFINITY })

/** Watermark at which each tag is due, by whose watermark it is. */
type By = 'own-sources' | 'any-source'

/** Tells what watermarks say of missing data, without a look at every tag for every frame. */
export class Silences {
  readonly #own = new Map<Progress, Circle>()
  #any = createCircle()
  /** The furthest watermark of all. */
  #furthestUs = Number.NEGATIVE_INFINITY

  /** Other tags, or the same ones with other detections. */
  reset(tags: readonly WatchedTag[], producers: Iterable<Progress>): void {
    this.#own.clear()
    this.#any = createCircle()
    for (const { completeBeforeUs } of producers)
      this.#furthestUs = Math.max(this.#furthestUs, completeBeforeUs)
    for (const tag of tags) this.hear(tag)
  }

  /** A tag has had samples. */
  hear(tag: WatchedTag): void {
    const ownDueUs = dueUsOf(tag, 'own-sources')
    const anyDueUs = dueUsOf(tag, 'any-source')
    if (anyDueUs !== Number.POSITIVE_INFINITY) widen(this.#any, tag, anyDueUs)
    if (ownDueUs === Number.POSITIVE_INFINITY) return
    for (const producer of tag.producers) {
      const circle = this.#own.get(producer) ?? createCircle()
      this.#own.set(producer, circle)
      widen(circle, tag, ownDueUs)
    }
  }

  /** A producer has moved or ended. @param pass asked of each watch on missing data that is due, by tag */
  pass(producer: Progress, pass: (tag: WatchedTag, watch: Watch, reachedUs: number) => void): void {
    this.#furthestUs = Math.max(this.#furthestUs, producer.completeBeforeUs)
    const own = this.#own.get(producer)
    if (own !== undefined && (producer.isEnded || producer.completeBeforeUs > own.dueUs))
      passCircle(own, 'own-sources', (tag) => tag.watermarkUs, pass)
    if (producer.isEnded || this.#furthestUs > this.#any.dueUs)
      passCircle(this.#any, 'any-source', () => this.#furthestUs, pass)
  }
}

function widen(circle: Circle, tag: WatchedTag, dueUs: number): void {
  circle.tags.add(tag)
  circle.dueUs = Math.min(circle.dueUs, dueUs)
}

function passCircle(
  circle: Circle,
  by: By,
  reachedUs: (tag: WatchedTag) => number,
  pass: (tag: WatchedTag, watch: Watch, reachedUs: number) => void,
): void {
  circle.dueUs = Number.POSITIVE_INFINITY
  // By name: the order in which tags came is no part of a checkpoint, and changes come in the order of this loop.
  const tags = [...circle.tags].sort((left, right) => (left.tag < right.tag ? -1 : 1))
  for (const tag of tags) {
    tag.refresh()
    for (const watch of tag.watches) {
      if (watch.detection.type === 'missing' && watch.detection.by === by) pass(tag, watch, reachedUs(tag))
    }
    circle.dueUs = Math.min(circle.dueUs, dueUsOf(tag, by))
  }
}

/** A watermark above this has something to tell of the tag; Infinity when none has. */
function dueUsOf({ watches }: WatchedTag, by: By): number {
  let dueUs = Number.POSITIVE_INFINITY
  for (const { detection, detector } of watches) {
    if (detection.type === 'missing' && detection.by === by && detector instanceof MissingDetector)
      dueUs = Math.min(dueUs, detector.dueUs)
  }
  return dueUs
}
