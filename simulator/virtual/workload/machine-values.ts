import { type Column, Quality } from '../../../shared/frame/frame.ts'
import type { PlainSample } from '../frame-content.ts'
import type { Random } from '../random.ts'

/** What a machine measures: how many channels besides the usual four, and how strange its values can be. */
export interface MachineTraits {
  readonly channelCount: number
  /** Text values up to so many characters; 0 for a machine without. */
  readonly noteLength: number
  /** NaN, infinities, negative zero, and samples of bad quality among the others. */
  readonly isOdd: boolean
}

type Value = PlainSample['value']

/** One reading of all tags. */
export type Reading = ReadonlyMap<string, { readonly value: Value; readonly quality: number }>

const ODD_VALUES: readonly [number, ...number[]] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -0,
  5e-324,
  1.7976931348623157e308,
]
const ODD_PROBABILITY = 0.05
const LETTERS: readonly [string, ...string[]] = ['a', 'Z', '0', ' ', '"', '\\', 'é', '漢', '😀', '\n']

/** Draws one reading after the other; `serial` counts them, so that every reading is unlike every other. */
export function createReadings(random: Random, prefix: string, traits: MachineTraits): () => Reading {
  let serial = 0
  const level = () => Math.round((60 + 30 * Math.sin(serial / 40) + random.fraction()) * 1000) / 1000
  const number = () => (traits.isOdd && random.chance(ODD_PROBABILITY) ? random.pick(ODD_VALUES) : level())
  const quality = () => {
    if (!traits.isOdd || !random.chance(ODD_PROBABILITY)) return Quality.good
    return random.pick([Quality.bad, Quality.uncertain])
  }
  const note = () =>
    Array.from({ length: random.integer(0, traits.noteLength) }, () => random.pick(LETTERS)).join('')

  return () => {
    serial += 1
    const temperature = number()
    const values: [string, Value][] = [
      ['serial', serial],
      ['temperature', temperature],
      ['running', temperature > 50],
      ['state', temperature > 80 ? 'hot' : temperature > 40 ? 'warm' : 'cold'],
    ]
    for (let channel = 0; channel < traits.channelCount; channel += 1)
      values.push([`channel/${channel}`, number()])
    if (traits.noteLength > 0) values.push(['note', note()])
    return new Map(values.map(([tag, value]) => [`${prefix}/${tag}`, { value, quality: quality() }]))
  }
}

/** Readings at some instants, as columns. */
export function toColumns(timesUs: Float64Array, readings: readonly Reading[]): Column[] {
  const [first] = readings
  return [...(first?.entries() ?? [])].map(([tag, { value }]) => {
    const cells = readings.map((reading) => reading.get(tag))
    const values = cells.map((cell) => cell?.value ?? 0)
    const quality = Uint8Array.from(cells, (cell) => cell?.quality ?? Quality.good)
    const base = { tag, timesUs, quality }
    if (typeof value === 'string') return { ...base, data: { kind: 'text', values: values.map(String) } }
    return typeof value === 'boolean'
      ? { ...base, data: { kind: 'boolean', values: Uint8Array.from(values, Number) } }
      : { ...base, data: { kind: 'number', values: Float64Array.from(values, Number) } }
  })
}
