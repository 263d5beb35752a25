import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPlainText, plainPattern } from '../../../../shared/sql/functions/regexp/plain-pattern.ts'
import { answer, compiled } from '../support.ts'

const atoms = fc.constantFrom(
  'a',
  'b',
  'E',
  '1',
  '/',
  '.',
  '\\d',
  '\\w',
  '\\.',
  '[ab]',
  '[^a]',
  '[0-9]',
  '[a-c1]',
)
const counts = fc.constantFrom('', '', '', '{2}', '{1}')
const varying = fc.constantFrom('', '*', '+', '?', '{1,2}', '{0,}')
const sequence = fc
  .array(
    fc.tuple(atoms, counts).map(([atom, count]) => atom + count),
    { maxLength: 4 },
  )
  .map((all) => all.join(''))
const patterns = fc
  .tuple(
    fc.constantFrom('', '^'),
    sequence,
    fc.tuple(atoms, varying).map(([atom, count]) => atom + count),
    sequence,
    fc.constantFrom('', '$'),
  )
  .map((parts) => parts.join(''))
const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'E', '1', '2', '/', '.', '-'), maxLength: 8 })

describe('an expression that JavaScript may match', () => {
  it('matches the same texts as the library does', () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        expect(plainPattern(pattern)).toBeDefined()
        // In a group the expression is not plain any more.
        expect(answer('regexp_matches(a, b)', { a: text, b: pattern })).toBe(
          answer('regexp_matches(a, b)', { a: text, b: `(?:${pattern})` }),
        )
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    '(a+)+$',
    'a*b*',
    'a+b?',
    'a|b',
    '(a)',
    '[a&&b]',
    '[[a]]',
    '\\bx',
    '\\Qa\\E',
    'a*?',
    'a++',
    '[z-a]',
    '\\p{L}',
    'a{3',
    'a^b',
    'é',
  ])('is not %s', (pattern) => {
    expect(plainPattern(pattern)).toBeUndefined()
  })

  it('is asked about short texts of one line alone', () => {
    expect(isPlainText('E101 ~')).toBe(true)
    expect(['x'.repeat(300), 'a\n', 'é', '\u0085'].map(isPlainText)).toEqual([false, false, false, false])
    const matches = compiled("regexp_matches(a, 'x$')")
    expect([matches({ a: 'x\n' }), matches({ a: 'x' }), matches({ a: 'xy' })]).toEqual([true, true, false])
  })
})
