import * as z from 'zod'
import { AggregateState, readAggregate, writeAggregate } from '../aggregate/state.ts'
import type { WindowBook } from './book.ts'
import type { EngineState } from './engine-state.ts'
import type { SeriesName } from './open-window.ts'
import { Series } from './series.ts'
import { TagState } from './tag-state.ts'

/**
 * The state of an engine in small texts, so that a checkpoint writes what has changed and not everything: with
 * windows of 10 s that stay revisable for 10 minutes, about one in thirty.
 */
export interface Cell {
  readonly key: string
  /** JSON; undefined when the cell is gone. */
  readonly text: string | undefined
}

/** JSON has no infinities; in a state they only ever mean "none so far" at one end and "all" at the other. */
const Instant = z.union([z.number(), z.literal('none'), z.literal('all')])
type Instant = z.output<typeof Instant>

function writeInstant(us: number): Instant {
  if (us === Number.NEGATIVE_INFINITY) return 'none'
  return us === Number.POSITIVE_INFINITY ? 'all' : us
}

function readInstant(instant: Instant): number {
  if (instant === 'none') return Number.NEGATIVE_INFINITY
  return instant === 'all' ? Number.POSITIVE_INFINITY : instant
}

const HeadText = z.object({
  counters: z.object({
    emitted: z.number(),
    revised: z.number(),
    lateSamples: z.number(),
    quarantinedSamples: z.number(),
    refusedSamples: z.number(),
  }),
  closedEarly: z.number(),
  /** [name, epoch, watermark] */
  producers: z.array(z.tuple([z.string(), z.number(), Instant])),
})

const TagText = z.object({
  watermark: Instant,
  newest: Instant,
  producers: z.array(z.string()),
  /** [size, offset, lateness, is retiring, opens from, closed up to] */
  series: z.array(z.tuple([z.number(), z.number(), z.number(), z.boolean(), Instant, Instant])),
})

/** [revision, aggregate] */
const WindowText = z.tuple([z.number(), AggregateState])

const Key = z.union([
  z.tuple([z.literal('head')]),
  z.tuple([z.literal('tag'), z.string()]),
  z.tuple([z.literal('window'), z.string(), z.string(), z.number()]),
])
type Key = z.output<typeof Key>
const keyOf = (key: Key): string => JSON.stringify(key)
const windowKey = (series: SeriesName, startUs: number): string =>
  keyOf(['window', series.tag, series.name, startUs])

/** What has changed since the last call. */
export function takeCells(state: EngineState, book: WindowBook): Cell[] {
  const { changed, removed } = book.takeChanges()
  const tags = [...state.changedTags]
  state.changedTags.clear()
  for (const tag of tags) tag.isNoted = false
  return [
    { key: keyOf(['head']), text: JSON.stringify(headText(state, book)) },
    ...tags.map((tag) => ({ key: keyOf(['tag', tag.tag]), text: JSON.stringify(tagText(tag)) })),
    ...removed.map(([series, startUs]) => ({ key: windowKey(series, startUs), text: undefined })),
    ...changed.map(([series, { startUs, revision, aggregate }]) => ({
      key: windowKey(series, startUs),
      text: JSON.stringify([revision, writeAggregate(aggregate)] satisfies z.input<typeof WindowText>),
    })),
  ]
}

function headText(state: EngineState, book: WindowBook): z.input<typeof HeadText> {
  return {
    counters: state.counters,
    closedEarly: book.closedEarlyCount,
    producers: [...state.producers.values()].map(({ name, epoch, completeBeforeUs }) => [
      name,
      epoch,
      writeInstant(completeBeforeUs),
    ]),
  }
}

function tagText(tag: TagState): z.input<typeof TagText> {
  return {
    watermark: writeInstant(tag.watermarkUs),
    newest: writeInstant(tag.newestUs),
    producers: tag.producers.map(({ name }) => name),
    series: tag.series.map(({ shape, isRetiring, openFromUs, closedUs }) => [
      shape.sizeUs,
      shape.offsetUs,
      shape.allowedLatenessUs,
      isRetiring,
      writeInstant(openFromUs),
      writeInstant(closedUs),
    ]),
  }
}

/** Puts cells into an engine that has none. @throws ZodError when they are not what `takeCells` gives */
export function readCells(cells: Iterable<Cell>, state: EngineState, book: WindowBook): void {
  const windows: { key: readonly [string, string, string, number]; text: string }[] = []
  const tags: { tag: string; text: string }[] = []
  for (const { key: keyText, text } of cells) {
    if (text === undefined) continue
    const key = Key.parse(JSON.parse(keyText))
    if (key[0] === 'head') readHead(text, state, book)
    else if (key[0] === 'tag') tags.push({ tag: key[1], text })
    else windows.push({ key, text })
  }
  for (const { tag, text } of tags) state.tags.set(tag, readTag(tag, text, state))
  for (const { key, text } of windows) {
    const [, tag, name, startUs] = key
    const [revision, aggregate] = WindowText.parse(JSON.parse(text))
    state.tags
      .get(tag)
      ?.series.find((series) => series.name === name)
      ?.restore(
        {
          startUs,
          revision,
          aggregate: readAggregate(aggregate),
          isDirty: revision < 0,
          isNoted: false,
          isSaved: true,
        },
        book,
      )
  }
}

function readHead(text: string, state: EngineState, book: WindowBook): void {
  const head = HeadText.parse(JSON.parse(text))
  Object.assign(state.counters, head.counters)
  book.closedEarlyCount = head.closedEarly
  for (const [name, epoch, completeBefore] of head.producers) {
    const completeBeforeUs = readInstant(completeBefore)
    state.producers.set(name, { name, epoch, completeBeforeUs, tags: [], dueUs: Number.NEGATIVE_INFINITY })
  }
}

function readTag(name: string, text: string, state: EngineState): TagState {
  const saved = TagText.parse(JSON.parse(text))
  const tag = new TagState(name)
  tag.watermarkUs = readInstant(saved.watermark)
  tag.newestUs = readInstant(saved.newest)
  for (const producer of saved.producers) {
    const known = state.producers.get(producer)
    if (known !== undefined) tag.attach(known)
  }
  tag.series = saved.series.map(([sizeUs, offsetUs, allowedLatenessUs, isRetiring, openFrom, closed]) => {
    const series = new Series(name, { sizeUs, offsetUs, allowedLatenessUs }, readInstant(openFrom))
    series.isRetiring = isRetiring
    series.closedUs = readInstant(closed)
    return series
  })
  return tag
}
