import * as z from 'zod'
import type { Aggregate } from './aggregate.ts'

/**
 * An aggregate as JSON. JSON numbers carry every finite double but negative zero, which an aggregate never holds;
 * its infinities stand for "none" and are null here. So reading gives back the same bits.
 */
export const AggregateState = z.tuple([
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.union([z.literal(0), z.literal(1), z.literal(2)]),
  z.number(),
  z.number(),
  z.number().nullable(),
  z.number().nullable(),
  z.number().nullable(),
  z.union([z.number(), z.boolean(), z.string()]).nullable(),
])
export type AggregateState = z.output<typeof AggregateState>

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

export const writeAggregate = (aggregate: Aggregate): AggregateState => [
  aggregate.count,
  aggregate.textCount,
  aggregate.bad,
  aggregate.uncertain,
  aggregate.level,
  aggregate.mean,
  aggregate.m2,
  finite(aggregate.min),
  finite(aggregate.max),
  finite(aggregate.lastTimeUs),
  aggregate.last,
]

export function readAggregate(state: AggregateState): Aggregate {
  const [count, textCount, bad, uncertain, level, mean, m2, min, max, lastTimeUs, last] = state
  return {
    count,
    textCount,
    bad,
    uncertain,
    level,
    mean,
    m2,
    min: min ?? Number.POSITIVE_INFINITY,
    max: max ?? Number.NEGATIVE_INFINITY,
    lastTimeUs: lastTimeUs ?? Number.NEGATIVE_INFINITY,
    last,
  }
}
