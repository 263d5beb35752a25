import * as z from 'zod'
import { cutText, encodeText } from '../bytes/text.ts'
import { Instant, readInstant, writeInstant } from '../checkpoint/instant.ts'
import type { Column, ColumnValues, FrameHeader } from '../frame/frame.ts'
import type { DerivedSample } from './rules/outcome.ts'

/** Samples that rules have derived, small enough for one frame, and how far their producer is complete. */
export interface DerivedBatch {
  readonly columns: readonly Column[]
  readonly completeBeforeUs: number
}

/** Encoded, with room for the frame's own parts in 6,000 bytes, whatever the values. */
const BATCH_BYTES_MAX = 4000
/** Time, value, quality and their share of the encoding at worst. */
const SAMPLE_BYTES_MAX = 24
const COLUMN_BYTES_MAX = 64
/** A text of a rule may be as long as its SQL makes it; what is kept of it is its beginning. */
const TEXT_LENGTH_MAX = 500

/** While nothing is derived, the watermark is told when it has moved on by this much, so that windows close. */
const SAY_WATERMARK_US = 1_000_000

export const DerivedState = z.object({
  /** Watermarks of the producers whose samples rules that derive have seen; of those that have not ended. */
  feeders: z.array(z.tuple([z.string(), Instant])),
  saidUs: Instant,
})
export type DerivedState = z.output<typeof DerivedState>

/**
 * Puts derived samples into batches and keeps the watermark of their producer: the minimum over the producers that
 * feed the rules, without those that have ended. It never goes back. Pure; its state goes into the checkpoint.
 */
export class DerivedSamples {
  readonly #feeders: Map<string, number>
  #saidUs: number

  constructor(state: DerivedState = { feeders: [], saidUs: 'none' }) {
    this.#feeders = new Map(state.feeders.map(([name, us]) => [name, readInstant(us)]))
    this.#saidUs = readInstant(state.saidUs)
  }

  state(): DerivedState {
    return {
      feeders: [...this.#feeders].map(([name, us]) => [name, writeInstant(us)]),
      saidUs: writeInstant(this.#saidUs),
    }
  }

  /** What one frame of the log gave; the last batch carries the watermark. */
  take({ producer, completeBeforeUs }: FrameHeader, samples: readonly DerivedSample[]): DerivedBatch[] {
    const isFeeder = samples.length > 0 || this.#feeders.has(producer)
    if (!isFeeder) return []
    if (completeBeforeUs === Number.POSITIVE_INFINITY) this.#feeders.delete(producer)
    else this.#feeders.set(producer, Math.max(completeBeforeUs, this.#feeders.get(producer) ?? -Infinity))
    const nextUs = Math.max(this.#saidUs, this.#lowest())
    if (samples.length === 0 && !(nextUs - this.#saidUs >= SAY_WATERMARK_US)) return []
    const parts = samples.length === 0 ? [[]] : split(samples)
    const beforeUs = this.#saidUs
    this.#saidUs = nextUs
    return parts.map((part, index) => ({
      columns: toColumns(part),
      completeBeforeUs: index === parts.length - 1 ? nextUs : beforeUs,
    }))
  }

  #lowest(): number {
    const all = [...this.#feeders.values()]
    return all.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(...all)
  }
}

function split(samples: readonly DerivedSample[]): DerivedSample[][] {
  const parts: DerivedSample[][] = []
  let part: DerivedSample[] = []
  let sizeBytes = Number.POSITIVE_INFINITY
  for (const sample of samples) {
    const bytes = sizeOf(sample)
    if (sizeBytes + bytes > BATCH_BYTES_MAX) {
      part = []
      parts.push(part)
      sizeBytes = 0
    }
    part.push(sample)
    sizeBytes += bytes
  }
  return parts
}

const sizeOf = ({ tag, value }: DerivedSample): number =>
  SAMPLE_BYTES_MAX +
  COLUMN_BYTES_MAX +
  encodeText(tag).length +
  (typeof value === 'string' ? encodeText(shorten(value)).length : 0)

const shorten = (text: string): string => cutText(text, TEXT_LENGTH_MAX)

/** One column a tag and kind, in order of first appearance. */
function toColumns(samples: readonly DerivedSample[]): Column[] {
  const groups = new Map<string, DerivedSample[]>()
  for (const sample of samples) {
    const name = `${typeof sample.value}|${sample.tag}`
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [sample])
    else group.push(sample)
  }
  return [...groups.values()].map((group) => ({
    tag: group[0]?.tag ?? '',
    timesUs: Float64Array.from(group, ({ timeUs }) => timeUs),
    quality: Uint8Array.from(group, ({ quality }) => quality),
    data: toValues(group),
  }))
}

function toValues(group: readonly DerivedSample[]): ColumnValues {
  const kind = typeof group[0]?.value
  if (kind === 'string') return { kind: 'text', values: group.map(({ value }) => shorten(String(value))) }
  if (kind === 'boolean')
    return { kind: 'boolean', values: Uint8Array.from(group, ({ value }) => Number(value)) }
  return { kind: 'number', values: Float64Array.from(group, ({ value }) => Number(value)) }
}
