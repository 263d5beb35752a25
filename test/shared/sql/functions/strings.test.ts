import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SqlError } from '../../../../shared/sql/errors.ts'
import type { SqlValue } from '../../../../shared/sql/value.ts'
import { answer, call } from './answer.ts'

describe('functions of texts', () => {
  it.each<[string, readonly SqlValue[], SqlValue]>([
    ['lower', ['Über'], 'über'],
    ['upper', [['a', 1]], '["A",1]'],
    ['upper', [{ a: true }], '{"A":TRUE}'],
    ['lower', [null], undefined],
    ['trim', ['\t a\n '], 'a\n'],
    ['ltrim', ['  a '], 'a '],
    ['rtrim', ['  a '], '  a'],
    ['trim', [' \t '], ''],
    ['lpad', ['hello', 2], '  hello'],
    ['rpad', ['ab', 3.9], 'ab   '],
    ['lpad', [5, '1'], ' 5'],
    ['lpad', ['a', -1], 'a'],
    ['lpad', ['a', true], undefined],
    ['length', ['añ😀'], 3],
    ['numbytes', ['añ😀'], 7],
    ['length', [false], 5],
    ['substring', ['012345', 2.745], '2345'],
    ['substring', ['012345', -1], '012345'],
    ['substring', ['012345', '1', 3.9], '12'],
    ['substring', ['012345', 4, 2], ''],
    ['substring', ['012345', 9], ''],
    ['substring', [true, 1.2], 'rue'],
    ['substring', ['a😀b', 1, 2], '😀'],
    ['substring', ['abc', null], undefined],
    ['substring', ['abc', 1, 'x'], undefined],
    ['indexof', ['abcd', 'cd'], 2],
    ['indexof', ['abcd', 'x'], -1],
    ['indexof', ['😀b', 'b'], 1],
    ['indexof', [['b'], 'b'], undefined],
    ['indexof', [{ b: 1 }, 'b'], undefined],
    ['startswith', ['ranch', 'ra'], true],
    ['startswith', [120, 12], true],
    ['endswith', ['ranch', 'x'], false],
    ['endswith', [undefined, 'x'], undefined],
    ['replace', ['a.b.c', '.', '-'], 'a-b-c'],
    ['replace', ['aaa', 'a', '$&'], '$&$&$&'],
    ['replace', [1212, 1, 3], '3232'],
    ['replace', ['abc', 'b', null], undefined],
    ['chr', [65], 'A'],
    ['chr', ['48.9'], '0'],
    ['chr', [128], undefined],
    ['chr', [-0.5], undefined],
  ])('%s(%j) is %j', (name, args, expected) => {
    expect(call(name, ...args)).toBe(expected)
  })

  it('joins texts, and arrays where there is one', () => {
    expect(answer('concat()')).toBeUndefined()
    expect(call('concat', 7)).toBe(7)
    expect(call('concat', 'a', 1.5, true)).toBe('a1.5true')
    expect(call('concat', 1, 2)).toBeUndefined()
    expect(call('concat', 'a', null)).toBeUndefined()
    expect(call('concat', [1], 'b', [[2]], null)).toEqual([1, 'b', [2], null])
    expect(call('concat', [1], undefined)).toBeUndefined()
  })

  it('finds what was put between two texts', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 8 })
    fc.assert(
      fc.property(text, text, text, (before, part, after) => {
        const whole = before + part + after
        const at = call('indexof', whole, part) as number
        const size = [...part].length
        expect(at).toBeGreaterThanOrEqual(0)
        expect(at).toBeLessThanOrEqual([...before].length)
        expect(call('substring', whole, at, at + size)).toBe(part)
        expect(call('length', whole)).toBe([...whole].length)
      }),
    )
  })

  it('cuts as a list of characters is cut', () => {
    const place = fc.integer({ min: -3, max: 12 })
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 8 }), place, place, (text, from, to) => {
        const chars = [...text].slice(Math.max(from, 0), Math.max(to, 0))
        expect(call('substring', text, from, to)).toBe(chars.join(''))
      }),
    )
  })

  it('stops a statement that makes a text too long, before it is made', () => {
    const text = 'x'.repeat(100_000)
    expect(() => call('replace', text, 'x', text)).toThrow(SqlError)
    expect(() => answer(`replace(a, 'x', 'xxxxxxxxxxxxxxxxxxxx')`, { a: text })).toThrow(SqlError)
    expect(() => call('concat', ...Array.from({ length: 20 }, () => text))).toThrow(SqlError)
  })
})

describe('base64', () => {
  it.each<[SqlValue, SqlValue]>([
    ['eyJhIjpbMSwyXX0=', { a: [1, 2] }],
    ['ODA=', 80],
    ['InRleHQi', 'text'],
    ['bm90IEpTT04', 'not JSON'],
    ['', ''],
    ['bm90IEpTT04==', null],
    ['a', null],
    ['a-_a', null],
    ['bnVsbA==', null],
    [null, undefined],
  ])('%j is decoded to %j', (text, expected) => {
    expect(call('decode', text, 'base64')).toEqual(expected)
  })

  it('decodes numbers with all their digits', () => {
    const encoded = Buffer.from('12345678901234567890.5').toString('base64')
    expect(answer(`decode(a, 'base64') = 12345678901234567890.5`, { a: encoded })).toBe(true)
    expect(answer(`decode(a, 'base64') = 12345678901234567891.5`, { a: encoded })).toBe(false)
  })

  it('knows no other scheme', () => {
    expect(call('encode', 'a', 'hex')).toBeUndefined()
    expect(call('decode', 'YQ==', 'proto')).toBeUndefined()
  })

  it('encodes the whole payload as it came', () => {
    const bytes = Uint8Array.of(0, 255, 16)
    expect(answer("encode(*, 'base64')", {}, { message: { payload: undefined, bytes } })).toBe('AP8Q')
    expect(answer("encode(*, 'base64')", { a: 1 })).toBe(Buffer.from('{"a":1}').toString('base64'))
  })

  it('gives back every text that is no JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const words = `: ${text}`
        expect(answer("decode(encode(a, 'base64'), 'base64')", { a: words })).toBe(words)
      }),
    )
  })
})
