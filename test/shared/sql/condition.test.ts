import { describe, expect, it } from 'vitest'
import { compileCondition } from '../../../shared/sql/condition.ts'

describe('a condition on values', () => {
  it.each<[string, number | boolean | string, boolean]>([
    ['value > 5', 5.5, true],
    ['value > 5', 5, false],
    ['value > 5 AND value < 9', 9, false],
    ["value = 'run'", 'run', true],
    ["value = 'run'", 1, false],
    ["value IN ['run', 'idle']", 'idle', true],
    ['value', true, true],
    ['value', 1, false],
    ['NOT value', false, true],
    ['value > 5', 'text', false],
    ['value > 5', '6', true],
    ['abs(value) >= 2.5', -2.5, true],
    ["regexp_matches(value, '^E[0-9]+$')", 'E12', true],
  ])('%s of %o is %s', (text, value, holds) => {
    const condition = compileCondition(text)
    expect(condition.text).toBe(text)
    expect(condition.holds(value)).toBe(holds)
  })

  it.each([
    ['temp > 5', 1, 'not temp'],
    ['value >', 8, 'expected an expression'],
    ['value > 5 5', 11, 'expected an operator'],
    ['* > 5', 1, 'not *'],
  ])('%s is refused at column %i', (text, column, message) => {
    expect(() => compileCondition(text)).toThrowError(
      expect.objectContaining({ column, message: expect.stringContaining(message) }),
    )
  })
})
