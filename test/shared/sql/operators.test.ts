import { isDeepStrictEqual } from 'node:util'
import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberText, toJsonText } from '../../../shared/sql/convert.ts'
import { isNumber, type SqlValue } from '../../../shared/sql/value.ts'
import { answer, compiled } from './support.ts'

const Exact = Decimal.clone({ precision: 34, toExpNeg: -7, toExpPos: 34, maxE: 999, minE: -999 })

const isInt = (value: number): boolean => Number.isInteger(value) && Math.abs(value) < 1e34

/** What the reference says of two numbers, in decimal.js alone. */
function expected(operator: string, left: number, right: number): Decimal | undefined {
  const [one, other] = [new Exact(left), new Exact(right)]
  switch (operator) {
    case '+':
      return one.plus(other)
    case '-':
      return one.minus(other)
    case '*':
      return one.times(other)
    case '/':
      if (right === 0) return undefined
      return isInt(left) && isInt(right) ? one.dividedToIntegerBy(other) : one.dividedBy(other)
    default:
      return right === 0 ? undefined : one.modulo(other)
  }
}

/** Numbers as machines send them, and those at the edges of the fast path. */
const numbers = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.maxSafeInteger(),
  fc
    .tuple(fc.integer({ min: -9_999_999, max: 9_999_999 }), fc.integer({ min: 0, max: 7 }))
    .map(([n, places]) => n / 10 ** places),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e200, max: 1e200 }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0.1, 0.2, 0.3, 1e15, 999999999.999999, 1e9, 9007199254740991, 1e-7, 0.000001, 1.000001),
)

const asDecimal = (value: SqlValue): Decimal | undefined =>
  isNumber(value) ? new Exact(numberText(value)) : undefined

describe('arithmetic', () => {
  it.each(['+', '-', '*', '/', '%'])(
    'of two numbers by %s is decimal arithmetic of 34 digits',
    (operator) => {
      fc.assert(
        fc.property(numbers, numbers, (a, b) => {
          const actual = asDecimal(answer(`a ${operator} b`, { a, b }))
          expect(actual?.toString()).toBe(expected(operator, a, b)?.plus(0).toString())
        }),
        { numRuns: 1000 },
      )
    },
  )

  it('of literals is that of the same members', () => {
    fc.assert(
      fc.property(
        numbers,
        numbers,
        fc.constantFrom('+', '-', '*', '/', '%', '<', '>=', '=', '<>'),
        (a, b, operator) => {
          const literal = (value: number) => new Exact(value).toString().replace('e+', 'e')
          const written = answer(`(${literal(a)}) ${operator} (${literal(b)})`)
          expect(toJsonText(written)).toBe(toJsonText(answer(`a ${operator} b`, { a, b })))
        },
      ),
    )
  })

  it('of several operators and literals is that of one after the other', () => {
    const chains: readonly (readonly [string, (a: Decimal, b: Decimal) => Decimal])[] = [
      ['a * 1.8 + 32', (a) => a.times(1.8).plus(32)],
      ['(a - 32) * 0.5 - b * 0.001', (a, b) => a.minus(32).times(0.5).minus(b.times(0.001))],
      ['1.5 - a', (a) => new Exact(1.5).minus(a)],
      ['-2.25 * (a + b) * 3', (a, b) => a.plus(b).times(-2.25).times(3)],
      ['a * b * 0.1', (a, b) => a.times(b).times(0.1)],
      ['a + 0.1 + b', (a, b) => a.plus(0.1).plus(b)],
    ]
    const whole = compiled(`[${chains.map(([text]) => text).join(', ')}]`)
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const wanted = chains.map(([, calculate]) => calculate(new Exact(a), new Exact(b)).plus(0).toString())
        const actual = whole({ a, b }) as SqlValue[]
        expect(actual.map((value) => asDecimal(value)?.toString())).toEqual(wanted)
      }),
      { numRuns: 1000 },
    )
  })

  it('of numeric strings is that of Decimals', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.constantFrom('-', '*', '%'), (a, b, operator) => {
        const texts = answer(`a ${operator} b`, { a: numberText(a), b: numberText(b) })
        expect(toJsonText(texts)).toBe(toJsonText(answer(`a ${operator} b`, { a, b })))
      }),
    )
  })

  it.each([
    ['0.1 + 0.2 = 0.3', true],
    ['1.1 * 1.1', 1.21],
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ["'7' / 2", 3.5],
    ['9 / 2.5', 3.6],
    ['2.5 * 2 / 4', 1.25],
    ['(1.5 + 1.5) / 2', 1.5],
    ['-7 % 3', -1],
    ['5.5 % 2', 1.5],
    ['1 / 0', undefined],
    ['1 % 0', undefined],
    ['1.5 / 0', undefined],
    ["'a' + 1", 'a1'],
    ["1 + '1'", '11'],
    ["'a' + null", undefined],
    ["'a' + [1, {'b': 2.50}]", 'a[1,{"b":2.5}]'],
    ['true + 1', undefined],
    ['null - 1', undefined],
    ["-'2.5'", -2.5],
    ['-true', undefined],
    ['2 + 3 * 4 - -1', 15],
    ['20 - 6 - 4', 10],
    ['48 / 4 * 2', 24],
    ["'+1' * 1", undefined],
    ["'.5' * 1", undefined],
    ["' 1' * 1", undefined],
    ["'1e3' * 1", 1000],
  ])('%s is %s', (expression, value) => {
    expect(answer(expression)).toEqual(value)
  })

  it('keeps all digits of a quotient and of a large whole number', () => {
    expect(toJsonText(answer('1 / 3.5'))).toBe('0.2857142857142857142857142857142857')
    expect(toJsonText(answer('12345678901234567890 + 1'))).toBe('12345678901234567891')
    expect(toJsonText(answer('9007199254740992 + 1'))).toBe('9007199254740993')
  })

  it('keeps whole Decimals apart from Ints in the first version', () => {
    const first = (expression: string) => toJsonText(answer(expression, {}, { version: '2015-10-08' }))
    expect(first('2.5 * 2')).toBe('5.0')
    expect(first('2.5 * 2 / 2')).toBe('2.5')
    expect(first('5 / 2')).toBe('2')
    expect(first('cast(5 as Double)')).toBe('5.0')
    expect(first('cast(5.0 as Int)')).toBe('5')
    expect(toJsonText(answer('cast(5 as Double)'))).toBe('5')
  })
})

describe('comparisons', () => {
  it('order numbers and numeric strings as decimals', () => {
    const compare = compiled('[a < b, a <= b, a > b, a >= b]')
    fc.assert(
      fc.property(numbers, numbers, fc.boolean(), fc.boolean(), (a, b, aIsText, bIsText) => {
        const payload = { a: aIsText ? numberText(a) : a, b: bIsText ? numberText(b) : b }
        const order = new Exact(a).comparedTo(new Exact(b))
        expect(compare(payload)).toEqual([order < 0, order <= 0, order > 0, order >= 0])
      }),
    )
  })

  it('compare what JSON holds by its value', () => {
    const compare = compiled('[a = c, a <> c, a IN [b, c], a = b, a <> b]')
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.jsonValue({ maxDepth: 3 }), (a, b) => {
        const payload = { a, b, c: structuredClone(a) } as SqlValue
        const isSame = isDeepStrictEqual(a, b)
        expect(compare(payload)).toEqual([true, false, true, isSame, !isSame])
      }),
    )
  })

  it.each([
    ["5 = '5'", false],
    ["5 <> '5'", true],
    ['null = null', true],
    ['null <> null', false],
    ['null = 0', false],
    ['missing = 1', undefined],
    ['1 <> missing', undefined],
    ['missing = missing', undefined],
    ["{'a': 1, 'b': 2} = {'b': 2.0, 'a': 1}", true],
    ['[1, 2] = [2, 1]', false],
    ["'abc' = 'ABC'", false],
    ['true > 0', undefined],
    ['null > 3', undefined],
    ["'10' > 9", true],
    ["'a' < 'b'", undefined],
    ['3 IN [1, 2]', false],
    ["'b' IN ['a', 'b']", true],
    ["5 IN ['5']", false],
    ['[1] IN [[2], [1]]', true],
    ['null IN [null]', true],
    ['3 IN 3', undefined],
    ['NOT 3 IN [1]', true],
  ])('%s is %s', (expression, value) => {
    expect(answer(expression)).toEqual(value)
  })
})

describe('logic', () => {
  it.each([
    ['true OR missing', undefined],
    ['false AND missing', undefined],
    ['NOT missing', undefined],
    ["'TRUE' AND true", true],
    ["'False' OR 'false'", false],
    ['1 AND true', undefined],
    ['NOT null', undefined],
    ['true OR false AND false', true],
    ['NOT true OR true', true],
    ['NOT (true OR true)', false],
    ['NOT 1 = 2 AND true', true],
  ])('%s is %s', (expression, value) => {
    expect(answer(expression)).toEqual(value)
  })

  it('means the same in WHERE as in SELECT', () => {
    const parts = [
      'a',
      'b',
      'a = 1',
      "b = 'true'",
      'a > b',
      'NOT a',
      'a IN [1, true]',
      'missing',
      'true',
      "'x'",
      'a <> b',
    ]
    const expressions = fc.letrec<{ whole: string }>((tie) => ({
      whole: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(...parts),
        fc
          .tuple(tie('whole'), fc.constantFrom('AND', 'OR'), tie('whole'))
          .map(([l, o, r]) => `(${l} ${o} ${r})`),
        tie('whole').map((inner) => `(NOT ${inner})`),
      ),
    })).whole
    const values = fc.constantFrom<SqlValue>(
      0,
      1,
      2.5,
      true,
      false,
      'true',
      'FALSE',
      'x',
      null,
      undefined,
      [1],
      '1',
    )
    fc.assert(
      fc.property(expressions, values, values, (expression, a, b) => {
        const payload = { a, b }
        const kept = answer(`(SELECT VALUE 1 FROM rows WHERE ${expression})`, { rows: [payload] })
        expect(kept).toEqual(answer(expression, payload) === true ? [1] : [])
      }),
      { numRuns: 200 },
    )
  })
})
