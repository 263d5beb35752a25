import type { SampleFrame } from '../frame/frame.ts'

/** So much event time is given tag by tag before the watermark moves. */
const SLICE_US = 6 * 3_600_000_000

export interface ReplayTag {
  readonly tag: string
  /** Who has sent it; the first is taken for the sender of all. */
  readonly producers: readonly string[]
  readonly firstTimeUs: number
  readonly lastTimeUs: number
}

export interface SealedReader {
  range(query: {
    readonly tags: readonly string[]
    readonly fromUs: number
    readonly toUs: number
    readonly part: 'sealed'
  }): AsyncIterable<SampleFrame>
}

/**
 * Sealed samples of some tags as if their producers had sent them in order of time: how they once came is not kept.
 * Frames come slice by slice and tag by tag; behind each slice but the last the watermarks move to its end, so that no
 * sealed sample is late. What follows in the log goes on from there.
 */
export async function* replaySealed(
  reader: SealedReader,
  tags: readonly ReplayTag[],
): AsyncGenerator<SampleFrame> {
  let slice: number | undefined
  for (const next of slicesOf(tags)) {
    const fromUs = next * SLICE_US
    const toUs = fromUs + SLICE_US
    let isEmpty = true
    for (const { tag, producers, firstTimeUs, lastTimeUs } of tags) {
      if (lastTimeUs < fromUs || firstTimeUs >= toUs) continue
      for await (const { columns } of reader.range({ tags: [tag], fromUs, toUs, part: 'sealed' })) {
        if (isEmpty && slice !== undefined) yield* endsOf(slice, tags)
        isEmpty = false
        yield frameOf(producers[0], columns)
      }
    }
    if (!isEmpty) slice = next
  }
}

/** Watermarks behind a slice. */
function* endsOf(slice: number, tags: readonly ReplayTag[]): Generator<SampleFrame> {
  const producers = new Set(tags.map(({ producers: [first] }) => first))
  for (const producer of producers) yield frameOf(producer, [], (slice + 1) * SLICE_US)
}

/** Epoch 0 comes before every process of the producer. */
const frameOf = (
  producer = '',
  columns: SampleFrame['columns'],
  completeBeforeUs = Number.NEGATIVE_INFINITY,
): SampleFrame => ({
  body: 'samples',
  header: { producer, epoch: 0, sequence: 0, completeBeforeUs, position: '' },
  columns,
})

/** Slices in which any tag may have samples, ascending. */
function* slicesOf(tags: readonly ReplayTag[]): Generator<number> {
  const spans = tags
    .filter(({ firstTimeUs, lastTimeUs }) => firstTimeUs <= lastTimeUs)
    .map(({ firstTimeUs, lastTimeUs }) => ({
      first: Math.floor(firstTimeUs / SLICE_US),
      last: Math.floor(lastTimeUs / SLICE_US),
    }))
    .sort((a, b) => a.first - b.first)
  let next = Number.NEGATIVE_INFINITY
  for (const { first, last } of spans) {
    for (next = Math.max(next, first); next <= last; next++) yield next
  }
}
