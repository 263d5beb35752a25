import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  accumulate,
  answer,
  hullOf,
  mergeAll,
  partsOf,
  planOf,
  type Sample,
  spaced,
  type Value,
} from './accumulate.ts'

const estimate = (values: readonly Value[], precision: number) =>
  Number(answer([{ fn: 'distinct', precision }], spaced(values))['distinct'])

/** Values of a kind that a hash may take for equal: whole numbers, fractions, texts that share a beginning. */
const kinds: readonly (readonly [string, (index: number) => Value])[] = [
  ['whole numbers', (index) => index],
  ['fractions', (index) => -100 + index / 4],
  ['times', (index) => 1.7e15 + index * 1000],
  ['powers of two', (index) => (index % 2 === 0 ? 1 : -1) * 2 ** ((index >> 1) % 1000) * (1 + (index >> 11))],
  ['texts', (index) => `press-line/temperature/${index}`],
]

describe('the distinct count', () => {
  it.each(kinds)('is within five standard errors on %s', (_, valueAt) => {
    for (const count of [0, 1, 10, 300, 800, 5000, 20_000]) {
      const values = Array.from({ length: count }, (_, index) => valueAt(index))
      const found = estimate(values.concat(values.slice(0, 500)), 14)
      const exact = new Set(values).size
      expect(Math.abs(found - exact), `${found} for ${exact}`).toBeLessThanOrEqual((5 * 1.04 * exact) / 128)
      if (exact <= 300) expect(found).toBe(exact)
    }
  })

  it('is within five standard errors whatever the precision', () => {
    for (const precision of [4, 8, 11, 18]) {
      const values = Array.from({ length: 20_000 }, (_, index) => index * 3.7)
      expect(Math.abs(estimate(values, precision) / 20_000 - 1)).toBeLessThanOrEqual(
        5.2 / 2 ** (precision / 2),
      )
    }
  })

  it('tells types apart, but not the two zeros', () => {
    const samples: Sample[] = [
      [0, 1],
      [1, true],
      [2, '1'],
      [3, 0],
      [4, -0],
    ]
    expect(answer(['distinct'], samples, hullOf(samples))).toEqual({ distinct: 4 })
  })

  it('keeps one state for a set of values, over the change from few to many', () => {
    const plan = planOf({ fn: 'distinct', precision: 8 })
    const values = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 120 })
    const cuts = fc.array(fc.nat(), { maxLength: 4 })
    fc.assert(
      fc.property(values, cuts, fc.infiniteStream(fc.nat()), (list, at, choices) => {
        const parts = partsOf(spaced(list), at).map((part) => accumulate(plan, part))
        const merged = mergeAll(plan, parts, choices)
        const sorted = accumulate(plan, spaced([...new Set(list)].sort((a, b) => a - b)))
        const [, state] = merged.write() as [unknown, unknown]
        expect(state).toEqual((sorted.write() as [unknown, unknown])[1])
      }),
    )
  })
})
