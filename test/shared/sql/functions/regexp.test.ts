import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SqlError } from '../../../../shared/sql/errors.ts'
import { answer, call } from './answer.ts'

const first = (text: string, pattern: string) => call('regexp_substr', text, pattern)
const replaced = (text: string, pattern: string, by: string) => call('regexp_replace', text, pattern, by)
const matches = (text: string, pattern: string) => call('regexp_matches', text, pattern)

describe('regular expressions', () => {
  it('are looked for anywhere in the text', () => {
    expect(matches('a 42 b', '\\d+')).toBe(true)
    expect(matches('a 42 b', '^\\d+$')).toBe(false)
    expect(first('hihihello', '(hi)*')).toBe('hihi')
    expect(first('abc', 'x')).toBeUndefined()
    expect(first('abc', 'x*')).toBe('')
  })

  it('take other values in their String form', () => {
    expect(call('regexp_matches', 1205, 20)).toBe(true)
    expect(call('regexp_replace', true, 'r', 1)).toBe('t1ue')
    expect(call('regexp_matches', null, 'a')).toBeUndefined()
    expect(call('regexp_matches', 'a', null)).toBeUndefined()
    expect(call('regexp_replace', 'a', 'a', null)).toBeUndefined()
  })

  it('are the same as a constant and out of the payload', () => {
    const payload = { s: 'bay22-7', p: '[0-9]+' }
    expect(answer("regexp_substr(s, '[0-9]+')", payload)).toBe('22')
    expect(answer('regexp_substr(s, p)', payload)).toBe('22')
    expect(answer("regexp_substr(s, '[0-9')", payload)).toBeUndefined()
    expect(answer("regexp_replace(s, '(a)(y)', '$2$1')", payload)).toBe('bya22-7')
  })

  it('put groups into the replacement as Java does', () => {
    expect(replaced('2026-11-25', '(\\d+)-(\\d+)-(\\d+)', '$3.$2.$1')).toBe('25.11.2026')
    expect(replaced('ab', '(a)(x)?', '[$2$0]')).toBe('[a]b')
    expect(replaced('a', '(a)', '$10')).toBe('a0')
    expect(replaced('a1', '(?<letter>[a-z])', `<\${letter}>`)).toBe('<a>1')
    expect(replaced('5', '5', '\\$5')).toBe('$5')
    expect(replaced('abc', '', '-')).toBe('-a-b-c-')
    expect(replaced('a', 'a', '$1')).toBeUndefined()
    expect(replaced('a', 'a', '$')).toBeUndefined()
    expect(replaced('a', 'a', 'x\\')).toBeUndefined()
    expect(replaced('a', 'a', `\${none}`)).toBeUndefined()
    // A replacement is read when there is something to replace.
    expect(replaced('b', 'a', '$1')).toBe('b')
  })

  it('replace all matches as a loop over first matches does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '2', ' '), maxLength: 12 })
    const pattern = fc.constantFrom('a', '[ab]+', '\\d', 'a*b', '(a|b)1', ' +')
    fc.assert(
      fc.property(text, pattern, (whole, expression) => {
        let rest = whole
        let expected = ''
        for (;;) {
          const found = first(rest, expression)
          if (typeof found !== 'string') break
          const at = rest.indexOf(found)
          expected += `${rest.slice(0, at)}#`
          rest = rest.slice(at + found.length)
        }
        expect(replaced(whole, expression, '#')).toBe(expected + rest)
      }),
    )
  })
})

describe('what Java means and RE2 does not', () => {
  it.each([
    ['\\s', '\u000b', true],
    ['\\h', '\u00a0', true],
    ['[^\\h]', '\u00a0', false],
    ['\\v', '\u2028', true],
    ['.', '\u2028', false],
    ['(?s).', '\n', true],
    ['^[\\s\\S]$', 'x', true],
    ['\\R', '\r\n', true],
    ['\\e', '\u001b', true],
    ['\\u00e9\\x41\\x{1F600}\\0101', 'éA😀A', true],
    ['\\cA', '\u0001', true],
    ['^\\p{Alpha}+$', 'aé', false],
    ['^\\p{L}+$', 'aé', true],
    ['^\\p{IsGreek}$', 'λ', true],
    ['^\\p{sc=Greek}$', 'l', false],
    ['^\\p{Punct}\\P{Digit}$', '!a', true],
    ['\\Qa.b\\E', 'axb', false],
    ['\\Qa.b', 'a.b', true],
    ['^\\d\\.\\d$', '2.5\n', true],
    ['^\\d\\.\\d\\z', '2.5\n', false],
    ['^\\d\\.\\d\\Z', '2.5\r\n', true],
    ['}', '}', true],
    ['(?i)ABC', 'abc', true],
  ])('%s in %j: %j', (pattern, text, expected) => {
    expect(matches(text, pattern)).toBe(expected)
  })

  it('takes the line end that ends the text into a match only where it must', () => {
    expect(first('12\n', '\\d+$')).toBe('12')
    expect(replaced('12\n', '\\d+$', 'x')).toBe('x\n')
    expect(replaced('12 \n', '\\s+$', '')).toBe('12')
  })

  it.each([
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    '(a)\\1',
    '(?<n>a)\\k<n>',
    'a++',
    'a*+',
    '(?>a)',
    '[a-z&&[def]]',
    '[a[b]]',
    '(?x)a',
    '(?U)a',
    '\\G',
    'a{1001}',
  ])('%s of Java is not in RE2, so it is Undefined', (pattern) => {
    expect(matches('a', pattern)).toBeUndefined()
    expect(first('a', pattern)).toBeUndefined()
    expect(replaced('a', pattern, 'b')).toBeUndefined()
  })

  it.each([
    '(',
    ')',
    '[',
    'a{',
    'a{,2}',
    '*',
    'a**',
    '\\',
    '\\y',
    '(?P<n>a)',
    '[[:alpha:]]',
    '[b-a]',
    '\\p{Foo}',
  ])('%s is no expression of Java, so it is Undefined', (pattern) => {
    expect(matches('a', pattern)).toBeUndefined()
  })
})

describe('expressions that explode', () => {
  it('take no longer than others', () => {
    expect(matches('a'.repeat(50_000), '(a+)+$')).toBe(true)
    expect(matches(`${'a'.repeat(50_000)}b`, '(a+)+$')).toBe(false)
    expect(matches(`${'a'.repeat(30)}b`, '(a|a)*(a|a)*(a|a)*c')).toBe(false)
  })

  it('are Undefined when they are too long or too large', () => {
    expect(matches('a', 'a'.repeat(1_001))).toBeUndefined()
    expect(matches('a', '((a{90}){90}){90}')).toBeUndefined()
    expect(matches('a', `(?:${'ab'.repeat(20)}){1000}`)).toBeUndefined()
    expect(matches('a', `${'('.repeat(400)}a${')'.repeat(400)}`)).toBe(true)
  })

  it('stop a statement that would look at its text too often', () => {
    const text = 'x'.repeat(20_000)
    expect(() => matches(text, '(?:[xy]{0,300}){3}z')).toThrow(SqlError)
    expect(() => replaced(text, 'x*y|x', '-')).toThrow(SqlError)
    expect(replaced(text, 'x', '-')).toBe('-'.repeat(20_000))
    expect(replaced(text, 'x+', '-')).toBe('-')
  })

  it('stop a statement that makes expression after expression', () => {
    const patterns = Array.from({ length: 300 }, (_, index) => `(?:abcdefgh${index}){500}`)
    const message = { patterns, text: 'a' }
    expect(() => answer('(SELECT VALUE regexp_matches(p, p) FROM patterns AS p)', message)).toThrow(SqlError)
  })
})
