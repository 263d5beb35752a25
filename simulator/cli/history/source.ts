import { decodeFrame } from '../../../shared/frame/decode.ts'
import type { SampleFrame } from '../../../shared/frame/frame.ts'
import type { Journal } from '../../../shared/journal/journal.ts'
import type { Outcome } from '../../../shared/journal/read/reads.ts'
import type { HistorianClient } from '../../../shared/reading/historian-client.ts'
import type { TagReads, TagsQuery } from '../../../shared/reading/tag-reads.ts'

/** Where history is read from: a historian, or the journal of a stopped one. */
export type HistorySource = TagReads & Pick<HistorianClient, 'range' | 'tags'>

/** A journal with the face of a historian's client. */
export function journalSource(journal: Journal): HistorySource {
  const { reads } = journal
  return {
    range: (query) => framesOf(journal.range(whole(query))),
    tags: async function* () {
      yield journal
        .tags('', Number.POSITIVE_INFINITY)
        .map((tag) => ({ ...tag, producers: [...tag.producers] }))
    },
    statistics: (query) => valuesOf(reads.statistics({ ...query, ...whole(query) })),
    cells: (query) => valuesOf(reads.cells({ ...query, ...whole(query) })),
    gaps: (query) => valuesOf(reads.gaps({ ...query, ...whole(query) })),
    reduced: (query) => valuesOf(reads.reduced(whole(query))),
    last: (query) => framesOf(bytesOf(reads.last(whole(query)))),
    picture: (query) => framesOf(bytesOf(reads.picture({ ...query, ...whole(query) }))),
  }
}

const whole = ({ tags, fromUs, toUs }: TagsQuery) => ({
  tags,
  fromUs: fromUs ?? null,
  toUs: toUs ?? null,
  cursor: '',
})

async function* valuesOf<T>(outcomes: AsyncIterable<Outcome<T>>): AsyncGenerator<T> {
  for await (const { value } of outcomes) yield value
}

async function* bytesOf(outcomes: AsyncIterable<Outcome<Uint8Array>>) {
  for await (const { value } of outcomes) yield { bytes: value }
}

async function* framesOf(pages: AsyncIterable<{ readonly bytes: Uint8Array }>): AsyncGenerator<SampleFrame> {
  for await (const { bytes } of pages) {
    const frame = decodeFrame(bytes)
    if (frame.body === 'samples') yield frame
  }
}
