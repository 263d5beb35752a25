import { describe, expect, it } from 'vitest'
import type { KeySpec } from '../../../shared/window/definition.ts'
import { createWindowEngine } from '../../../shared/window/window-engine.ts'
import { define, inShort } from './definitions.ts'
import { frameOf, SECOND_US } from './frames.ts'

const LINES: Readonly<Record<string, string>> = { 'hall/a/temp': 'north', 'hall/b/temp': 'north' }
const attributes = (tag: string): Record<string, string> => {
  const line = LINES[tag]
  return line === undefined ? {} : { line }
}
const samples = ['hall/a/temp', 'hall/b/temp', 'yard/a/temp', 'yard'].map((tag, index) => ({
  tag,
  timeUs: index * SECOND_US,
  value: index,
}))

const keysOf = (key: KeySpec, tags: readonly string[] = ['#']) =>
  inShort(createWindowEngine([define({ key, tags })], { attributes }).take(frameOf(samples, Infinity)))

describe('the key of a definition', () => {
  it('is the tag, or one for all tags that the filters name', () => {
    expect(keysOf({ by: 'tag' }, ['+/a/#'])).toEqual(['hall/a/temp 0-10 O0 n1!', 'yard/a/temp 0-10 O0 n1!'])
    expect(keysOf({ by: 'all' }, ['hall/#'])).toEqual([' 0-10 O0 n2!'])
  })

  it('is some levels of the tag, an absent one empty', () => {
    expect(keysOf({ by: 'levels', levels: [1] })).toEqual(['hall 0-10 O0 n2!', 'yard 0-10 O0 n2!'])
    expect(keysOf({ by: 'levels', levels: [2, 1] })).toEqual([
      '/yard 0-10 O0 n1!',
      'a/hall 0-10 O0 n1!',
      'a/yard 0-10 O0 n1!',
      'b/hall 0-10 O0 n1!',
    ])
  })

  it('is an attribute of the tag, empty where the tag has none', () => {
    expect(keysOf({ by: 'attribute', attribute: 'line' })).toEqual([' 0-10 O0 n2!', 'north 0-10 O0 n2!'])
  })

  it('has a watermark of its own: the slowest of the producers that feed any of its tags', () => {
    const engine = createWindowEngine([define({ key: { by: 'all' } }), define({ name: 'each' })])
    const one = (tag: string) => [{ tag, timeUs: 0, value: 1 }]
    engine.take(frameOf(one('a'), 0, { producer: 'p' }))
    engine.take(frameOf(one('b'), 0, { producer: 'q' }))
    expect(inShort(engine.advance('p', 10 * SECOND_US))).toEqual(['a 0-10 O0 n1!'])
    expect(inShort(engine.advance('q', 10 * SECOND_US))).toEqual([' 0-10 O0 n2!', 'b 0-10 O0 n1!'])
  })

  it('is refused beyond the bound on keys, and its samples are counted', () => {
    const engine = createWindowEngine([define()], { bounds: { keysMax: 2 } })
    expect(engine.take(frameOf(samples, Infinity)).panes).toHaveLength(2)
    expect(engine.counters()).toMatchObject({ refusedSamples: 2, keys: 2 })
  })
})
