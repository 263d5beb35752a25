import { describe, expect, it } from 'vitest'
import { Quality } from '../../../shared/frame/frame.ts'
import { createWindowEngine } from '../../../shared/window/window-engine.ts'
import { define, inShort } from './definitions.ts'
import { at, frameOf, SECOND_US } from './frames.ts'

const lateCount = (late: readonly { from: number; to: number }[]) =>
  late.reduce((sum, { from, to }) => sum + to - from, 0)

describe('the watermark of a key', () => {
  it('is the minimum over the producers that have fed it, and no other producer holds it back', () => {
    const engine = createWindowEngine([define()])
    engine.take(frameOf(at(1), 5 * SECOND_US, { producer: 'p' }))
    engine.take(frameOf(at(2), 5 * SECOND_US, { producer: 'q' }))
    engine.take(frameOf([{ tag: 'b', timeUs: 0, value: 1 }], 0, { producer: 'r' }))
    expect(inShort(engine.advance('p', 20 * SECOND_US))).toEqual([])
    expect(inShort(engine.advance('q', 10 * SECOND_US))).toEqual(['a 0-10 O0 n2!'])
  })

  it('is the minimum over all declared producers, for every key, once each has spoken', () => {
    const engine = createWindowEngine([define()], { watermarks: { producers: ['p', 'q'] } })
    engine.take(frameOf(at(1), 20 * SECOND_US, { producer: 'p' }))
    expect(inShort(engine.advance('r', 90 * SECOND_US))).toEqual([])
    expect(inShort(engine.advance('q', 10 * SECOND_US))).toEqual(['a 0-10 O0 n1!'])
  })

  it('never goes back: a lower one is ignored and counted', () => {
    const engine = createWindowEngine([define()])
    engine.take(frameOf(at(1), 10 * SECOND_US))
    engine.advance('p', 5 * SECOND_US)
    expect(lateCount(engine.take(frameOf(at(6), 5 * SECOND_US)).late)).toBe(1)
    expect(engine.counters()).toMatchObject({ regressed: 2, lateSamples: 1, emitted: 1 })
  })

  it('at the end of a source closes all, and a new start opens windows behind what was closed', () => {
    const engine = createWindowEngine([define()])
    engine.take(frameOf(at(1, 12), 5 * SECOND_US))
    expect(inShort(engine.take(frameOf([], Infinity)))).toEqual(['a 0-10 O0 n1!', 'a 10-20 O0 n1!'])
    const again = engine.take(frameOf(at(13, 21), 5 * SECOND_US, { epoch: 2 }))
    expect(lateCount(again.late)).toBe(1)
    expect(inShort(engine.take(frameOf([], Infinity, { epoch: 2 })))).toEqual(['a 20-30 O0 n1!'])
  })
})

describe('samples', () => {
  it('are late only when every definition that names their tag refuses them', () => {
    const minute = define({ name: 'm', window: { type: 'tumbling', sizeUs: 60 * SECOND_US, offsetUs: 0 } })
    const engine = createWindowEngine([define(), minute])
    engine.take(frameOf(at(1), 20 * SECOND_US))
    expect(lateCount(engine.take(frameOf(at(2), 60 * SECOND_US)).late)).toBe(0)
    expect(lateCount(engine.take(frameOf(at(3), 60 * SECOND_US)).late)).toBe(1)
  })

  it('that are quarantined are counted, in no window, and late for none', () => {
    const engine = createWindowEngine([define()])
    const [sample] = at(1)
    const far = { tag: 'a', timeUs: 9e15, value: 1, quality: Quality.quarantined }
    const { panes, late } = engine.take(
      frameOf([far, { tag: 'a', timeUs: 1, value: 1, ...sample }, far], Infinity),
    )
    expect(inShort({ panes })).toEqual(['a 0-10 O0 n1!'])
    expect(late).toEqual([])
    expect(engine.counters().quarantinedSamples).toBe(2)
  })

  it('that are bad make a pane alone, with no value', () => {
    const engine = createWindowEngine([define()])
    const { panes } = engine.take(
      frameOf([{ tag: 'a', timeUs: 1, value: 7, quality: Quality.bad }], Infinity),
    )
    expect(panes).toMatchObject([{ count: 0, bad: 1, aggregates: { sum: 0, last: null } }])
  })
})

describe('explain', () => {
  it('names the watermark, the slowest producer and what each window still waits for', () => {
    const engine = createWindowEngine([define({ allowedLatenessUs: 5 * SECOND_US })])
    engine.take(frameOf(at(1), 2 * SECOND_US, { producer: 'fast' }))
    engine.take(frameOf(at(2), 3 * SECOND_US, { producer: 'slow' }))
    engine.advance('fast', 30 * SECOND_US)
    expect(engine.explain('a')).toMatchObject([
      {
        definitions: ['w'],
        watermarkUs: 3 * SECOND_US,
        newestUs: 2 * SECOND_US,
        producers: [{ name: 'slow', completeBeforeUs: 3 * SECOND_US }, { name: 'fast' }],
        windows: [
          { window: 'w', samples: 2, waitsForUs: 10 * SECOND_US, missingUs: 7 * SECOND_US, revision: -1 },
        ],
      },
    ])
    engine.advance('slow', 11 * SECOND_US)
    expect(engine.explain()[0]?.windows).toMatchObject([{ waitsForUs: 15 * SECOND_US, revision: 0 }])
    expect(engine.explain('other')).toEqual([])
  })
})

describe('definitions that make no sense', () => {
  it('are refused by name', () => {
    const refuse = (...definitions: Parameters<typeof createWindowEngine>[0]) =>
      expect(() => createWindowEngine(definitions)).toThrowError(
        expect.objectContaining({ code: 'GENBA_WINDOW_INVALID' }),
      )
    refuse(define(), define())
    refuse(define({ window: { type: 'tumbling', sizeUs: 0, offsetUs: 0 } }))
    refuse(define({ window: { type: 'hopping', sizeUs: 3_600_000_001, hopUs: 1_000_000, offsetUs: 0 } }))
    refuse(define({ window: { type: 'calendar', unit: 'day', zone: 'Mars/Olympus', startsAt: ['00:00'] } }))
    refuse(define({ window: { type: 'calendar', unit: 'day', zone: 'UTC', startsAt: ['25:00'] } }))
    refuse(define({ allowedLatenessUs: -1 }))
  })
})
