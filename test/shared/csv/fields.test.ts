import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DELIMITERS, splitFields } from '../../../shared/csv/fields.ts'
import { detectKind, parseBoolean, parseNumber } from '../../../shared/csv/values.ts'

describe('fields of a line', () => {
  it.each([
    ['a,b,c', ['a', 'b', 'c']],
    [' a , b ', ['a', 'b']],
    ['a,,', ['a', '', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a ""quoted"" b",c', ['a "quoted" b', 'c']],
    [' "a" ,b', ['a', 'b']],
    ['5" pipe,7', ['5" pipe', '7']],
    ['"",x', ['', 'x']],
    ['"a"', ['a']],
    ['x,"', undefined],
    ['"never closed,1', undefined],
    ['"closed"too early,1', undefined],
  ])('cuts %s', (line, expected) => {
    expect(splitFields(line, ',')).toEqual(expected)
  })

  it('cuts what was joined, whatever the fields are', () => {
    const field = fc.string({ maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, ''))
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    fc.assert(
      fc.property(
        fc.array(field, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...DELIMITERS),
        (fields, delimiter) => {
          expect(splitFields(fields.map(quoted).join(delimiter), delimiter)).toEqual(fields)
        },
      ),
    )
  })
})

describe('values of a field', () => {
  it.each([
    ['21.5', 21.5],
    ['-0', -0],
    ['.5', 0.5],
    ['5.', 5],
    ['+3e-7', 3e-7],
    ['74.93588199999998', 74.93588199999998],
    ['5e-324', 5e-324],
    ['1e400', Infinity],
    ['NaN', Number.NaN],
    ['-Infinity', -Infinity],
    ['inf', Infinity],
  ])('takes %s for a number', (text, expected) => {
    expect(parseNumber(text, ',')).toBe(expected)
  })

  it.each(['', '0x10', '1_000', '1 000', 'abc', '1.2.3', '--1', '1e', '0b1', 'null', 'true'])(
    'takes "%s" for no number',
    (text) => {
      expect(parseNumber(text, ',')).toBeUndefined()
    },
  )

  it('reads a decimal comma where the comma is no delimiter', () => {
    expect(parseNumber('12,5', ';')).toBe(12.5)
    expect(parseNumber('-1.234.567,25', ';')).toBe(-1234567.25)
    expect(parseNumber('1.5', ';')).toBe(1.5)
    expect(parseNumber('12,5', ',')).toBeUndefined()
    expect(parseNumber('1,2,3', ';')).toBeUndefined()
  })

  it('gives the double that was written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = Object.is(value, -0) ? '-0' : String(value)
        expect(parseNumber(text, ',')).toBe(value)
        expect(parseNumber(text.replace('.', ','), ';')).toBe(value)
      }),
    )
  })

  it('finds the kind of a column by most of its cells', () => {
    expect(detectKind(['1', '2', 'broken'], ',')).toBe('number')
    expect(detectKind(['true', 'FALSE', ''], ',')).toBe('boolean')
    expect(detectKind(['running', 'idle', '1'], ',')).toBe('text')
    expect(detectKind(['', ''], ',')).toBe('number')
    expect(parseBoolean('True')).toBe(1)
    expect(parseBoolean('yes')).toBeUndefined()
  })
})
