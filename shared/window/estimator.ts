import * as z from 'zod'
import { Instant, readInstant, writeInstant } from '../checkpoint/instant.ts'
import { type Column, Quality, type SampleFrame } from '../frame/frame.ts'
import { isAheadOfWallClock } from '../time/lead.ts'
import { PRODUCERS_MAX } from './limits.ts'

/** Further ahead of the clock than this no live sample is believed. */
const LEAD_US = 5 * 60_000_000

export interface EstimatorOptions {
  /** How far behind the newest sample of a producer others of it may still come. */
  readonly outOfOrdernessUs: number
  /** A producer without samples for this long holds nobody back; never, when it is left out. */
  readonly idleAfterUs?: number
  /** How far ahead of the clock a sample may be; five minutes when it is left out. */
  readonly leadUs?: number
  /** Producers that are waited for before they are first heard. */
  readonly producers?: readonly string[]
  /** A producer whose frame is all this far behind its newest sample has had its clock set back; never, when left out. */
  readonly clockStepUs?: number
  /** What `takeState` of an estimator gave that goes on here. @throws ZodError when it is none */
  readonly state?: string
}

/** A watermark to be told to the engine. */
export interface Advance {
  readonly producer: string
  readonly completeBeforeUs: number
}

/** In this order: `before` the frame, the frame, then `after` it. */
export interface Estimated {
  readonly before: readonly Advance[]
  readonly frame: SampleFrame
  readonly after: readonly Advance[]
}

/**
 * Watermarks for producers that give none: the newest sample of each less `outOfOrderness`, once a frame. Samples
 * too far ahead are quarantined and move nothing.
 *
 * A producer that is idle, or was never heard, is taken along by the active ones. When all are idle, time goes on in
 * the clock of the source: the last event, and what has passed on the host since it came. The host's own clock is
 * never taken for event time, so a source whose clock is slow loses nothing by a pause.
 *
 * The clock is what callers say; before the first word of it nothing is idle or ahead. A pure machine otherwise.
 */
export interface WatermarkEstimator {
  take(frame: SampleFrame): Estimated
  /** The clock is here, microseconds; it may step, and only what has passed since is used of it. */
  tick(nowUs: number): readonly Advance[]
  /** Samples that were quarantined here. */
  readonly quarantinedSamples: number
  /** Producers whose clocks were set back. */
  readonly clockSteps: number
  takeState(): string
}

export function createWatermarkEstimator(options: EstimatorOptions): WatermarkEstimator {
  return new Estimator(options)
}

interface Source {
  newestUs: number
  /** The watermark that is known of it: its own, or that to which it was taken along. */
  toldUs: number
  /** By the clock, when its last sample came, or when it began to be waited for; undefined before the clock's first word. */
  heardUs: number | undefined
  /** Added to the epochs of its frames: one for each step of its clock. */
  steps: number
}

const StateText = z.object({
  now: z.number().nullable(),
  quarantined: z.number(),
  clockSteps: z.number(),
  /** [name, newest, told, heard, steps] */
  sources: z.array(z.tuple([z.string(), Instant, Instant, z.number().nullable(), z.number()])),
})

class Estimator implements WatermarkEstimator {
  quarantinedSamples = 0
  clockSteps = 0
  #nowUs: number | undefined
  readonly #options: EstimatorOptions
  readonly #sources = new Map<string, Source>()

  constructor(options: EstimatorOptions) {
    this.#options = options
    for (const name of options.producers ?? []) this.#source(name)
    if (options.state !== undefined) this.#restore(options.state)
  }

  #source(name: string): Source | undefined {
    const known = this.#sources.get(name)
    if (known !== undefined) return known
    if (this.#sources.size >= PRODUCERS_MAX) return undefined
    const source = { newestUs: -Infinity, toldUs: -Infinity, heardUs: this.#nowUs, steps: 0 }
    this.#sources.set(name, source)
    return source
  }

  take(frame: SampleFrame): Estimated {
    const { header } = frame
    const columns = frame.columns.map((column) => this.#believable(column))
    const source = this.#source(header.producer)
    if (source === undefined) return { before: [], frame: { ...frame, columns }, after: [] }
    const newestUs = columns.reduce((newest, column) => Math.max(newest, newestOf(column)), -Infinity)
    const step = this.#isStep(source, newestUs) ? this.#step(header.producer, source) : []
    if (newestUs > -Infinity) source.heardUs = this.#nowUs
    const isEnd = header.completeBeforeUs === Infinity
    source.newestUs = isEnd ? Infinity : Math.max(afterEnd(source.newestUs, newestUs), newestUs)
    const epoch = header.epoch + source.steps
    const completeBeforeUs = this.#ownUs(source)
    const isHolding = this.#isHolding(source)
    source.toldUs = Math.max(source.toldUs, completeBeforeUs)
    const along = this.#takeAlong()
    const marked = { ...frame, header: { ...header, epoch, completeBeforeUs }, columns }
    // While this producer holds the watermark, the idle ones go first: so it moves once, with the frame. Otherwise
    // they would move it, and the frame's samples would be judged by where it is after them.
    return isHolding
      ? { before: [...step, ...along], frame: marked, after: [] }
      : { before: step, frame: marked, after: along }
  }

  #isStep({ newestUs }: Source, frameUs: number): boolean {
    const { clockStepUs } = this.#options
    if (clockStepUs === undefined || !Number.isFinite(frameUs) || !Number.isFinite(newestUs)) return false
    return frameUs < newestUs - clockStepUs
  }

  /** What the old time has brought is complete; the producer starts again in the new one. */
  #step(producer: string, source: Source): Advance[] {
    this.clockSteps++
    source.steps++
    source.newestUs = Number.NEGATIVE_INFINITY
    source.toldUs = Number.NEGATIVE_INFINITY
    return [{ producer, completeBeforeUs: Infinity }]
  }

  tick(nowUs: number): readonly Advance[] {
    for (const source of this.#sources.values()) source.heardUs ??= nowUs
    this.#nowUs = nowUs
    return this.#takeAlong()
  }

  /** What idle producers are moved to, the slowest last: it holds the watermark, which then moves once. */
  #takeAlong(): Advance[] {
    const { idleAfterUs } = this.#options
    const nowUs = this.#nowUs
    if (idleAfterUs === undefined || nowUs === undefined) return []
    const idle: [name: string, source: Source][] = []
    let activeUs = Infinity
    let pausedUs = Infinity
    for (const [name, source] of this.#sources) {
      if (source.newestUs === Infinity) continue
      const silenceUs = nowUs - (source.heardUs ?? nowUs)
      if (silenceUs < idleAfterUs) activeUs = Math.min(activeUs, this.#ownUs(source))
      else {
        idle.push([name, source])
        if (source.newestUs > -Infinity) pausedUs = Math.min(pausedUs, this.#ownUs(source) + silenceUs)
      }
    }
    const completeBeforeUs = activeUs === Infinity ? pausedUs : activeUs
    if (!Number.isFinite(completeBeforeUs)) return []
    const slowestLast = idle.sort(([, a], [, b]) => (a.toldUs === b.toldUs ? 0 : b.toldUs - a.toldUs))
    for (const [, source] of slowestLast) source.toldUs = Math.max(source.toldUs, completeBeforeUs)
    return slowestLast.map(([producer]) => ({ producer, completeBeforeUs }))
  }

  /** No other producer is known to be less complete. */
  #isHolding({ toldUs }: Source): boolean {
    for (const other of this.#sources.values()) if (other.toldUs < toldUs) return false
    return true
  }

  #ownUs({ newestUs }: Source): number {
    return newestUs - this.#options.outOfOrdernessUs
  }

  /** The column with what is too far ahead marked. */
  #believable(column: Column): Column {
    const nowUs = this.#nowUs
    if (nowUs === undefined) return column
    const { timesUs } = column
    const leadUs = this.#options.leadUs ?? LEAD_US
    let quality: Uint8Array | undefined
    for (let index = 0; index < timesUs.length; index++) {
      if (!isAheadOfWallClock(timesUs[index] as number, nowUs, leadUs)) continue
      quality ??= column.quality.slice()
      if (((quality[index] as number) & Quality.quarantined) === 0) this.quarantinedSamples++
      quality[index] = (quality[index] as number) | Quality.quarantined
    }
    return quality === undefined ? column : { ...column, quality }
  }

  takeState(): string {
    const text: z.input<typeof StateText> = {
      now: this.#nowUs ?? null,
      quarantined: this.quarantinedSamples,
      clockSteps: this.clockSteps,
      sources: [...this.#sources].map(([name, { newestUs, toldUs, heardUs, steps }]) => [
        name,
        writeInstant(newestUs),
        writeInstant(toldUs),
        heardUs ?? null,
        steps,
      ]),
    }
    return JSON.stringify(text)
  }

  #restore(text: string): void {
    const saved = StateText.parse(JSON.parse(text))
    this.#nowUs = saved.now ?? undefined
    this.quarantinedSamples = saved.quarantined
    this.clockSteps = saved.clockSteps
    for (const [name, newest, told, heard, steps] of saved.sources) {
      const [newestUs, toldUs] = [readInstant(newest), readInstant(told)]
      this.#sources.set(name, { newestUs, toldUs, heardUs: heard ?? undefined, steps })
    }
  }
}

/** The newest sample so far; none once a source that had ended starts again. */
function afterEnd(newestUs: number, frameUs: number): number {
  return newestUs === Infinity && frameUs > -Infinity ? Number.NEGATIVE_INFINITY : newestUs
}

function newestOf({ timesUs, quality }: Column): number {
  let newestUs = Number.NEGATIVE_INFINITY
  for (let index = 0; index < timesUs.length; index++) {
    const isQuarantined = ((quality[index] as number) & Quality.quarantined) !== 0
    if (!isQuarantined && (timesUs[index] as number) > newestUs) newestUs = timesUs[index] as number
  }
  return newestUs
}
