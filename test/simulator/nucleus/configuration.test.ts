import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../shared/bytes/json.ts'
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

  const open = (name: string) => openConfigStore(join(folder, name))
  const deployed = (value: JsonObject) => {
    const configuration = mergeValue(EMPTY_MAP, [], value, at(1000)).tree
    const components = new Map([['test.A', { version: '1.0.0', configuration, origins: {} }]])
    return { components, groups: new Map(), revision: 'one' }
  }

  it('survives the core, with what a component wrote itself', () => {
    const first = open('config/config.json')
    first.replace(deployed({ n: 1, keep: true }))
    first.update('test.A', ['n'], 3, at(2000))
    const second = open('config/config.json')
    expect(second.valueOf('test.A')).toEqual({ n: 3, keep: true })
    expect(second.state().components.get('test.A')?.origins).toEqual({
      '/n': { kind: 'update', detail: 'test.A' },
    })
    expect(second.state().revision).toBe('one')
  })

  it('is read from a core of the first format', () => {
    const configuration = { n: [1000, 1], deep: { x: [1, 'text'] } }
    const components = { 'test.A': { version: '1.0.0', deployed: '', configuration } }
    writeFileSync(join(folder, 'old.json'), JSON.stringify({ v: 1, components }))
    expect(open('old.json').valueOf('test.A')).toEqual({ n: 1, deep: { x: 'text' } })
  })

  it('keeps nothing of a component that is not deployed', () => {
    const store = open('config.json')
    store.update('test.A', ['n'], 3, at(2000))
    expect(store.has('test.A')).toBe(false)
  })

  it('tells of every changed leaf', () => {
    const store = open('config.json')
    store.replace(deployed({ n: 1, keep: true }))
    const changes: string[] = []
    const stop = store.listen((component, keyPath) => changes.push(`${component} ${keyPath.join('/')}`))
    store.update('test.A', [], { n: 5, deep: { x: 1, y: 2 } }, at(2000))
    stop()
    store.update('test.A', ['n'], 6, at(3000))
    expect(changes).toEqual(['test.A n', 'test.A deep/x', 'test.A deep/y'])
  })

  it('tells what another state has changed', () => {
    const store = open('config.json')
    store.replace(deployed({ n: 1, keep: true, gone: 1 }))
    const changes: string[] = []
    store.listen((component, keyPath) => changes.push(`${component} ${keyPath.join('/')}`))
    store.replace(deployed({ n: 2, keep: true, added: { x: 1 } }))
    expect(changes).toEqual(['test.A gone', 'test.A n', 'test.A added/x'])
  })
})
