import { describe, expect, it } from 'vitest'
import { parseAggregates } from '../../../shared/aggregate/spec.ts'
import { createWindowEngine } from '../../../shared/window/window-engine.ts'
import { define, inShort } from './definitions.ts'
import { at, frameOf, SECOND_US } from './frames.ts'

const session = { type: 'session', gapUs: 10 * SECOND_US } as const

describe('answers before the end', () => {
  it('come each time the newest sample of the key gets on by so much, of what came before it', () => {
    const engine = createWindowEngine([define({ early: { everyUs: 4 * SECOND_US } })])
    expect(inShort(engine.take(frameOf(at(1, 2, 3, 5, 9), 0)))).toEqual(['a 0-10 E0 n3', 'a 0-10 E1 n4'])
    expect(inShort(engine.take(frameOf(at(11), 10 * SECOND_US)))).toEqual(['a 0-10 O2 n5!'])
  })

  it('come each so many samples of the window, and not again while nothing has changed', () => {
    const engine = createWindowEngine([define({ early: { everySamples: 2 } })])
    expect(inShort(engine.take(frameOf(at(1, 2, 11, 3), 0)))).toEqual(['a 0-10 E0 n2'])
    expect(inShort(engine.take(frameOf(at(4, 12), 0)))).toEqual(['a 0-10 E1 n4', 'a 10-20 E0 n2'])
    expect(inShort(engine.take(frameOf([], Infinity)))).toEqual(['a 0-10 O2 n4!', 'a 10-20 O1 n2!'])
    expect(engine.counters()).toMatchObject({ early: 3, emitted: 2, revised: 0 })
  })

  it('are there for hopping windows and sessions as well', () => {
    const hopping = { type: 'hopping', sizeUs: 10 * SECOND_US, hopUs: 5 * SECOND_US, offsetUs: 0 } as const
    const hops = createWindowEngine([define({ window: hopping, early: { everySamples: 2 } })])
    expect(inShort(hops.take(frameOf(at(6, 7), 0)))).toEqual(['a 0-10 E0 n2', 'a 5-15 E0 n2'])
    const sessions = createWindowEngine([define({ window: session, early: { everySamples: 2 } })])
    expect(inShort(sessions.take(frameOf(at(6, 9, 11), 0)))).toEqual(['a 6-19 E0 n2'])
    expect(inShort(sessions.take(frameOf([], Infinity)))).toEqual(['a 6-21 O1 n3!'])
  })

  it('begin at once where another definition asks for fewer samples than there are', () => {
    for (const window of [define().window, session]) {
      const engine = createWindowEngine([define({ window })])
      engine.take(frameOf(at(1, 2, 3, 4), 0))
      engine.reconfigure([define({ window, early: { everySamples: 2 } })])
      expect(engine.take(frameOf(at(5, 6, 7), 0)).panes.map(({ count }) => count)).toEqual([5, 7])
    }
  })

  it('of a session that merges away are withdrawn', () => {
    const engine = createWindowEngine([define({ window: session, early: { everySamples: 1 } })])
    engine.take(frameOf(at(0, 15), 0))
    const { panes, withdrawn } = engine.take(frameOf(at(8), 0))
    expect(inShort({ panes })).toEqual(['a 0-25 E1 n3'])
    expect(withdrawn).toMatchObject([{ startUs: 15 * SECOND_US, endUs: 25 * SECOND_US, revision: 1 }])
  })
})

describe('late samples', () => {
  it('are answered with the frame that brings them', () => {
    const engine = createWindowEngine([define({ allowedLatenessUs: 60 * SECOND_US })])
    engine.take(frameOf(at(1), 10 * SECOND_US))
    expect(inShort(engine.take(frameOf(at(2, 3), 10 * SECOND_US)))).toEqual(['a 0-10 L1 n3'])
  })

  it('are gathered where a flush is asked for, till the watermark has moved on or the window is final', () => {
    const late = { allowedLatenessUs: 60 * SECOND_US, lateFlushUs: 20 * SECOND_US }
    const engine = createWindowEngine([define(late)])
    engine.take(frameOf(at(1), 12 * SECOND_US))
    expect(inShort(engine.take(frameOf(at(2), 20 * SECOND_US)))).toEqual([])
    expect(inShort(engine.take(frameOf(at(3), 31 * SECOND_US)))).toEqual([])
    expect(inShort(engine.take(frameOf(at(4), 32 * SECOND_US)))).toEqual(['a 0-10 L1 n4'])
    expect(inShort(engine.take(frameOf(at(5), 60 * SECOND_US)))).toEqual(['a 0-10 L2 n5'])
    engine.take(frameOf(at(6), 69 * SECOND_US))
    expect(inShort(engine.take(frameOf([], 70 * SECOND_US)))).toEqual(['a 0-10 L3 n6!'])
  })

  it('do not come for a session that an end has closed, though a later one touches it', () => {
    const engine = createWindowEngine([define({ window: session, early: { everySamples: 2 } })])
    engine.take(frameOf(at(80), Infinity))
    expect(inShort(engine.take(frameOf(at(81, 80), 0, { epoch: 2 })))).toEqual([])
    expect(engine.counters()).toMatchObject({ lateSamples: 1 })
  })

  it('begin a window of a told gap anew, also when the source had ended in between', () => {
    const engine = createWindowEngine([
      define({ allowedLatenessUs: 60 * SECOND_US, emitEmpty: { limit: 2 } }),
    ])
    expect(inShort(engine.take(frameOf(at(1), 50 * SECOND_US)))).toHaveLength(4)
    engine.take(frameOf([], Infinity))
    const again = engine.take(frameOf(at(41), Infinity, { epoch: 2 }))
    expect(again.panes.map(({ startUs, revision }) => [startUs, revision])).toEqual([[40 * SECOND_US, 0]])
  })

  it('begin a window of which an empty answer was given with the revision after that', () => {
    const parts = { emitEmpty: { limit: 2 }, allowedLatenessUs: 100 * SECOND_US }
    const engine = createWindowEngine([define(parts)])
    engine.take(frameOf(at(1), 20 * SECOND_US))
    const filled = engine.take(frameOf(at(12, 61), 70 * SECOND_US))
    expect(inShort(filled)).toEqual(['a 10-20 L1 n1', 'a 20-30 O0 n0', 'a 30-60 O0 n0 gap', 'a 60-70 O0 n1'])
    expect(inShort(engine.take(frameOf(at(31, 41), 70 * SECOND_US)))).toEqual([
      'a 30-40 L1 n1',
      'a 40-50 L0 n1',
    ])
  })
})

describe('the gap of windows without samples', () => {
  it('is told when it begins and, for the rest, when a window with samples ends it', () => {
    const engine = createWindowEngine([define({ emitEmpty: { limit: 1 } })])
    engine.take(frameOf(at(1), 20 * SECOND_US))
    expect(inShort(engine.advance('p', 40 * SECOND_US))).toEqual(['a 20-40 O0 n0! gap'])
    expect(inShort(engine.advance('p', 70 * SECOND_US))).toEqual([])
    expect(inShort(engine.take(frameOf(at(91), 100 * SECOND_US)))).toEqual([
      'a 40-90 O0 n0! gap',
      'a 90-100 O0 n1!',
    ])
    expect(inShort(engine.advance('p', 110 * SECOND_US))).toEqual(['a 100-110 O0 n0!'])
  })
})

describe('what holds from before a window', () => {
  it('is carried into aggregates over time, and not into a count of changes', () => {
    const aggregates = parseAggregates(['timeWeightedMean', 'changes', 'last'])
    const engine = createWindowEngine([define({ aggregates, emitEmpty: { limit: 5 } })])
    const sample = (second: number, value: number) => ({ tag: 'a', timeUs: second * SECOND_US, value })
    const { panes } = engine.take(frameOf([sample(0, 4), sample(15, 8), sample(30, 1)], Infinity))
    expect(
      panes.map(({ aggregates: { timeWeightedMean, changes, last } }) => [timeWeightedMean, changes, last]),
    ).toEqual([
      [4, 0, 4],
      [6, 0, 8],
      [8, 0, 8],
      [1, 0, 1],
    ])
  })
})
