import * as z from 'zod'
import { PastInstant, writePastInstant } from '../checkpoint/past-instant.ts'

const ProgressText = z.tuple([z.number(), PastInstant, z.boolean()])

/** How far one producer is, by the watermarks of its frames. */
export class Progress {
  readonly name: string
  /** Exclusive, finite, never goes back; -Infinity before any. */
  completeBeforeUs = Number.NEGATIVE_INFINITY
  /** A finite source at its end; a higher epoch starts it again. */
  isEnded = false
  #epoch = Number.NEGATIVE_INFINITY

  constructor(name: string, text?: string) {
    this.name = name
    if (text === undefined) return
    const [epoch, completeBeforeUs, isEnded] = ProgressText.parse(JSON.parse(text))
    this.#epoch = epoch
    this.completeBeforeUs = completeBeforeUs
    this.isEnded = isEnded
  }

  /** @returns whether it has moved or ended */
  observe(epoch: number, completeBeforeUs: number): boolean {
    if (epoch > this.#epoch) {
      this.#epoch = epoch
      this.isEnded = false
    }
    return this.advance(completeBeforeUs)
  }

  advance(completeBeforeUs: number): boolean {
    if (completeBeforeUs === Number.POSITIVE_INFINITY) {
      const ends = !this.isEnded
      this.isEnded = true
      return ends
    }
    if (!(completeBeforeUs > this.completeBeforeUs)) return false
    this.completeBeforeUs = completeBeforeUs
    return true
  }

  write(): string {
    const epoch = Number.isFinite(this.#epoch) ? this.#epoch : 0
    return JSON.stringify([epoch, writePastInstant(this.completeBeforeUs), this.isEnded])
  }
}
