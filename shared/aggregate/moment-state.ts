import * as z from 'zod'
import type { Moments } from './moments.ts'

const Value = z.union([z.number(), z.boolean(), z.string()])
export const SampleValueState = Value.nullable()

const Level = z.union([z.literal(0), z.literal(1), z.literal(2)])

/** -Infinity and Infinity stand for "none" and are null, as JSON has neither. */
const Tally = z.tuple([
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number().nullable(),
  SampleValueState,
])
const HEX = /^-?[0-9a-f]{1,600}$/

const Numbers = z.tuple([
  z.number().nullable(),
  z.number().nullable(),
  z.number(),
  z.number(),
  z.string().regex(HEX),
  Level,
  z.number(),
  z.number(),
  z.number(),
])

/** Moments as JSON: JSON numbers carry every finite double but negative zero, which moments never hold. */
export const MomentState = z.union([z.tuple([Tally, Numbers]), z.tuple([Tally])])
export type MomentState = z.output<typeof MomentState>

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

export function writeMoments(moments: Moments, isTally: boolean): MomentState {
  const { count, textCount, bad, uncertain, lastTimeUs, last } = moments
  const tally = [count, textCount, bad, uncertain, finite(lastTimeUs), last] satisfies z.output<typeof Tally>
  if (isTally || count === textCount) return [tally]
  const { min, max, high, low, rest, level, pivot, squares, squaresLow } = moments
  return [
    tally,
    [finite(min), finite(max), high + 0, low + 0, rest.toString(16), level, pivot, squares, squaresLow + 0],
  ]
}

/** Puts a written state into fresh moments. */
export function readMoments(fresh: Moments, [tally, numbers]: MomentState): Moments {
  const [count, textCount, bad, uncertain, lastTimeUs, last] = tally
  const counted = {
    ...fresh,
    ...{ count, textCount, bad, uncertain, last },
    lastTimeUs: lastTimeUs ?? Number.NEGATIVE_INFINITY,
  }
  if (numbers === undefined) return counted
  const [min, max, high, low, rest, level, pivot, squares, squaresLow] = numbers
  return {
    ...counted,
    min: min ?? Number.POSITIVE_INFINITY,
    max: max ?? Number.NEGATIVE_INFINITY,
    ...{ high, low, level, pivot, squares, squaresLow },
    rest: rest.startsWith('-') ? -BigInt(`0x${rest.slice(1)}`) : BigInt(`0x${rest}`),
  }
}
