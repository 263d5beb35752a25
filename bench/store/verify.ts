import { inTimeOrder, type Samples, type Series } from './series.ts'
import { type Picture, POINTS_MAX, type Span } from './store.ts'

/** The samples of a series in the order of reads, against which pieces of it are held one after the other. */
export class Reference {
  readonly #name: string
  readonly #pieces: Iterator<Samples>
  #piece: Samples | undefined
  #index = 0

  constructor(series: Series) {
    this.#name = series.name
    this.#pieces = inTimeOrder(series)[Symbol.iterator]()
    this.#next()
  }

  /** @throws Error unless these are the next samples to the bit */
  require({ timesUs, data }: Samples): void {
    if (data.values.length !== timesUs.length) throw new Error(`${this.#name}: values or times are missing`)
    for (let index = 0; index < timesUs.length; index++) {
      const piece = this.#piece
      if (piece === undefined) throw new Error(`${this.#name}: more samples came back than were written`)
      const timeUs = piece.timesUs[this.#index]
      const value = piece.data.values[this.#index]
      // Of the values here, none is a NaN, of which Object.is would take one for another.
      if (!Object.is(timesUs[index], timeUs) || !Object.is(data.values[index], value)) {
        const found = `${timesUs[index]}, ${data.values[index]}`
        throw new Error(`${this.#name}: a sample came back as ${found} and not as ${timeUs}, ${value}`)
      }
      this.#index++
      if (this.#index === piece.timesUs.length) this.#next()
    }
  }

  /** @throws Error when samples are left */
  requireEnd(): void {
    if (this.#piece !== undefined) throw new Error(`${this.#name}: fewer samples came back than were written`)
  }

  #next(): void {
    const next = this.#pieces.next()
    this.#piece = next.done ? undefined : next.value
    this.#index = 0
  }
}

/** @throws Error unless both have the same bits in the same order */
export function requireSame(what: string, found: Samples, wanted: Samples): void {
  const isSame =
    found.timesUs.length === wanted.timesUs.length &&
    found.timesUs.every((timeUs, index) => Object.is(timeUs, wanted.timesUs[index])) &&
    wanted.timesUs.every((_, index) => Object.is(found.data.values[index], wanted.data.values[index]))
  if (!isSame) throw new Error(`${what}: two reads of one range differ`)
}

/** @throws Error when the picture shows what is not there, or lacks an extreme */
export function requirePicture(what: string, picture: Picture, series: Series): void {
  if (picture.of === 'samples') requireSamplesOf(what, picture.points, series)
  else requireSpans(what, picture, series)
}

type Points = (Picture & { readonly of: 'samples' })['points']

function requireSamplesOf(what: string, points: Points, series: Series): void {
  if (points.length > POINTS_MAX || points.length < POINTS_MAX / 4)
    throw new Error(`${what}: a picture of ${points.length} points`)
  const wanted = new Map(points.map(({ timeUs, value }) => [timeUs, value]))
  let found = 0
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  forEachNumber(series, (timeUs, value) => {
    min = Math.min(min, value)
    max = Math.max(max, value)
    if (Object.is(wanted.get(timeUs), value)) found++
  })
  if (found < wanted.size) throw new Error(`${what}: ${wanted.size - found} points are no samples`)
  const values = points.map(({ value }) => value)
  if (Math.min(...values) !== min || Math.max(...values) !== max)
    throw new Error(`${what}: the picture lacks an extreme`)
}

function requireSpans(
  what: string,
  { spanUs, spans }: Picture & { readonly of: 'spans' },
  series: Series,
): void {
  const wanted = new Map<number, Span>()
  const fromUs = series.timeUsAt(0)
  forEachNumber(series, (timeUs, value) => {
    const number = Math.floor((timeUs - fromUs) / spanUs)
    const { min, max } = wanted.get(number) ?? { min: value, max: value }
    wanted.set(number, { number, min: Math.min(min, value), max: Math.max(max, value) })
  })
  if (spans.length !== wanted.size) throw new Error(`${what}: ${spans.length} spans and not ${wanted.size}`)
  for (const { number, min, max } of spans) {
    const { min: wantedMin, max: wantedMax } = wanted.get(number) ?? {}
    if (min !== wantedMin || max !== wantedMax)
      throw new Error(`${what}: span ${number} is ${min} to ${max} and not ${wantedMin} to ${wantedMax}`)
  }
}

function forEachNumber(series: Series, use: (timeUs: number, value: number) => void): void {
  for (const { timesUs, data } of series.batches()) {
    if (data.kind !== 'number') throw new Error(`${series.name} has no numbers`)
    for (let index = 0; index < timesUs.length; index++) {
      use(timesUs[index] as number, data.values[index] as number)
    }
  }
}
