import type { JsonObject } from '../bytes/json.ts'
import type { ReplyHead } from '../contract/historian-request.ts'
import type { TagCell, TagGap, TagReduction, TagStatistics } from '../contract/read-reply.ts'
import { decodeFrame } from '../frame/decode.ts'
import type { SampleFrame } from '../frame/frame.ts'
import { asTooOld } from './errors.ts'
import { CREDIT_PAGES } from './limits.ts'
import type { Reader } from './reader.ts'

export interface TagsQuery {
  /** MQTT-style filters; empty means every tag. */
  readonly tags: readonly string[]
  /** Inclusive; missing is open. */
  readonly fromUs?: number | undefined
  /** Exclusive; missing is open. */
  readonly toUs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface PictureOptions {
  /** 8 or more. */
  readonly pointsMax: number
  readonly method: 'm4' | 'lttb'
}

/**
 * What displays and reports ask for, tag by tag in the order of their names; see `JournalReads`.
 * All throw ReadError `GENBA_HISTORIAN_TOO_OLD` when the historian does not know the request.
 */
export interface TagReads {
  statistics(query: TagsQuery & { readonly everySample: boolean }): AsyncIterable<TagStatistics>
  cells(query: TagsQuery & { readonly widthUs: number }): AsyncIterable<TagCell>
  gaps(query: TagsQuery & { readonly longerThanUs: number }): AsyncIterable<TagGap>
  /** Where samples are gone and rollups are left. */
  reduced(query: TagsQuery): AsyncIterable<TagReduction>
  /** The newest sample of each tag, a frame each. */
  last(query: TagsQuery): AsyncIterable<SampleFrame>
  /** Points by which a tag is drawn, in one frame or several; their quality is not told. */
  picture(query: TagsQuery & PictureOptions): AsyncIterable<SampleFrame>
}

export function createTagReads(reader: Reader): TagReads {
  return {
    statistics: ({ everySample, ...query }) =>
      listed(reader, 'statistics', query, { everySample }, ({ statistics }) => statistics),
    cells: ({ widthUs, ...query }) => listed(reader, 'cells', query, { widthUs }, ({ cells }) => cells),
    gaps: ({ longerThanUs, ...query }) => listed(reader, 'gaps', query, { longerThanUs }, ({ gaps }) => gaps),
    reduced: (query) => listed(reader, 'reduced', query, {}, ({ reduced }) => reduced),
    last: (query) => framed(reader, 'last', query, {}),
    picture: ({ pointsMax, method, ...query }) => framed(reader, 'picture', query, { pointsMax, method }),
  }
}

async function* listed<T>(
  reader: Reader,
  op: keyof TagReads,
  query: TagsQuery,
  own: JsonObject,
  listOf: (head: ReplyHead) => readonly T[] | undefined,
): AsyncGenerator<T> {
  for await (const { head } of repliesTo(reader, op, query, own)) yield* listOf(head) ?? []
}

async function* framed(
  reader: Reader,
  op: keyof TagReads,
  query: TagsQuery,
  own: JsonObject,
): AsyncGenerator<SampleFrame> {
  for await (const { frames } of repliesTo(reader, op, query, own)) {
    for (const bytes of frames) {
      const frame = decodeFrame(bytes)
      if (frame.body === 'samples') yield frame
    }
  }
}

async function* repliesTo(reader: Reader, op: keyof TagReads, query: TagsQuery, own: JsonObject) {
  const { tags, fromUs = null, toUs = null, signal } = query
  const common = { op, tags: [...tags], fromUs, toUs, credit: CREDIT_PAGES, ...own }
  try {
    yield* reader.pages({ from: (cursor) => ({ ...common, cursor }), cursor: '', signal })
  } catch (error) {
    throw asTooOld(error, op)
  }
}
