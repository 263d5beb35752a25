import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openConfigStore } from '../../../simulator/nucleus/configuration/config-store.ts'
import {
  EMPTY_MAP,
  fillDefaults,
  mergeValue,
  nodeAt,
  toJson,
} from '../../../simulator/nucleus/configuration/tree.ts'

const at = (timeMs: number, onMismatch: 'refuse' | 'replace' = 'replace') => ({ timeMs, onMismatch })

describe('a merge into a configuration', () => {
  const before = mergeValue(EMPTY_MAP, [], { a: { x: 1, y: [1, 2] }, b: 'text' }, at(1000)).tree

  it('joins maps and replaces lists and scalars', () => {
    const { tree, changed } = mergeValue(before, [], { a: { y: [3], z: null } }, at(2000))
    expect(toJson(tree)).toEqual({ a: { x: 1, y: [3], z: null }, b: 'text' })
    expect(changed).toEqual([
      ['a', 'y'],
      ['a', 'z'],
    ])
  })

  it('drops what is older than what is there', () => {
    const { tree, stale } = mergeValue(before, ['a', 'x'], 9, at(500))
    expect(toJson(tree)).toEqual(toJson(before))
    expect(stale).toEqual([['a', 'x']])
  })

  it('reports no change where the value is the same', () => {
    expect(mergeValue(before, ['a', 'y'], [1, 2], at(2000)).changed).toEqual([])
  })

  it('finds a key in any case and keeps its first spelling', () => {
    expect(toJson(mergeValue(before, [], { B: 'new' }, at(2000)).tree)).toMatchObject({ b: 'new' })
  })

  it('refuses a map over a leaf and a leaf over a map as lite does, and replaces them as Java does', () => {
    for (const value of [{ a: 1 }, { b: { c: 1 } }]) {
      const refused = mergeValue(before, [], value, at(2000, 'refuse'))
      expect(refused.mismatched).toHaveLength(1)
      expect(refused.tree).toBe(before)
      expect(toJson(mergeValue(before, [], value, at(2000)).tree)).toMatchObject(value)
    }
  })
})

describe('the defaults of a recipe', () => {
  it('fill in what is missing and never replace a value', () => {
    const running = mergeValue(EMPTY_MAP, [], { a: 1, m: { x: 1 } }, at(1000)).tree
    const filled = fillDefaults(running, { a: 2, b: 3, m: { x: 9, y: 2 } })
    expect(toJson(filled)).toEqual({ a: 1, m: { x: 1, y: 2 }, b: 3 })
  })

  it('win where a map meets a leaf', () => {
    const running = mergeValue(EMPTY_MAP, [], { a: 1, m: { x: 1 } }, at(1000)).tree
    expect(toJson(fillDefaults(running, { a: { deep: 1 }, m: 5 }))).toEqual({ a: { deep: 1 }, m: 5 })
  })

  it('give way to any later write', () => {
    const filled = fillDefaults(EMPTY_MAP, { a: 1 })
    expect(nodeAt(mergeValue(filled, ['a'], 2, at(2)).tree, ['A'])).toMatchObject({ value: 2 })
  })
})

describe('the configuration of a core', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'genba-config-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const deployment = { version: '1.0.0', defaults: { n: 1, keep: true }, merge: { n: 2 }, timeMs: 1000 }

  it('survives the core, with what a component wrote itself', () => {
    const path = join(folder, 'config', 'config.json')
    const first = openConfigStore(path)
    first.deploy('test.A', deployment)
    first.update('test.A', ['n'], 3, at(2000))
    const second = openConfigStore(path)
    second.deploy('test.A', { ...deployment, timeMs: 9000 })
    expect(second.valueOf('test.A')).toEqual({ n: 3, keep: true })
  })

  it('takes a deployment that differs from the last one', () => {
    const path = join(folder, 'config.json')
    openConfigStore(path).deploy('test.A', deployment)
    const second = openConfigStore(path)
    second.deploy('test.A', { ...deployment, merge: { n: 7 }, timeMs: 9000 })
    expect(second.valueOf('test.A')).toEqual({ n: 7, keep: true })
  })

  it('tells of every changed leaf', () => {
    const store = openConfigStore(join(folder, 'config.json'))
    store.deploy('test.A', deployment)
    const changes: string[] = []
    const stop = store.listen((component, keyPath) => changes.push(`${component} ${keyPath.join('/')}`))
    store.update('test.A', [], { n: 5, deep: { x: 1, y: 2 } }, at(2000))
    stop()
    store.update('test.A', ['n'], 6, at(3000))
    expect(changes).toEqual(['test.A n', 'test.A deep/x', 'test.A deep/y'])
  })
})
