import { describe, expect, it } from 'vitest'
import { SqlError } from '../../../../shared/sql/errors.ts'
import type { SqlValue } from '../../../../shared/sql/value.ts'
import { answer, call } from './answer.ts'

describe('get', () => {
  it.each<[SqlValue, SqlValue, SqlValue]>([
    [[10, 20, 30], 1, 20],
    [[10, 20, 30], '1.9', 20],
    [[10], -1, undefined],
    [[10], 1, undefined],
    [[10], null, undefined],
    ['a😀c', 1, '😀'],
    ['abc', 3, undefined],
    [{ 'my-key': 1 }, 'my-key', 1],
    [{ 1: 'x' }, 1, undefined],
    [{ a: null }, 'a', null],
    [{}, 'constructor', undefined],
    [{}, '__proto__', undefined],
    [5, 0, undefined],
    [null, 0, undefined],
  ])('get(%j, %j) is %j', (from, key, expected) => {
    expect(call('get', from, key)).toBe(expected)
  })
})

describe('transform', () => {
  it('adds the members of an object to each element', () => {
    expect(call('transform', 'enrichArray', { line: 'l1', a: 9 }, [{ a: 1, b: 2 }, {}])).toEqual([
      { a: 9, b: 2, line: 'l1' },
      { line: 'l1', a: 9 },
    ])
    expect(call('transform', 'enrichArray', { line: 'l1' }, [])).toEqual([])
  })

  it('keeps a member named as a part of JavaScript a member', () => {
    const element = JSON.parse('{"__proto__": 1}') as Record<string, SqlValue>
    const [row] = call('transform', 'enrichArray', { a: 1 }, [element]) as readonly object[]
    expect(Object.keys(row ?? {})).toEqual(['__proto__', 'a'])
  })

  it('is Undefined for other modes and other values', () => {
    expect(call('transform', 'enricharray', {}, [])).toBeUndefined()
    expect(call('transform', 'enrichArray', [], [])).toBeUndefined()
    expect(call('transform', 'enrichArray', {}, {})).toBeUndefined()
    expect(call('transform', 'enrichArray', { a: 1 }, [{ b: 1 }, 5])).toBeUndefined()
  })

  it('stops a statement that multiplies too much', () => {
    const wide = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`k${index}`, index]))
    const many = Array.from({ length: 2_000 }, () => ({}))
    expect(() => call('transform', 'enrichArray', wide, many)).toThrow(SqlError)
  })
})

describe('the tests of Null and Undefined', () => {
  it('tell one from the other', () => {
    expect(call('isNull', null)).toBe(true)
    expect(answer('isNull(gone)')).toBe(false)
    expect(call('isNull', 'null')).toBe(false)
    expect(answer('isUndefined(gone)')).toBe(true)
    expect(call('isUndefined', null)).toBe(false)
    expect(answer('isUndefined()')).toBeUndefined()
  })
})
