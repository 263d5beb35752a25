import type { Answer, Layout } from './accumulator.ts'
import type { WindowBounds } from './answer.ts'
import type { Group, GroupType } from './group.ts'
import { distinctType } from './groups/distinct.ts'
import { FIRST } from './groups/first.ts'
import { histogramType } from './groups/histogram.ts'
import { orderedType } from './groups/ordered-type.ts'
import {
  areaOver,
  CHANGES,
  courseSum,
  coveredUs,
  increaseOf,
  increaseSum,
  type PairSum,
  stateSum,
} from './groups/pair-sums.ts'
import { SHAPE } from './groups/shape.ts'
import { sketchType } from './groups/sketch.ts'
import { linearIndex, logIndex } from './groups/sketch-index.ts'
import { momentValue } from './moment-values.ts'
import type { Moments } from './moments.ts'
import type { AggregateParams } from './params.ts'
import type { AggregateSpec } from './spec.ts'

const ALPHA = 0.01
const US_PER_UNIT = { ms: 1e3, s: 1e6, m: 60e6, h: 3600e6, d: 86_400e6 } as const

/** Finds out which state a list of aggregates needs; equal states are kept once. */
export function compileLayout(specs: readonly AggregateSpec[]): Layout {
  const builder = new LayoutBuilder()
  const answers = specs.map((spec) => [spec.as, builder.answerOf(spec)] as const)
  return { ...builder.finish(), answers }
}

/** Reads an answer from a group, or from a sum in event order. */
type Read<State> = (state: State, moments: Moments, bounds: WindowBounds) => ReturnType<Answer>

class LayoutBuilder {
  #hasMoments = false
  readonly #types: GroupType<Group>[] = []
  readonly #pairSums: PairSum[] = []

  finish(): Omit<Layout, 'answers'> {
    return { hasMoments: this.#hasMoments, groupTypes: this.#types }
  }

  answerOf(spec: AggregateSpec): Answer {
    const momentOf = momentValue(spec.fn)
    if (momentOf !== undefined) {
      this.#hasMoments = true
      return momentOf
    }
    switch (spec.fn) {
      case 'bad':
        return ({ bad }) => bad
      case 'uncertain':
        return ({ uncertain }) => uncertain
      case 'goodShare':
        return ({ count, bad, uncertain }) => (count + bad === 0 ? 0 : (count - uncertain) / (count + bad))
      case 'last':
        return ({ last }) => last
      case 'first':
        return this.#fromGroup(FIRST, ({ value }) => value)
      case 'skewness':
        return this.#fromGroup(
          SHAPE,
          numeric((shape) => shape.skewness()),
        )
      case 'kurtosis':
        return this.#fromGroup(
          SHAPE,
          numeric((shape) => shape.kurtosis()),
        )
      case 'percentile': {
        const { q } = spec.params
        return this.#fromGroup(
          sketchType(indexOf(spec.params)),
          numeric((sketch, { count }) => sketch.quantile(q, count)),
        )
      }
      case 'histogram': {
        const { bounds } = spec.params
        return this.#fromGroup(histogramType(bounds), ({ counts }, { textCount }) =>
          textCount > 0 ? null : { bounds, counts: [...counts] },
        )
      }
      case 'distinct':
        return this.#fromGroup(distinctType(spec.params.precision), (distinct) => distinct.estimate())
      default:
        return this.#orderedAnswerOf(spec)
    }
  }

  #orderedAnswerOf(spec: AggregateSpec): Answer {
    switch (spec.fn) {
      case 'timeWeightedMean':
        return this.#fromNumberPairs(courseSum(spec.params), (sums) => areaOver(sums, coveredUs(sums)))
      case 'integral': {
        const unitUs = US_PER_UNIT[spec.params.timeUnit]
        return this.#fromNumberPairs(courseSum(spec.params), (sums) => areaOver(sums, unitUs))
      }
      case 'coveredDuration':
        return this.#fromPairs(courseSum(spec.params), coveredUs)
      case 'durationInState':
        return this.#fromPairs(stateSum(spec.params.state), ([us = 0]) => us)
      case 'changes':
        return this.#fromPairs(CHANGES, ([changes = 0]) => changes)
      case 'increase':
        return this.#fromNumberPairs(increaseSum(spec.params.wrap), (sums) => increaseOf(sums))
      case 'rate':
        return this.#fromNumberPairs(increaseSum(spec.params.wrap), rateOf)
      default:
        return ({ count }) => count
    }
  }

  #fromGroup<State extends Group>(type: GroupType<State>, read: Read<State>): Answer {
    const found = this.#types.findIndex(({ key }) => key === type.key)
    const slot = found >= 0 ? found : this.#types.push(type) - 1
    // Equal keys are of one type, so the slot holds its state.
    return (moments, groups, bounds) => read(groups[slot] as State, moments, bounds)
  }

  /** All sums share one list of samples; the list of sums is complete before the first accumulator is made. */
  #fromPairs(pairSum: PairSum, read: Read<readonly number[]>): Answer {
    if (!this.#pairSums.some(({ key }) => key === pairSum.key)) this.#pairSums.push(pairSum)
    return this.#fromGroup(orderedType(this.#pairSums), (ordered, moments, bounds) =>
      read(ordered.sumsOf(pairSum, bounds), moments, bounds),
    )
  }

  /** A text among the samples leaves no number; a text carried into the window is as nothing carried. */
  #fromNumberPairs(
    pairSum: PairSum,
    read: (sums: readonly number[], moments: Moments, bounds: WindowBounds) => number,
  ): Answer {
    const answer = this.#fromPairs(pairSum, (sums, moments, bounds) => finite(read(sums, moments, bounds)))
    return (moments, groups, bounds) => {
      if (moments.textCount > 0) return null
      const { startUs, endUs, carryIn } = bounds
      return answer(moments, groups, typeof carryIn?.value === 'string' ? { startUs, endUs } : bounds)
    }
  }
}

/** A number of at least one number and no text; null otherwise, or where no double holds it. */
function numeric<State>(read: (state: State, moments: Moments) => number): Read<State> {
  return (state, moments) =>
    moments.count === 0 || moments.textCount > 0 ? null : finite(read(state, moments))
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value + 0 : null
}

/** Under two readings, of which the carried one is the first, there is no rate. */
function rateOf(sums: readonly number[], { count }: Moments, { startUs, endUs, carryIn }: WindowBounds) {
  if (count + (carryIn === undefined ? 0 : 1) < 2) return Number.NaN
  return increaseOf(sums, (endUs - startUs) / US_PER_UNIT.s)
}

const indexOf = ({ index, alpha = ALPHA, reference = 0, width = 1 }: AggregateParams['percentile']) =>
  index === 'log' ? logIndex(alpha, reference) : linearIndex(width)
