import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import { readSpectrum } from './band-energy.ts'
import type { Spectrum } from './config.ts'
import type { Detector, Finding, FindingSink, Samples } from './detector.ts'
import { LimitJudge } from './limit-judge.ts'
import { type Segment, Segments } from './segment.ts'

const State = z.object({ segments: z.unknown(), judge: z.unknown(), seen: z.string() })

/** Vibration by frequency: the worst band of each uniform segment against its limit. */
export class SpectrumDetector implements Detector {
  readonly #detection: Spectrum
  readonly #segments: Segments
  /** Of the worst band's RMS over its limit. */
  readonly #judge: LimitJudge
  /** What the newest segment showed. */
  #seen = 'no uniform segment has been complete yet'

  constructor(detection: Spectrum) {
    this.#detection = detection
    this.#segments = new Segments(detection.samples, detection.every)
    this.#judge = new LimitJudge({ above: 1, hysteresis: 1 - detection.clearAt, hold: detection.hold })
  }

  take({ timesUs, values, count }: Samples, found: FindingSink): boolean {
    for (let index = 0; index < count; index++) {
      const segment = this.#segments.add((timesUs[index] as number) + 0, (values[index] as number) + 0)
      if (segment !== undefined) this.#look(segment, found)
    }
    return count > 0
  }

  #look(segment: Segment, found: FindingSink): void {
    const { bands, envelope } = this.#detection
    const spectrum = readSpectrum(segment.values, segment.rateHz, envelope)
    const measured = bands.map(({ from, to, above, name = `${from} to ${to} Hz` }) => {
      const rms = spectrum.rms(from, to)
      return { name, rms, above, ratio: above === 0 ? (rms > 0 ? Number.MAX_VALUE : 0) : rms / above }
    })
    const worst = measured.reduce((left, right) => (right.ratio > left.ratio ? right : left))
    const { name, rms, above } = worst
    this.#seen = measured.map((band) => `${band.name}: ${band.rms} of ${band.above}`).join(', ')
    const ofBand = (finding: Finding): void => found({ ...finding, value: rms, limit: above, note: name })
    this.#judge.judge(segment.endUs, worst.ratio, ofBand)
  }

  write(): Json {
    return { segments: this.#segments.write(), judge: this.#judge.write(), seen: this.#seen }
  }

  restore(state: unknown): void {
    const { segments, judge, seen } = State.parse(state)
    this.#segments.restore(segments)
    this.#judge.restore(judge)
    this.#seen = seen
  }

  describe(): string {
    const { refused } = this.#segments
    return refused === 0 ? this.#seen : `${this.#seen}; ${refused} segments were not uniform`
  }
}
