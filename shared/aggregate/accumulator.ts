import * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import type { Accumulator, AggregateAnswer, AggregateValue, WindowBounds } from './answer.ts'
import type { Group, GroupType } from './group.ts'
import { addMoments, addTally } from './moment-run.ts'
import { MomentState, readMoments, writeMoments } from './moment-state.ts'
import { createMoments, type Moments, mergeMoments } from './moments.ts'
import type { SampleValue } from './params.ts'
import type { Readings } from './readings.ts'

/** What an aggregate answers, from the moments and the groups of its plan. */
export type Answer = (moments: Moments, groups: readonly Group[], bounds: WindowBounds) => AggregateValue

/** What a plan keeps in every window. */
export interface Layout {
  readonly hasMoments: boolean
  readonly groupTypes: readonly GroupType<Group>[]
  readonly answers: readonly (readonly [as: string, answer: Answer])[]
}

export class PlannedAccumulator implements Accumulator {
  readonly #layout: Layout
  readonly #moments: Moments
  readonly #groups: readonly Group[]

  constructor(layout: Layout, moments: Moments, groups: readonly Group[]) {
    this.#layout = layout
    this.#moments = moments
    this.#groups = groups
  }

  static create(layout: Layout): PlannedAccumulator {
    const groups = layout.groupTypes.map((type) => type.create())
    return new PlannedAccumulator(layout, createMoments(), groups)
  }

  static merge(layout: Layout, earlier: PlannedAccumulator, later: PlannedAccumulator): PlannedAccumulator {
    const groups = layout.groupTypes.map((type, index) =>
      type.merge(earlier.#groups[index] as Group, later.#groups[index] as Group),
    )
    return new PlannedAccumulator(layout, mergeMoments(earlier.#moments, later.#moments), groups)
  }

  static read(layout: Layout, state: unknown): PlannedAccumulator {
    const [moments, ...groups] = z
      .tuple([MomentState])
      .rest(z.unknown())
      .refine(({ length }) => length === layout.groupTypes.length + 1, 'written by another plan')
      .parse(state)
    return new PlannedAccumulator(
      layout,
      readMoments(createMoments(), moments),
      layout.groupTypes.map((type, index) => type.read(groups[index])),
    )
  }

  get count(): number {
    return this.#moments.count
  }

  get bad(): number {
    return this.#moments.bad
  }

  get uncertain(): number {
    return this.#moments.uncertain
  }

  get lastTimeUs(): number {
    return this.#moments.lastTimeUs
  }

  get last(): SampleValue | null {
    return this.#moments.last
  }

  get displaced(): number {
    return this.#groups.reduce((total, { displacedCount = 0 }) => total + displacedCount, 0)
  }

  addRun(readings: Readings, from: number, to: number): void {
    if (this.#layout.hasMoments) addMoments(this.#moments, readings, from, to)
    else addTally(this.#moments, readings, from, to)
    for (const group of this.#groups) group.addRun(readings, from, to)
  }

  values(bounds: WindowBounds): AggregateAnswer {
    const answer: Record<string, AggregateValue> = {}
    for (const [as, answerOf] of this.#layout.answers)
      answer[as] = answerOf(this.#moments, this.#groups, bounds)
    return answer
  }

  write(): Json {
    return [
      writeMoments(this.#moments, !this.#layout.hasMoments),
      ...this.#groups.map((group) => group.write()),
    ]
  }
}
