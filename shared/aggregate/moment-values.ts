import { meanOf, sumOf } from './exact-sum.ts'
import { type Moments, scaledM2 } from './moments.ts'
import type { AggregateName } from './params.ts'
import { inverseOf } from './scale.ts'

type MomentName = Extract<
  AggregateName,
  'sum' | 'mean' | 'min' | 'max' | 'range' | 'variance' | 'std' | 'm2' | 'rms' | 'peak' | 'crestFactor'
>

/** What the moments of at least one number say; not finite where no double can hold it or there is none. */
const MOMENT_VALUES: Readonly<Record<MomentName, (moments: Moments) => number>> = {
  sum: sumOf,
  mean,
  min: ({ min }) => min,
  max: ({ max }) => max,
  range: ({ min, max }) => max - min,
  variance: (moments) => squaredOut(scaledM2(moments) / moments.count, moments),
  std,
  m2: (moments) => squaredOut(scaledM2(moments), moments),
  rms,
  peak,
  crestFactor: (moments) => peak(moments) / rms(moments),
}

/** How an aggregate is read from moments; undefined when it needs more than those. */
export function momentValue(name: AggregateName): ((moments: Moments) => number | null) | undefined {
  if (!(name in MOMENT_VALUES)) return undefined
  const read = MOMENT_VALUES[name as MomentName]
  const none = name === 'sum' ? 0 : null
  return (moments) => {
    if (moments.count === 0) return none
    // A value over a part would not merge: one text among the samples and there is none.
    if (moments.textCount > 0) return null
    const value = read(moments)
    return Number.isFinite(value) ? value + 0 : null
  }
}

/** Rounding may carry the quotient beyond all values by a bit. */
function mean(moments: Moments): number {
  return Math.min(Math.max(meanOf(moments, moments.count), moments.min), moments.max)
}

function std(moments: Moments): number {
  return Math.sqrt(scaledM2(moments) / moments.count) * inverseOf(moments.level)
}

/** By the mean and the deviation from it: neither is negative, so nothing cancels and no square overflows. */
function rms(moments: Moments): number {
  return Math.min(Math.hypot(mean(moments), std(moments)), peak(moments))
}

function peak({ min, max }: Moments): number {
  return Math.max(Math.abs(min), Math.abs(max))
}

function squaredOut(scaled: number, { level }: Moments): number {
  return scaled * inverseOf(level) * inverseOf(level)
}
