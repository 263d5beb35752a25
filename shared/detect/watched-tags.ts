import type { Cell } from '../checkpoint/cell.ts'
import { matchesAny } from '../tag/tag-filter.ts'
import type { Detection } from './config.ts'
import { createDetector, modelOf } from './create-detector.ts'
import { cellKey, type StoredDetections } from './engine-cells.ts'
import { WATCHED_TAGS_MAX } from './limits.ts'
import type { Progress } from './progress.ts'
import { type Watch, WatchedTag } from './watched-tag.ts'

/** The tags that detections name, and what a checkpoint has to write of them. */
export class WatchedTags {
  #detections: readonly Detection[]
  readonly #tags = new Map<string, WatchedTag>()
  /** Tags known to be of no interest: asking every filter again would cost more than the rest. */
  readonly #unwatched = new Set<string>()
  #changedTags = new Set<WatchedTag>()
  #changedWatches = new Set<Watch>()
  #removed: string[] = []

  constructor(
    detections: readonly Detection[],
    stored: StoredDetections,
    progressOf: (producer: string) => Progress | undefined,
  ) {
    this.#detections = detections
    for (const [name, text] of stored.tags) this.get(name)?.restore(text, progressOf)
    for (const { rule, tag, text } of stored.detectors)
      this.find(rule, tag)?.detector.restore(JSON.parse(text))
  }

  /** Undefined for a tag that nothing watches. */
  get(name: string): WatchedTag | undefined {
    const known = this.#tags.get(name)
    if (known !== undefined || this.#unwatched.has(name)) return known
    const watches = this.#watchesFor(name)
    if (watches.length > 0 && this.#tags.size < WATCHED_TAGS_MAX) {
      const tag = new WatchedTag(name)
      tag.watches = watches
      this.#tags.set(name, tag)
      return tag
    }
    if (this.#unwatched.size >= WATCHED_TAGS_MAX) this.#unwatched.clear()
    this.#unwatched.add(name)
    return undefined
  }

  find(rule: string, tag: string): Watch | undefined {
    return this.#tags.get(tag)?.watches.find(({ detection }) => detection.name === rule)
  }

  /** By name: the order in which they came is no part of a checkpoint. */
  all(): WatchedTag[] {
    return [...this.#tags.values()].sort((left, right) => (left.tag < right.tag ? -1 : 1))
  }

  #watchesFor(tag: string): Watch[] {
    return this.#detections
      .filter(({ tags }) => matchesAny(tags, tag))
      .map((detection) => ({ tag, detection, detector: createDetector(detection), isNoted: false }))
  }

  /** @param ended called for each watch that is gone, or has a new one in its place that begins anew */
  redefine(
    detections: readonly Detection[],
    ended: (watch: Watch, newestUs: number, isGone: boolean) => void,
  ): void {
    this.#detections = detections
    this.#unwatched.clear()
    for (const tag of this.all()) this.#redefineTag(tag, ended)
  }

  #redefineTag(tag: WatchedTag, ended: (watch: Watch, newestUs: number, isGone: boolean) => void): void {
    const former = new Map(tag.watches.map((watch) => [watch.detection.name, watch]))
    for (const watch of tag.watches) this.#changedWatches.delete(watch)
    tag.watches = this.#watchesFor(tag.tag)
    for (const watch of tag.watches) {
      const before = former.get(watch.detection.name)
      if (before === undefined || modelOf(before.detection) !== modelOf(watch.detection)) continue
      watch.detector.restore(before.detector.write())
      this.noteWatch(watch)
      former.delete(watch.detection.name)
    }
    for (const watch of former.values()) {
      const { name } = watch.detection
      ended(watch, tag.newestUs, !tag.watches.some(({ detection }) => detection.name === name))
      this.#removed.push(cellKey.detector(name, watch.tag))
    }
    if (tag.watches.length > 0) return
    this.#tags.delete(tag.tag)
    this.#changedTags.delete(tag)
    this.#removed.push(cellKey.tag(tag.tag))
  }

  noteTag(tag: WatchedTag): void {
    if (tag.isNoted) return
    tag.isNoted = true
    this.#changedTags.add(tag)
  }

  noteWatch(watch: Watch): void {
    if (watch.isNoted) return
    watch.isNoted = true
    this.#changedWatches.add(watch)
  }

  takeCells(): Cell[] {
    const cells: Cell[] = this.#removed.map((key) => ({ key, text: undefined }))
    for (const tag of this.#changedTags) {
      tag.isNoted = false
      cells.push({ key: cellKey.tag(tag.tag), text: tag.write() })
    }
    for (const watch of this.#changedWatches) {
      watch.isNoted = false
      const text = JSON.stringify(watch.detector.write())
      cells.push({ key: cellKey.detector(watch.detection.name, watch.tag), text })
    }
    this.#removed = []
    this.#changedTags = new Set()
    this.#changedWatches = new Set()
    return cells
  }
}
