import { describe, expect, it } from 'vitest'
import { createTagFilter } from '../../../shared/tag/tag-filter.ts'

describe('a tag filter', () => {
  // MQTT 3.1.1, section 4.7.1, with its own examples where they apply.
  it.each([
    [
      'sport/tennis/player1/#',
      ['sport/tennis/player1', 'sport/tennis/player1/ranking', 'sport/tennis/player1/a/b'],
      ['sport/tennis/player10', 'sport/tennis'],
    ],
    ['sport/#', ['sport', 'sport/a'], ['sports', 'a/sport']],
    ['#', ['a', 'a/b', '/'], []],
    ['+', ['finance', ''], ['/finance', 'a/b']],
    ['+/+', ['/finance', 'a/b'], ['a', 'a/b/c']],
    ['sport/+', ['sport/', 'sport/a'], ['sport', 'sport/a/b']],
    ['line1/+/temperature', ['line1/press/temperature'], ['line1/press/x/temperature', 'line1/temperature']],
    ['a.c', ['a.c'], ['abc']],
  ])('%s matches by levels', (filter, matching, others) => {
    const matches = createTagFilter([filter])
    expect(matching.filter((tag) => !matches(tag))).toEqual([])
    expect(others.filter((tag) => matches(tag))).toEqual([])
  })

  it('of several matches what any of them matches, and of none everything', () => {
    expect(['a', 'b', 'c'].filter(createTagFilter(['a', 'c']))).toEqual(['a', 'c'])
    expect(createTagFilter([])('any/thing')).toBe(true)
  })

  it.each(['', 'a#', '#/a', 'a/#/b', 'a+', '+a/b'])('%j is refused, with how to write one', (filter) => {
    expect(() => createTagFilter(['ok', filter])).toThrow(
      expect.objectContaining({
        code: 'GENBA_TAG_FILTER',
        issues: [expect.objectContaining({ received: filter })],
      }),
    )
  })
})
