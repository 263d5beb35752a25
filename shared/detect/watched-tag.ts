import * as z from 'zod'
import { PastInstant, writePastInstant } from '../checkpoint/past-instant.ts'
import type { AdmissionCounts } from './admission.ts'
import type { Detection } from './config.ts'
import type { Detector, Samples } from './detector.ts'
import type { Progress } from './progress.ts'

/** Newest judged samples that an explanation shows. */
const RECENT_MAX = 8

/** One detection on one tag. */
export interface Watch {
  readonly tag: string
  readonly detection: Detection
  readonly detector: Detector
  /** On the list of changes for the next checkpoint. */
  isNoted: boolean
}

const TagText = z.object({
  newestUs: PastInstant,
  watermarkUs: PastInstant,
  counts: z.object({ judged: z.number(), bad: z.number(), quarantined: z.number(), late: z.number() }),
  producers: z.array(z.string()),
})

/** A tag that detections name: how far it is, who feeds it, and what watches it. */
export class WatchedTag {
  readonly tag: string
  #watches: readonly Watch[] = []
  #asksForSilence = false
  readonly producers: Progress[] = []
  /** Latest sample judged: what arrives with an older time is history and changes no alarm. */
  newestUs = Number.NEGATIVE_INFINITY
  /** Minimum over the producers that feed the tag and have not ended; finite or -Infinity, never goes back. */
  watermarkUs = Number.NEGATIVE_INFINITY
  counts: AdmissionCounts = { judged: 0, bad: 0, quarantined: 0, late: 0 }
  isNoted = false
  /** Time and value by turns, in a ring. */
  readonly #recent = new Float64Array(2 * RECENT_MAX)
  #recentCount = 0

  constructor(tag: string) {
    this.tag = tag
  }

  /** In the order of the configuration. */
  get watches(): readonly Watch[] {
    return this.#watches
  }

  set watches(watches: readonly Watch[]) {
    this.#watches = watches
    this.#asksForSilence = watches.some(({ detection }) => detection.type === 'missing')
  }

  /** Some detection is on missing data. */
  get asksForSilence(): boolean {
    return this.#asksForSilence
  }

  /** Brings the watermark up to date, with this producer among those that feed the tag. */
  join(producer: Progress): void {
    // Before and after: a producer that joins behind the others does not pull the watermark back.
    this.refresh()
    if (this.producers.includes(producer)) return
    this.producers.push(producer)
    this.refresh()
  }

  refresh(): void {
    this.watermarkUs = this.reachedUs()
  }

  /** What the watermark is once it is brought up to date. */
  reachedUs(): number {
    let lowest = Number.POSITIVE_INFINITY
    for (const { isEnded, completeBeforeUs } of this.producers)
      if (!isEnded) lowest = Math.min(lowest, completeBeforeUs)
    return lowest === Number.POSITIVE_INFINITY ? this.watermarkUs : Math.max(this.watermarkUs, lowest)
  }

  get hasEnded(): boolean {
    return this.producers.length > 0 && this.producers.every(({ isEnded }) => isEnded)
  }

  remember({ timesUs, values, count }: Samples): void {
    for (let index = Math.max(0, count - RECENT_MAX); index < count; index++) {
      const place = 2 * (this.#recentCount++ % RECENT_MAX)
      this.#recent[place] = timesUs[index] as number
      this.#recent[place + 1] = values[index] as number
    }
  }

  /** Newest judged samples since the start of the process, oldest first. */
  recent(): { timeUs: number; value: number }[] {
    const count = Math.min(this.#recentCount, RECENT_MAX)
    return Array.from({ length: count }, (_, index) => {
      const place = 2 * ((this.#recentCount - count + index) % RECENT_MAX)
      return { timeUs: this.#recent[place] as number, value: this.#recent[place + 1] as number }
    })
  }

  write(): string {
    return JSON.stringify({
      newestUs: writePastInstant(this.newestUs),
      watermarkUs: writePastInstant(this.watermarkUs),
      counts: this.counts,
      producers: this.producers.map(({ name }) => name),
    })
  }

  /** @param progressOf what a producer's name stands for */
  restore(text: string, progressOf: (producer: string) => Progress | undefined): void {
    const { newestUs, watermarkUs, counts, producers } = TagText.parse(JSON.parse(text))
    this.newestUs = newestUs
    this.watermarkUs = watermarkUs
    this.counts = counts
    for (const name of producers) {
      const progress = progressOf(name)
      if (progress !== undefined) this.producers.push(progress)
    }
  }
}
