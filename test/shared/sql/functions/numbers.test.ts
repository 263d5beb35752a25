import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberText } from '../../../../shared/sql/convert.ts'
import { SqlDecimal, type SqlValue } from '../../../../shared/sql/value.ts'
import { answer, call } from './answer.ts'

const huge = new SqlDecimal('1234567890123456789012345678.5')

describe('functions of numbers', () => {
  it.each<[string, SqlValue, SqlValue]>([
    ['abs', -4, 4],
    ['abs', '-4.5', 4.5],
    ['ceil', -1.2, -1],
    ['ceil', -0.2, 0],
    ['floor', -1.2, -2],
    ['floor', '6.99', 6],
    ['round', 1.5, 2],
    ['round', -1.5, -2],
    ['round', -0.4, 0],
    ['round', 0.49999999999999994, 0],
    ['sign', -0.001, -1],
    ['sign', 0, 0],
    ['sign', '7e10', 1],
  ])('%s(%j) is %j', (name, argument, expected) => {
    expect(call(name, argument)).toBe(expected)
  })

  it.each(['abs', 'ceil', 'floor', 'round', 'sign', 'sqrt', 'sin', 'bitnot'])(
    '%s of what is no number is Undefined',
    (name) => {
      for (const argument of [true, [1], { a: 1 }, null, undefined, '', '1,5', ' 1', '+1', '.5']) {
        expect(call(name, argument)).toBeUndefined()
      }
      expect(answer(`${name}()`)).toBeUndefined()
      expect(answer(`${name}(1, 2)`)).toBeUndefined()
    },
  )

  it('keeps digits that a double has not', () => {
    const text = (name: string) => numberText(call(name, huge) as SqlDecimal)
    expect(text('ceil')).toBe('1234567890123456789012345679')
    expect(text('floor')).toBe('1234567890123456789012345678')
    expect(text('round')).toBe('1234567890123456789012345679')
    expect(text('abs')).toBe('1234567890123456789012345678.5')
    expect(numberText(call('trunc', huge, 0) as SqlDecimal)).toBe('1234567890123456789012345678')
  })

  it.each<[SqlValue, SqlValue, SqlValue]>([
    [2.999, 0, 2],
    [-2.999, 1, -2.9],
    [2.5, 40, 2.5],
    [2.5, -3, 2],
    ['1.005', 2, 1],
    [-0.04, 1, 0],
    [1.25e-7, 8, 1.2e-7],
    [0.29, 2, 0.29],
    [1.1, '1', undefined],
    [1.1, null, undefined],
    [true, 1, undefined],
  ])('trunc(%j, %j) is %j', (value, places, expected) => {
    expect(call('trunc', value, places)).toBe(expected)
  })

  it('truncates as the decimal text does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_999_999 }), fc.integer({ min: 0, max: 5 }), (units, places) => {
        const text = (units / 1_000).toFixed(3)
        const cut = text.slice(0, text.length - 3 + Math.min(places, 3))
        expect(call('trunc', units / 1_000, places)).toBe(Number(cut))
      }),
    )
  })

  it('takes a remainder with the sign of the dividend, and none by zero', () => {
    expect(call('mod', 10, 4)).toBe(2)
    expect(call('remainder', -7, 3)).toBe(-1)
    expect(call('mod', '5.5', 2)).toBe(1.5)
    expect(call('mod', 0.3, 0.1)).toBe(0)
    expect(call('mod', 1, 0)).toBeUndefined()
    expect(call('mod', true, 2)).toBeUndefined()
  })

  it('gives the second value of nanvl for Null and Undefined alone', () => {
    expect(answer('nanvl(gone, 7)')).toBe(7)
    expect(call('nanvl', null, 'none')).toBe('none')
    expect(call('nanvl', 0, 7)).toBe(0)
    expect(call('nanvl', 'text', 7)).toBe('text')
  })

  it('draws rand from the environment', () => {
    expect(answer('rand()', {}, { environment: { random: () => 0.125 } })).toBe(0.125)
  })
})

describe('functions in doubles', () => {
  it.each<[string, readonly SqlValue[], number | undefined]>([
    ['power', [2, 10], 1024],
    ['power', ['2', 0.5], Math.SQRT2],
    ['power', [-8, 0.5], undefined],
    ['power', [0, -1], undefined],
    ['power', [10, 400], undefined],
    ['exp', [0], 1],
    ['exp', [1000], undefined],
    ['ln', [Math.E], 1],
    ['ln', [0], undefined],
    ['log', [1000], 3],
    ['log', [-1], undefined],
    ['sqrt', [2.25], 1.5],
    ['sqrt', [-1], undefined],
    ['acos', [2], undefined],
    ['asin', [-1.01], undefined],
    ['atan2', [1, 0], Math.PI / 2],
    ['atan2', [0, -1], Math.PI],
    ['atan2', [1, null], undefined],
    ['tanh', [0], 0],
  ])('%s(%j) is %j', (name, args, expected) => {
    expect(call(name, ...args)).toBe(expected)
  })

  it.each(['sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'asin', 'acos', 'atan', 'exp', 'sqrt'] as const)(
    '%s is the double of its name',
    (name) => {
      fc.assert(
        fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (value) => {
          expect(call(name, value)).toBe(Math[name](value) + 0)
        }),
      )
    },
  )

  it('stay Decimals in the first version, though they are whole', () => {
    expect(answer('power(2, 3) / 3', {}, { version: '2015-10-08' })).not.toBe(2)
    expect(answer('power(2, 3) / 3')).toBe(2)
  })
})

describe('functions of bits', () => {
  it.each<[string, readonly SqlValue[], SqlValue]>([
    ['bitand', [12, 10], 8],
    ['bitor', [12, 10], 14],
    ['bitxor', [12, 10], 6],
    ['bitand', ['13.9', 6.5], 4],
    ['bitor', [-8, 3], -5],
    ['bitnot', [13], -14],
    ['bitnot', [-1], 0],
    ['bitand', [2 ** 40 + 5, 7], 5],
    ['bitor', [2 ** 40, 1], 2 ** 40 + 1],
    ['bitnot', [2 ** 40], -(2 ** 40) - 1],
    ['bitand', [1, 'x'], undefined],
    ['bitand', [1e40, 1], undefined],
    ['bitxor', [true, 1], undefined],
  ])('%s(%j) is %j', (name, args, expected) => {
    expect(call(name, ...args)).toBe(expected)
  })

  it('are those of BigInt, whatever the width', () => {
    const wide = fc.bigInt({ min: -(10n ** 33n), max: 10n ** 33n })
    const decimal = (bits: bigint) => new SqlDecimal(bits.toString())
    fc.assert(
      fc.property(wide, wide, (a, b) => {
        const text = (name: string) => BigInt(numberText(call(name, decimal(a), decimal(b)) as number))
        expect(text('bitand')).toBe(a & b)
        expect(text('bitor')).toBe(a | b)
        expect(text('bitxor')).toBe(a ^ b)
      }),
    )
  })
})
