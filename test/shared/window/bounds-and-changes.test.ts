import { describe, expect, it } from 'vitest'
import { createTumblingEngine } from '../../../shared/window/engine.ts'
import { at, frameOf, SECOND_US } from './frames.ts'

const tenSeconds = { tags: ['#'], sizeUs: 10 * SECOND_US, offsetUs: 0, allowedLatenessUs: 600 * SECOND_US }
const shapes = (taken: ReturnType<ReturnType<typeof createTumblingEngine>['take']>) =>
  taken.panes.map(({ window, startUs, values, revision }) => [
    window,
    startUs / SECOND_US,
    values.count,
    revision,
  ])

describe('the bound on windows', () => {
  it('gives up revisions first: what has answered becomes final, and late samples for it are counted', () => {
    const engine = createTumblingEngine([tenSeconds], { openWindowsMax: 3 })
    engine.take(frameOf(at(1, 11, 21), 20 * SECOND_US))
    expect(shapes(engine.take(frameOf(at(31, 2), 30 * SECOND_US)))).toEqual([['tumbling:10000000', 20, 1, 0]])
    expect(engine.counters()).toMatchObject({
      closedEarly: 2,
      lateSamples: 1,
      refusedSamples: 0,
      openWindows: 2,
    })
  })

  it('then refuses and counts samples that would need another window, and keeps every open one', () => {
    const engine = createTumblingEngine([tenSeconds], { openWindowsMax: 2 })
    engine.take(frameOf(at(1, 11, 21, 22, 2), -Infinity))
    expect(engine.counters()).toMatchObject({ refusedSamples: 2, openWindows: 2 })
    expect(shapes(engine.take(frameOf([], Infinity)))).toEqual([
      ['tumbling:10000000', 0, 2, 0],
      ['tumbling:10000000', 10, 1, 0],
    ])
    engine.take(frameOf(at(31), Infinity, { epoch: 2 }))
    expect(engine.counters()).toMatchObject({ refusedSamples: 2, emitted: 3 })
  })

  it('holds for tags as well', () => {
    const engine = createTumblingEngine([tenSeconds], { tagsMax: 1 })
    const { panes } = engine.take(frameOf([...at(1), { tag: 'b', timeUs: 0, value: 1 }], Infinity))
    expect(panes.map(({ tag }) => tag)).toEqual(['a'])
    expect(engine.counters().refusedSamples).toBe(1)
  })
})

describe('other definitions from the next frame on', () => {
  const minute = { tags: ['#'], sizeUs: 60 * SECOND_US, offsetUs: 0, allowedLatenessUs: 0 }

  it('finish the open windows of a definition that is gone, and open no more', () => {
    const engine = createTumblingEngine([tenSeconds])
    engine.take(frameOf(at(1), 5 * SECOND_US))
    engine.reconfigure([])
    expect(shapes(engine.take(frameOf(at(2, 12), 20 * SECOND_US)))).toEqual([['tumbling:10000000', 0, 2, 0]])
    expect(shapes(engine.take(frameOf(at(3), 21 * SECOND_US)))).toEqual([['tumbling:10000000', 0, 3, 1]])
    engine.take(frameOf([], 1000 * SECOND_US))
    expect(engine.counters()).toMatchObject({ openWindows: 0, lateSamples: 0 })
  })

  it('begin a new definition with the first window of which it sees every sample', () => {
    const engine = createTumblingEngine([tenSeconds])
    engine.take(frameOf(at(1, 61), 5 * SECOND_US))
    engine.reconfigure([tenSeconds, minute])
    const { panes } = engine.take(frameOf(at(2, 62, 121), Infinity))
    expect(
      panes.filter(({ window }) => window === 'tumbling:60000000').map(({ startUs }) => startUs),
    ).toEqual([120 * SECOND_US])
    expect(engine.counters().lateSamples).toBe(0)
  })

  it('keep the windows of a definition that stays, under the lateness that it has now', () => {
    const engine = createTumblingEngine([{ ...tenSeconds, allowedLatenessUs: 0 }])
    engine.take(frameOf(at(1, 11, 21), 10 * SECOND_US))
    engine.reconfigure([tenSeconds])
    expect(shapes(engine.take(frameOf(at(2, 12), 20 * SECOND_US)))).toEqual([['tumbling:10000000', 10, 2, 0]])
    expect(shapes(engine.take(frameOf(at(3, 13), 21 * SECOND_US)))).toEqual([['tumbling:10000000', 10, 3, 1]])
    expect(engine.counters().lateSamples).toBe(2)
  })

  it('give the identity of a window away once, even if a definition goes and comes again', () => {
    const engine = createTumblingEngine([tenSeconds])
    const ids: string[] = []
    const take = (seconds: readonly number[], completeBefore: number) => {
      const { panes } = engine.take(frameOf(at(...seconds), completeBefore * SECOND_US))
      ids.push(...panes.map(({ window, startUs, revision }) => `${window} ${startUs} ${revision}`))
    }
    take([1, 11, 21], 20)
    engine.reconfigure([])
    take([22, 31, 41], 30)
    engine.reconfigure([tenSeconds])
    take([2, 12, 42, 51, 61], 700)
    take([52], 2000)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => id.includes('30000000') || id.includes('40000000'))).toEqual([])
  })
})
