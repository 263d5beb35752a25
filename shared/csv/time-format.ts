import { type DateOrder, parseCalendar } from './calendar.ts'
import { type EpochUnit, epochUnitOf, parseEpoch } from './epoch.ts'

/** How the times of one file are written; decided once, from its first lines. */
export type TimeFormat =
  | { readonly kind: 'calendar'; readonly order: DateOrder }
  | { readonly kind: 'epoch'; readonly unit: EpochUnit }

export interface DetectedTime {
  readonly format: TimeFormat
  /** Share of the values that are times in this format. */
  readonly share: number
  /** Day and month cannot be told apart: the order was guessed. */
  readonly isGuess: boolean
}

/** Event time in microseconds; undefined when the text is no time of this format. */
export function parseTime(text: string, format: TimeFormat): number | undefined {
  return format.kind === 'calendar' ? parseCalendar(text, format.order) : parseEpoch(text, format.unit)
}

/** The format that most of some values have; undefined when fewer than half have the same. */
export function detectTime(values: readonly string[], dateOrder?: 'dmy' | 'mdy'): DetectedTime | undefined {
  const candidates = [detectCalendar(values, dateOrder), detectEpoch(values)]
  const best = candidates
    .filter((candidate) => candidate !== undefined)
    .reduce<DetectedTime | undefined>(
      (before, candidate) => (before && before.share >= candidate.share ? before : candidate),
      undefined,
    )
  return best && best.share >= 0.5 ? best : undefined
}

function detectCalendar(values: readonly string[], dateOrder?: 'dmy' | 'mdy'): DetectedTime | undefined {
  const tries = (['ymd', 'dmy', 'mdy'] as const)
    .filter((order) => order === 'ymd' || dateOrder === undefined || order === dateOrder)
    .map((order) => ({ order, times: timesOf(values, order) }))
  const mostTimes = Math.max(...tries.map(({ times }) => times.length))
  if (mostTimes === 0) return undefined
  const best = tries.filter(({ times }) => times.length === mostTimes)
  const [first, second] = best.map((candidate) => ({ ...candidate, pathUs: pathOf(candidate.times) }))
  if (first === undefined) return undefined
  // As many lines are days of either order: then the one in which time moves less is right; a file of one day or
  // one month leaves the way the world writes its dots and slashes.
  const isGuess = second !== undefined && first.pathUs === second.pathUs
  const usual = values.some((value) => value.includes('.')) ? 'dmy' : 'mdy'
  const order =
    second === undefined
      ? first.order
      : isGuess
        ? usual
        : first.pathUs < second.pathUs
          ? first.order
          : second.order
  return { format: { kind: 'calendar', order }, share: mostTimes / values.length, isGuess }
}

function timesOf(values: readonly string[], order: DateOrder): number[] {
  return values.map((value) => parseCalendar(value, order)).filter((timeUs) => timeUs !== undefined)
}

/** How far time goes back and forth over these lines. */
function pathOf(timesUs: readonly number[]): number {
  let pathUs = 0
  for (let index = 1; index < timesUs.length; index++) {
    pathUs += Math.abs((timesUs[index] ?? 0) - (timesUs[index - 1] ?? 0))
  }
  return pathUs
}

function detectEpoch(values: readonly string[]): DetectedTime | undefined {
  const counts = new Map<EpochUnit, number>()
  for (const value of values) {
    const unit = epochUnitOf(value)
    if (unit) counts.set(unit, (counts.get(unit) ?? 0) + 1)
  }
  const [best] = [...counts].sort((a, b) => b[1] - a[1])
  if (best === undefined) return undefined
  return { format: { kind: 'epoch', unit: best[0] }, share: best[1] / values.length, isGuess: false }
}
