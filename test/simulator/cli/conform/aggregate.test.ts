import { describe, expect, it } from 'vitest'
import { checkAggregateCase } from '../../../../simulator/cli/conform/aggregate.ts'

const line = {
  kind: 'aggregate',
  id: 'mean',
  aggregate: 'mean',
  samples: [
    [0, 1],
    [1e6, 2],
    [2e6, 3],
  ],
}

describe('a case of one aggregate', () => {
  it('passes when the answer is expected, over all samples and over merged parts', () => {
    expect(checkAggregateCase({ ...line, expect: 2, merge: [1, 2] })).toEqual({ passed: true })
  })

  it('says what came instead', () => {
    expect(checkAggregateCase({ ...line, expect: 2.5 })).toEqual({ passed: false, expected: 2.5, actual: 2 })
    expect(checkAggregateCase({ ...line, expect: null })).toEqual({
      passed: false,
      expected: null,
      actual: 2,
    })
  })

  it('takes the wider of two tolerances', () => {
    const off = { ...line, expect: 2.1 }
    expect(checkAggregateCase({ ...off, tolerance: { relative: 0.01, absolute: 0.2 } }).passed).toBe(true)
    expect(checkAggregateCase({ ...off, tolerance: { relative: 0.05 } }).passed).toBe(true)
    expect(checkAggregateCase({ ...off, tolerance: { relative: 0.01, absolute: 0.01 } }).passed).toBe(false)
  })

  it('gives window, carried value and parameters to the aggregate', () => {
    const integral = {
      aggregate: 'integral',
      params: { method: 'trapezoid' },
      samples: [
        [1e6, 2],
        [4e6, 8],
        [9e6, 3],
      ],
      window: { startUs: 0, endUs: 10e6, carryIn: [-1e6, 0] },
      merge: [1],
    }
    expect(checkAggregateCase({ ...integral, expect: 47 })).toEqual({ passed: true })
  })

  it('reads samples of any type, and none at all', () => {
    const last = {
      aggregate: 'last',
      samples: [
        [30, 'stop'],
        [30, 'go'],
        [20, true],
      ],
    }
    expect(checkAggregateCase({ ...last, expect: 'go', merge: [1] })).toEqual({ passed: true })
    expect(checkAggregateCase({ aggregate: 'sum', samples: [], expect: 0 })).toEqual({ passed: true })
  })

  it('refuses a line that is no such case', () => {
    expect(() => checkAggregateCase({ ...line, samples: 'none' })).toThrow()
    expect(() => checkAggregateCase({ ...line, aggregate: 'meen', expect: 2 })).toThrow(
      'did you mean "mean"?',
    )
  })
})
