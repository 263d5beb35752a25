import type { TagCell, TagGap, TagReduction, TagStatistics } from '../../contract/read-reply.ts'
import { encodeContent, sealFrame } from '../../frame/encode.ts'
import type { Column } from '../../frame/frame.ts'
import { createTagFilter } from '../../tag/tag-filter.ts'
import { PICTURE_FRAME_POINTS } from '../limits.ts'
import type { Tag } from '../tag.ts'
import { cellsOf } from './cell-rows.ts'
import { readGaps } from './gap-reader.ts'
import { readLast } from './last-reader.ts'
import { type PictureQuery, readPicture } from './picture-reader.ts'
import type { RangeSource } from './range-reader.ts'
import { formatReadCursor, parseReadCursor } from './read-cursor.ts'
import { reducedStretches } from './reduced-stretches.ts'
import { readStatistics } from './statistics-reader.ts'

export interface TagsQuery {
  /** MQTT-style filters; empty means every tag. */
  readonly tags: readonly string[]
  /** Inclusive; null is open. */
  readonly fromUs: number | null
  /** Exclusive; null is open. */
  readonly toUs: number | null
  /** '' begins; the cursor of an outcome continues after it. */
  readonly cursor: string
}

export interface Outcome<T> {
  readonly value: T
  readonly cursor: string
}

/**
 * What displays and reports ask for, tag by tag in the order of their names; of tags without a sample in the range
 * nothing is given. All throw JournalError `GENBA_READ_CURSOR` and GenbaError `GENBA_TAG_FILTER` at the first step.
 */
export interface JournalReads {
  /** See `readStatistics`. */
  statistics(query: TagsQuery & { readonly everySample: boolean }): AsyncGenerator<Outcome<TagStatistics>>
  /** Cells of one width, ascending, those without numbers left out. */
  cells(query: TagsQuery & { readonly widthUs: number }): AsyncGenerator<Outcome<TagCell>>
  /** See `readGaps`. */
  gaps(query: TagsQuery & { readonly longerThanUs: number }): AsyncGenerator<Outcome<TagGap>>
  /** Where samples are gone and rollups are left, ascending. */
  reduced(query: TagsQuery): AsyncGenerator<Outcome<TagReduction>>
  /** The newest sample of each tag, an encoded frame each. */
  last(query: TagsQuery): AsyncGenerator<Outcome<Uint8Array>>
  /** Points of a display, some in an encoded frame; see `readPicture`. */
  picture(query: TagsQuery & Pick<PictureQuery, 'pointsMax' | 'method'>): AsyncGenerator<Outcome<Uint8Array>>
}

export function createReads(source: () => RangeSource): JournalReads {
  return {
    statistics: (query) => statistics(source(), query),
    cells: (query) => cells(source(), query),
    gaps: (query) => gaps(source(), query),
    reduced: (query) => reduced(source(), query),
    last: (query) => last(source(), query),
    picture: (query) => picture(source(), query),
  }
}

type Query<Name extends keyof JournalReads> = Parameters<JournalReads[Name]>[0]

async function* statistics(source: RangeSource, query: Query<'statistics'>) {
  for (const { tag, range, cursor } of tagsOf(source, query)) {
    yield {
      value: await readStatistics(source, { tag: tag.tag, ...range, everySample: query.everySample }),
      cursor: cursor(),
    }
  }
}

async function* cells(source: RangeSource, query: Query<'cells'>) {
  const { widthUs } = query
  for (const { tag, range, at, cursor } of tagsOf(source, query)) {
    const fromUs = Math.max(range.fromUs, at ?? range.fromUs)
    for await (const value of cellsOf(source, tag, { ...range, fromUs, widthUs })) {
      yield { value, cursor: cursor(value.startUs + widthUs) }
    }
  }
}

async function* gaps(source: RangeSource, query: Query<'gaps'>) {
  const { longerThanUs } = query
  for (const { tag, range, at, cursor } of tagsOf(source, query)) {
    for (let fromUs: number | undefined = at ?? range.fromUs; fromUs !== undefined; ) {
      const { gaps: found, nextUs } = await readGaps(source, { tag: tag.tag, ...range, fromUs, longerThanUs })
      for (const gap of found) yield { value: { tag: tag.tag, ...gap }, cursor: cursor(gap.toUs) }
      fromUs = nextUs
    }
  }
}

async function* reduced(source: RangeSource, query: Query<'reduced'>) {
  for (const { tag, range, at, cursor } of tagsOf(source, query)) {
    for await (const { stretch, nextUs } of reducedStretches(source, { tag: tag.tag, ...range }, at)) {
      yield { value: stretch, cursor: cursor(nextUs) }
    }
  }
}

async function* last(source: RangeSource, query: Query<'last'>) {
  for (const { tag, range, cursor } of tagsOf(source, query)) {
    const column = await readLast(source, { tag: tag.tag, ...range })
    if (column !== undefined) yield { value: frameOf(column), cursor: cursor() }
  }
}

async function* picture(source: RangeSource, { pointsMax, method = 'm4', ...query }: Query<'picture'>) {
  for (const { tag, range, at = 0, cursor } of tagsOf(source, query)) {
    const fromUs = Math.max(range.fromUs, tag.firstTimeUs)
    const toUs = Math.min(range.toUs, tag.lastTimeUs + 1)
    const { timesUs, values } = await readPicture(source, { tag: tag.tag, fromUs, toUs, pointsMax, method })
    for (let start = at; start < timesUs.length; start += PICTURE_FRAME_POINTS) {
      const end = Math.min(timesUs.length, start + PICTURE_FRAME_POINTS)
      const column: Column = {
        tag: tag.tag,
        timesUs: timesUs.slice(start, end),
        quality: new Uint8Array(end - start),
        data: { kind: 'number', values: values.slice(start, end) },
      }
      yield { value: frameOf(column), cursor: end === timesUs.length ? cursor() : cursor(end) }
    }
  }
}

/** An answer's, in no log. */
const READER = { producer: 'genba.Historian/read', epoch: 0, sequence: 0 }

const frameOf = (column: Column): Uint8Array =>
  sealFrame(
    encodeContent({
      body: 'samples',
      columns: [column],
      completeBeforeUs: Number.NEGATIVE_INFINITY,
      position: '',
    }),
    READER,
  )

interface TagInTurn {
  readonly tag: Tag
  readonly range: { readonly fromUs: number; readonly toUs: number }
  /** Where the read goes on in this tag, when it is the one of the cursor. */
  readonly at: number | undefined
  /** Behind this tag, or in it. */
  readonly cursor: (at?: number) => string
}

/** The tags with samples in the range, from the cursor on. */
function* tagsOf(source: RangeSource, query: TagsQuery): Generator<TagInTurn> {
  const isWanted = createTagFilter(query.tags)
  const begun = parseReadCursor(query.cursor)
  const range = {
    fromUs: query.fromUs ?? Number.NEGATIVE_INFINITY,
    toUs: query.toUs ?? Number.POSITIVE_INFINITY,
  }
  const { tags } = source.state()
  const first = begun?.at === undefined ? undefined : tags.get(begun.tag)
  for (let tag = first ?? tags.next(begun?.tag ?? ''); tag; tag = tags.next(tag.tag)) {
    const { tag: name, firstTimeUs, lastTimeUs } = tag
    if (!isWanted(name) || firstTimeUs >= range.toUs || lastTimeUs < range.fromUs) continue
    yield {
      tag,
      range,
      at: tag === first ? begun?.at : undefined,
      cursor: (at) => formatReadCursor({ tag: name, at }),
    }
  }
}
