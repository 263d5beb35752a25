import { describe, expect, it } from 'vitest'
import { BoundedCache } from '../../../../shared/sql/functions/bounded-cache.ts'

describe('a bounded cache', () => {
  it('makes each answer once, and forgets the one that was not asked for the longest', () => {
    const cache = new BoundedCache<string, string | undefined>(2)
    const made: string[] = []
    const get = (key: string) =>
      cache.get(key, (asked) => {
        made.push(asked)
        return asked === 'none' ? undefined : asked.toUpperCase()
      })
    expect(['a', 'none', 'a', 'none', 'b', 'none', 'a'].map(get)).toEqual([
      'A',
      undefined,
      'A',
      undefined,
      'B',
      undefined,
      'A',
    ])
    expect(made).toEqual(['a', 'none', 'b', 'a'])
  })
})
