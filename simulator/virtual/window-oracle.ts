import { Quality } from '../../shared/frame/frame.ts'
import type { JournaledFrame } from './evidence.ts'
import { type PlainSample, samplesOf } from './frame-content.ts'
import { compileFilter } from './topic-filter.ts'

/** One definition of tumbling windows, in microseconds. */
export interface OracleWindow {
  /** Made from size and offset when it is not given. */
  readonly name?: string
  readonly tags: readonly string[]
  readonly sizeUs: number
  readonly offsetUs: number
  readonly allowedLatenessUs: number
}

/** What the summary of one window has to say in the end. */
export interface ExpectedSummary {
  readonly tag: string
  readonly startUs: number
  readonly endUs: number
  readonly window: string
  readonly count: number
  readonly bad: number
  readonly uncertain: number
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  readonly std: number | null
  readonly last: PlainSample['value'] | null
}

interface Producer {
  epoch: number
  completeBeforeUs: number
}

interface Tag {
  readonly producers: Set<Producer>
  completeBeforeUs: number
  /** For each kind of window: those that end here or earlier were closed by the end of all sources. */
  readonly closedUs: Map<string, number>
}

/**
 * The windows of a whole log by the plainest means: every sample that was not refused is collected first, then
 * each window is computed from its list in two passes. Written from the rules (docs/decisions/watermark-per-tag.md,
 * quarantine-at-the-source.md) and sharing no code with `shared/window`.
 */
export function computeWindows(
  journal: readonly JournaledFrame[],
  definitions: readonly OracleWindow[],
): Map<string, ExpectedSummary> {
  const producers = new Map<string, Producer>()
  const tags = new Map<string, Tag>()
  const collected = new Map<string, Collected>()

  for (const { frame } of journal) {
    if (frame.body !== 'samples') continue
    const { header, columns } = frame
    const producer = producers.get(header.producer) ?? { epoch: header.epoch, completeBeforeUs: -Infinity }
    producers.set(header.producer, producer)
    for (const column of columns) {
      const tag = tags.get(column.tag) ?? {
        producers: new Set<Producer>(),
        completeBeforeUs: -Infinity,
        closedUs: new Map<string, number>(),
      }
      tags.set(column.tag, tag)
      tag.producers.add(producer)
      // A tag that is new to a producer begins where that one is.
      advance(tag)
      for (const sample of samplesOf(column)) {
        if ((sample.quality & Quality.quarantined) !== 0) continue
        collect(collected, { name: column.tag, tag, sample }, definitions)
      }
    }
    observe(producer, header.epoch, header.completeBeforeUs)
    for (const [name, tag] of tags) {
      const hasEnded = advance(tag)
      if (hasEnded) closeAll(name, tag, collected)
    }
  }
  const complete = [...collected].filter(([, window]) => isComplete(window, tags.get(window.tag)))
  return new Map(complete.map(([key, window]) => [key, summarise(window)]))
}

/** What rules derive has no end, so its last windows stay open. */
function isComplete({ window, endUs }: Collected, tag: Tag | undefined): boolean {
  if (tag === undefined) return false
  return endUs <= tag.completeBeforeUs || endUs <= (tag.closedUs.get(window) ?? -Infinity)
}

/** A watermark never goes back, except that a source which had ended may start again under a new epoch. */
function observe(producer: Producer, epoch: number, completeBeforeUs: number): void {
  const hasStartedAgain = epoch > producer.epoch && producer.completeBeforeUs === Infinity
  producer.epoch = Math.max(producer.epoch, epoch)
  producer.completeBeforeUs = hasStartedAgain
    ? completeBeforeUs
    : Math.max(producer.completeBeforeUs, completeBeforeUs)
}

/** The end of all its producers completes a tag; the finite watermark stays where it was, in case one starts again. */
function advance(tag: Tag): boolean {
  const lowest = Math.min(...[...tag.producers].map(({ completeBeforeUs }) => completeBeforeUs))
  if (lowest !== Infinity) tag.completeBeforeUs = Math.max(tag.completeBeforeUs, lowest)
  return lowest === Infinity
}

function closeAll(name: string, tag: Tag, collected: ReadonlyMap<string, Collected>): void {
  for (const { tag: of, window, endUs } of collected.values()) {
    if (of === name) tag.closedUs.set(window, Math.max(tag.closedUs.get(window) ?? -Infinity, endUs))
  }
}

interface Collected {
  readonly tag: string
  readonly window: string
  readonly startUs: number
  readonly endUs: number
  readonly samples: PlainSample[]
}

function collect(
  collected: Map<string, Collected>,
  arrived: { readonly name: string; readonly tag: Tag; readonly sample: PlainSample },
  definitions: readonly OracleWindow[],
): void {
  const { name, tag, sample } = arrived
  const names = new Set<string>()
  for (const { name: given, tags, sizeUs, offsetUs, allowedLatenessUs } of definitions) {
    const offset = BigInt(offsetUs) % BigInt(sizeUs)
    const window = given ?? `tumbling:${sizeUs}${offset === 0n ? '' : `+${offset}`}`
    if (names.has(window) || !tags.some((filter) => compileFilter(filter)(name))) continue
    names.add(window)
    const startUs = startOf(sample.timeUs, sizeUs, offset)
    const endUs = startUs + sizeUs
    if (endUs + allowedLatenessUs <= tag.completeBeforeUs) continue
    if (endUs <= (tag.closedUs.get(window) ?? -Infinity)) continue
    const key = `${name}|${window}|${startUs}`
    const found = collected.get(key) ?? { tag: name, window, startUs, endUs, samples: [] }
    found.samples.push(sample)
    collected.set(key, found)
  }
}

/** Exact for every time that a double holds exactly. */
function startOf(timeUs: number, sizeUs: number, offset: bigint): number {
  const size = BigInt(sizeUs)
  const rest = (BigInt(timeUs) - offset) % size
  return Number(BigInt(timeUs) - (rest < 0n ? rest + size : rest))
}

function summarise({ samples, ...window }: Collected): ExpectedSummary {
  const good: PlainSample[] = []
  let bad = 0
  let uncertain = 0
  for (const sample of samples) {
    const severity = sample.quality & Quality.severityMask
    const isNumber = typeof sample.value === 'number'
    if (severity >= Quality.bad || (isNumber && !Number.isFinite(sample.value))) bad += 1
    else {
      good.push(sample)
      uncertain += severity
    }
  }
  const latest = good.reduce<PlainSample | undefined>(
    (last, sample) => (last === undefined || sample.timeUs >= last.timeUs ? sample : last),
    undefined,
  )
  const last = latest?.value ?? null
  return { ...window, count: good.length, bad, uncertain, ...numericPart(good), last }
}

function numericPart(good: readonly PlainSample[]): Pick<ExpectedSummary, 'min' | 'max' | 'mean' | 'std'> {
  const hasText = good.some(({ value }) => typeof value === 'string')
  if (good.length === 0 || hasText) return { min: null, max: null, mean: null, std: null }
  const values = good.map(({ value }) => Number(value))
  // Taken as shares of the largest, so that no square leaves the range of a double.
  const largest = Math.max(...values.map(Math.abs)) || 1
  const shares = values.map((value) => value / largest)
  const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length
  return {
    min: Math.min(...values) + 0,
    max: Math.max(...values) + 0,
    mean: mean * largest,
    std: Math.sqrt(variance) * largest,
  }
}
