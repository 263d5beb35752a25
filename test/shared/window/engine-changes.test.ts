import { describe, expect, it } from 'vitest'
import { parseAggregates } from '../../../shared/aggregate/spec.ts'
import { createWindowEngine } from '../../../shared/window/window-engine.ts'
import { Disk, define, inShort } from './definitions.ts'
import { at, frameOf, SECOND_US } from './frames.ts'

const minute = define({ name: 'm', window: { type: 'tumbling', sizeUs: 60 * SECOND_US, offsetUs: 0 } })
const session = define({ name: 's', window: { type: 'session', gapUs: 5 * SECOND_US } })

describe('other definitions from the next frame on', () => {
  it('finish the open windows of one that is gone, open no more, and then forget it', () => {
    const engine = createWindowEngine([define({ allowedLatenessUs: 600 * SECOND_US })])
    engine.take(frameOf(at(1), 5 * SECOND_US))
    engine.reconfigure([])
    expect(inShort(engine.take(frameOf(at(2, 12), 20 * SECOND_US)))).toEqual(['a 0-10 O0 n2'])
    expect(inShort(engine.take(frameOf(at(3), 21 * SECOND_US)))).toEqual(['a 0-10 L1 n3'])
    engine.take(frameOf([], 1000 * SECOND_US))
    expect(engine.counters()).toMatchObject({ openWindows: 0, lateSamples: 0 })
    expect(engine.explain()).toEqual([])
  })

  it('begin a new one with the first window of which it sees every sample', () => {
    const hop = define({
      name: 'h',
      window: { type: 'hopping', sizeUs: 60 * SECOND_US, hopUs: 30 * SECOND_US, offsetUs: 0 },
    })
    const engine = createWindowEngine([define()])
    engine.take(frameOf(at(1, 61), 5 * SECOND_US))
    engine.reconfigure([define(), minute, hop])
    const { panes } = engine.take(frameOf(at(2, 62, 121), Infinity))
    expect(inShort({ panes: panes.filter(({ window }) => window !== 'w') })).toEqual([
      'a 90-150 O0 n1!',
      'a 120-180 O0 n1!',
      'a 120-180 O0 n1!',
    ])
    expect(engine.counters().lateSamples).toBe(0)
  })

  it('begin sessions only after a gap, for what came before may reach into them', () => {
    const engine = createWindowEngine([define()])
    engine.take(frameOf(at(1), 0))
    engine.reconfigure([session])
    expect(inShort(engine.take(frameOf(at(3, 7, 13, 14), Infinity)))).toEqual(
      ['a 13-19 O0 n2!', 'a 0-10 O0 n3!'].sort(),
    )
  })

  it('keep the windows of one that stays, under the lateness that it has now', () => {
    const engine = createWindowEngine([define(), minute])
    engine.take(frameOf(at(1, 11, 21), 10 * SECOND_US))
    engine.reconfigure([define({ allowedLatenessUs: 600 * SECOND_US })])
    expect(inShort(engine.take(frameOf(at(2, 12), 20 * SECOND_US)))).toEqual(['a 10-20 O0 n2'])
    expect(inShort(engine.take(frameOf(at(3, 13), 21 * SECOND_US)))).toEqual(['a 10-20 L1 n3'])
  })

  it('are other windows when their aggregates are others, though the name is the same', () => {
    const engine = createWindowEngine([define()])
    engine.take(frameOf(at(1), 0))
    engine.reconfigure([define({ aggregates: parseAggregates(['max']) })])
    const { panes } = engine.take(frameOf(at(2, 12), Infinity))
    expect(panes.map(({ startUs, aggregates }) => [startUs / SECOND_US, Object.keys(aggregates)])).toEqual([
      [0, ['sum', 'last']],
      [10, ['max']],
    ])
  })

  it('group tags that have been seen before under a key of their own', () => {
    const engine = createWindowEngine([define()])
    engine.take(frameOf([...at(1), { tag: 'b', timeUs: 25 * SECOND_US, value: 1 }], 0))
    engine.reconfigure([define({ name: 'all', key: { by: 'all' } })])
    const { panes } = engine.take(frameOf(at(12, 31, 32), Infinity))
    expect(inShort({ panes: panes.filter(({ window }) => window === 'all') })).toEqual([' 30-40 O0 n2!'])
  })

  it('leave nothing behind after thousands of changes', () => {
    const engine = createWindowEngine([])
    const disk = new Disk()
    for (let round = 0; round < 2000; round++) {
      const second = round * 10
      const key = round % 2 === 0 ? ({ by: 'all' } as const) : ({ by: 'tag' } as const)
      engine.reconfigure([define({ name: `edit ${round}`, key })])
      engine.take(frameOf(at(second + 1, second + 15), (second + 5) * SECOND_US))
      if (round % 100 === 0) disk.save(engine)
    }
    engine.reconfigure([])
    engine.take(frameOf([], Infinity))
    disk.save(engine)
    expect(engine.counters()).toMatchObject({ openWindows: 0, keys: 1 })
    expect(disk.cells.map(({ key }) => JSON.parse(key)[0]).sort()).toEqual(['head', 'key'])
  })
})

describe('the bound on windows', () => {
  it('gives up revisions first: what has answered becomes final, and late samples for it are counted', () => {
    const late = { allowedLatenessUs: 600 * SECOND_US }
    const engine = createWindowEngine([define(late)], { bounds: { openWindowsMax: 3 } })
    engine.take(frameOf(at(1, 11, 21), 20 * SECOND_US))
    expect(inShort(engine.take(frameOf(at(31, 2), 30 * SECOND_US)))).toEqual(['a 20-30 O0 n1'])
    expect(engine.counters()).toMatchObject({
      closedEarly: 2,
      lateSamples: 1,
      refusedSamples: 0,
      openWindows: 2,
    })
  })

  it('then refuses and counts samples that would need another window, and keeps every open one', () => {
    const engine = createWindowEngine([define()], { bounds: { openWindowsMax: 2 } })
    engine.take(frameOf(at(1, 11, 21, 22, 2), -Infinity))
    expect(engine.counters()).toMatchObject({ refusedSamples: 2, openWindows: 2 })
    expect(inShort(engine.take(frameOf([], Infinity)))).toEqual(['a 0-10 O0 n2!', 'a 10-20 O0 n1!'])
  })

  it('holds for sessions and for the slices of hopping windows', () => {
    const sessions = createWindowEngine([session], { bounds: { openWindowsMax: 1 } })
    sessions.take(frameOf(at(1, 11, 2), -Infinity))
    expect(sessions.counters()).toMatchObject({ refusedSamples: 1, openWindows: 1 })
    const hopping = { type: 'hopping', sizeUs: 10 * SECOND_US, hopUs: 5 * SECOND_US, offsetUs: 0 } as const
    const hops = createWindowEngine([define({ window: hopping })], { bounds: { openWindowsMax: 4 } })
    hops.take(frameOf(at(6, 11), -Infinity))
    expect(hops.counters()).toMatchObject({ refusedSamples: 1, openWindows: 3 })
    hops.take(frameOf([], Infinity))
    expect(hops.counters().openWindows).toBe(0)
  })

  it('counts samples of cut sessions that find no room when the watermark lets them in', () => {
    const cut = define({ window: { type: 'session', gapUs: 5 * SECOND_US, maxDurationUs: 9 * SECOND_US } })
    const engine = createWindowEngine([cut], { bounds: { openWindowsMax: 1, bufferedSamplesMax: 3 } })
    engine.take(frameOf(at(1, 11, 2, 3), -Infinity))
    expect(engine.counters()).toMatchObject({ refusedSamples: 1, bufferedSamples: 3 })
    expect(inShort(engine.take(frameOf([], Infinity)))).toEqual(['a 1-7 O0 n2!'])
    expect(engine.counters()).toMatchObject({ refusedSamples: 2, bufferedSamples: 0, openWindows: 0 })
  })
})
