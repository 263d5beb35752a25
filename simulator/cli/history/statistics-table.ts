import type { TagStatistics } from '../../../shared/contract/read-reply.ts'
import { formatTimeUs } from '../../../shared/time/time.ts'
import { formatCount } from '../figures.ts'
import { formatTable } from '../table.ts'

const HEAD = ['tag', 'count', 'bad', 'mean', 'min', 'max', 'first', 'last', 'from', 'to']
const MORE = ['uncertain', 'std']

/** Figures of tags for people; every digit is in `--json`. */
export function statisticsTable(all: readonly TagStatistics[], hasEverySample: boolean): string {
  const rows = all.map((figures) => [...rowOf(figures), ...(hasEverySample ? moreOf(figures) : [])])
  return formatTable(hasEverySample ? [...HEAD, ...MORE] : HEAD, rows)
}

const rowOf = ({ tag, count, bad, mean, min, max, first, last }: TagStatistics): string[] => [
  tag,
  formatCount(count),
  formatCount(bad),
  figure(mean),
  figure(min?.value),
  figure(max?.value),
  figure(first?.value),
  figure(last?.value),
  first === null ? '' : formatTimeUs(first.timeUs),
  last === null ? '' : formatTimeUs(last.timeUs),
]

const moreOf = ({ everySample }: TagStatistics): string[] => [
  everySample === undefined ? '' : formatCount(everySample.uncertain),
  figure(everySample?.standardDeviation),
]

/** Six digits tell machines apart. */
const figure = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : String(Number(value.toPrecision(6)))
