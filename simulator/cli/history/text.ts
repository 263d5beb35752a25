import type { Column, SampleFrame, Severity } from '../../../shared/frame/frame.ts'
import { createTagFilter } from '../../../shared/tag/tag-filter.ts'
import { formatSamples, historyHeader, severityOf } from './format.ts'
import type { HistoryFormat, HistoryQuestion } from './question.ts'
import {
  CELLS_HEAD,
  cellRow,
  GAPS_HEAD,
  gapRow,
  POINTS_HEAD,
  pointRows,
  REDUCED_HEAD,
  reducedRow,
  statisticsRow,
  tagRow,
} from './rows.ts'
import type { HistorySource } from './source.ts'

/** The answer to a question, some rows at once; the same whether the gateway runs or not. */
export async function* historyText(
  source: HistorySource,
  question: HistoryQuestion,
  format: HistoryFormat,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const { tags, fromUs, toUs, read } = question
  const query = { tags, fromUs, toUs, signal }
  const head = (csv: string): string => (format === 'csv' ? csv : '')
  switch (read.kind) {
    case 'samples':
    case 'last':
      yield historyHeader(format)
      for await (const frame of samplesOf(source, question, signal)) yield formatSamples(frame, format)
      return
    case 'picture':
      yield head(POINTS_HEAD)
      for await (const frame of source.picture({ ...query, ...read })) yield pointRows(format, frame)
      return
    case 'cells':
      yield head(CELLS_HEAD)
      for await (const cell of source.cells({ ...query, ...read })) yield cellRow(format, cell)
      return
    case 'gaps':
      yield head(GAPS_HEAD)
      for await (const gap of source.gaps({ ...query, ...read })) yield gapRow(format, gap)
      return
    case 'reduced':
      yield head(REDUCED_HEAD)
      for await (const stretch of source.reduced(query)) yield reducedRow(format, stretch)
      return
    case 'statistics':
      for await (const figures of source.statistics({ ...query, ...read })) yield statisticsRow(figures)
      return
    case 'tags': {
      const isWanted = createTagFilter(tags)
      for await (const some of source.tags(signal)) {
        yield some
          .filter(({ tag }) => isWanted(tag))
          .map(tagRow)
          .join('')
      }
    }
  }
}

/** Samples as they are stored, of the qualities that are asked for. */
export async function* samplesOf(
  source: HistorySource,
  { tags, fromUs, toUs, read }: HistoryQuestion,
  signal?: AbortSignal,
): AsyncGenerator<SampleFrame> {
  const query = { tags, fromUs, toUs, signal }
  const frames = read.kind === 'last' ? source.last(query) : source.range(query)
  const qualities = read.kind === 'samples' ? read.qualities : []
  for await (const frame of frames) {
    yield qualities.length === 0
      ? frame
      : { ...frame, columns: frame.columns.map((column) => ofQuality(column, qualities)) }
  }
}

function ofQuality({ tag, timesUs, quality, data }: Column, wanted: readonly Severity[]): Column {
  const isWanted = (_: unknown, at: number): boolean => wanted.includes(severityOf(quality[at] ?? 0))
  return {
    tag,
    timesUs: timesUs.filter(isWanted),
    quality: quality.filter(isWanted),
    data:
      data.kind === 'number'
        ? { kind: data.kind, values: data.values.filter(isWanted) }
        : data.kind === 'boolean'
          ? { kind: data.kind, values: data.values.filter(isWanted) }
          : { kind: data.kind, values: data.values.filter(isWanted) },
  }
}
