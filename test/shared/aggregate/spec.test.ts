import { describe, expect, it } from 'vitest'
import { AggregateSpecs, parseAggregates } from '../../../shared/aggregate/spec.ts'
import { GenbaError } from '../../../shared/errors/genba-error.ts'

function refusal(list: readonly unknown[]): GenbaError {
  try {
    parseAggregates(list)
  } catch (error) {
    if (error instanceof GenbaError) return error
    throw error
  }
  throw new Error('not refused')
}

describe('a list of aggregates', () => {
  it('takes names and objects, and gives each a name', () => {
    const list = [
      'mean',
      { fn: 'percentile', q: 0.95 },
      { fn: 'percentile', q: 0.999 },
      { fn: 'max', as: 'peak' },
    ]
    expect(parseAggregates(list).map((spec) => spec.as)).toEqual(['mean', 'p95', 'p99_9', 'peak'])
    expect(AggregateSpecs.parse(list)).toEqual(parseAggregates(list))
  })

  it('fills in defaults, and reads again what it gave', () => {
    const specs = parseAggregates([{ fn: 'integral', maxHold: '5s' }, 'distinct'])
    const [integral, distinct] = specs
    expect(integral?.params).toEqual({ method: 'step', maxHold: '5s', timeUnit: 's' })
    expect(parseAggregates(specs.map(({ fn, as, params }) => ({ ...params, fn, as })))).toEqual(specs)
    expect(distinct?.params).toEqual({ precision: 14 })
  })

  it('names the nearest function and the place of an unknown one', () => {
    const { code, issues } = refusal(['count', { fn: 'percentil', q: 0.5 }])
    expect(code).toBe('GENBA_AGGREGATE_UNKNOWN')
    expect(issues).toMatchObject([
      { where: 'aggregates[1].fn', received: '"percentil"', mend: 'did you mean "percentile"?' },
    ])
  })

  it.each([
    [
      'a parameter there is not',
      { fn: 'integral', methd: 'step' },
      'aggregates[0].methd',
      /did you mean "method"/,
    ],
    ['a parameter of nothing', { fn: 'mean', q: 1 }, 'aggregates[0].q', /takes no parameters/],
    ['a share above one', { fn: 'percentile', q: 95 }, 'aggregates[0].q', /1/],
    ['no share', 'percentile', 'aggregates[0].q', /number/],
    ['no duration', { fn: 'coveredDuration', maxHold: '10' }, 'aggregates[0].maxHold', /a duration such as/],
    [
      'a linear index without a width',
      { fn: 'percentile', q: 0.5, index: 'linear' },
      'aggregates[0].width',
      /width/,
    ],
    [
      'a width of a logarithmic index',
      { fn: 'percentile', q: 0.5, width: 1 },
      'aggregates[0].index',
      /alpha/,
    ],
    ['bounds that do not ascend', { fn: 'histogram', bounds: [1, 1] }, 'aggregates[0].bounds', /ascending/],
    ['a name that is none', { fn: 'max', as: '__proto__' }, 'aggregates[0].as', /letters/],
    ['what is no aggregate at all', 7, 'aggregates[0]', /name of an aggregate/],
  ])('refuses %s', (_, entry, where, sentence) => {
    const { code, message, issues } = refusal([entry])
    expect(code).toBe('GENBA_AGGREGATE_INVALID')
    expect(message).toMatch(sentence)
    expect(issues[0]?.where).toBe(where)
  })

  it('refuses a name given twice, and more aggregates than a pane may carry', () => {
    expect(refusal(['mean', 'mean']).issues).toMatchObject([{ where: 'aggregates[1]' }])
    const many = Array.from({ length: 65 }, (_, index) => ({ fn: 'max', as: `m${index}` }))
    expect(refusal(many).message).toMatch(/at most 64/)
  })

  it('says the same where a configuration is checked', () => {
    const { error } = AggregateSpecs.safeParse(['count', { fn: 'meen' }])
    expect(error?.issues).toMatchObject([{ path: [1, 'fn'] }])
    expect(error?.issues[0]?.message).toMatch(/did you mean "mean"/)
    expect(AggregateSpecs.safeParse(['meen']).error?.issues[0]?.message).toMatch(/did you mean "mean"/)
  })
})
