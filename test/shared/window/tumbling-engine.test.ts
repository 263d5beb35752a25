import { describe, expect, it } from 'vitest'
import { Quality } from '../../../shared/frame/frame.ts'
import { floorMod, windowName, windowStartUs } from '../../../shared/window/definition.ts'
import { createTumblingEngine, type TumblingEngine } from '../../../shared/window/engine.ts'
import { at, frameOf, type Sample, SECOND_US } from './frames.ts'

const tenSeconds = { tags: ['#'], sizeUs: 10 * SECOND_US, offsetUs: 0, allowedLatenessUs: 5 * SECOND_US }

/** [start in seconds, count, timing, revision, is final] */
const take = (engine: TumblingEngine, samples: readonly Sample[], completeBefore: number, producer = 'p') =>
  engine
    .take(frameOf(samples, completeBefore * SECOND_US, { producer }))
    .panes.map(({ startUs, values, timing, revision, isFinal }) => [
      startUs / SECOND_US,
      values.count,
      timing,
      revision,
      isFinal,
    ])

describe('where windows lie', () => {
  it.each([
    [0, 10, 0, 0],
    [9, 10, 0, 0],
    [10, 10, 0, 10],
    [-1, 10, 0, -10],
    [-10, 10, 0, -10],
    [2, 10, 3, -7],
    [3, 10, 3, 3],
    [3, 10, 13, 3],
    [-8, 10, 3, -17],
    [Number.MAX_SAFE_INTEGER, 10, 3, 9_007_199_254_740_983],
    [-Number.MAX_SAFE_INTEGER + 9, 10, 3, -9_007_199_254_740_987],
  ])('%d in windows of %d from %d starts at %d', (timeUs, sizeUs, offsetUs, startUs) => {
    expect(windowStartUs(timeUs, sizeUs, offsetUs)).toBe(startUs)
  })

  it('gives no negative zero, which would be another key', () => {
    expect(Object.is(windowStartUs(-0, 10, 0), 0)).toBe(true)
    expect(Object.is(floorMod(-10, 10), 0)).toBe(true)
  })

  it('names windows by size and offset, so that equal windows have equal names', () => {
    expect(windowName({ ...tenSeconds, offsetUs: 10 * SECOND_US })).toBe('tumbling:10000000')
    expect(windowName({ ...tenSeconds, offsetUs: 13 * SECOND_US })).toBe('tumbling:10000000+3000000')
  })
})

describe('tumbling windows', () => {
  it('are half-open and answer when the watermark reaches their end, not before', () => {
    const engine = createTumblingEngine([tenSeconds])
    expect(take(engine, at(0, 9.999999, 10), 9.999999)).toEqual([])
    expect(take(engine, [], 10)).toEqual([[0, 2, 'ON_TIME', 0, false]])
    expect(take(engine, [], 25)).toEqual([[10, 1, 'ON_TIME', 0, true]])
  })

  it('become final when the last of their producers says so, also if a late sample opened them', () => {
    const engine = createTumblingEngine([tenSeconds])
    take(engine, at(20), 0, 'q')
    take(engine, at(20), 15, 'p')
    take(engine, [], 10, 'q')
    // Its window has ended already: it answers at once, and stays open for five seconds more.
    expect(take(engine, at(3), 15, 'p')).toEqual([[0, 1, 'LATE', 0, false]])
    expect(take(engine, [], 15, 'q')).toEqual([])
    expect(take(engine, at(3), 15, 'p')).toEqual([])
    expect(engine.counters().lateSamples).toBe(1)
  })

  it('remember how far their producers had come before the last one ended', () => {
    const engine = createTumblingEngine([tenSeconds])
    // It feeds the tag without opening a window.
    const heard = at(25).map((sample) => ({ ...sample, quality: Quality.quarantined }))
    take(engine, heard, 0, 'q')
    take(engine, [], Infinity, 'q')
    take(engine, heard, 10, 'p')
    take(engine, [], 12, 'p')
    take(engine, [], Infinity, 'p')
    expect(take(engine, at(3), Infinity, 'p')).toEqual([[0, 1, 'LATE', 0, true]])
  })

  it('are revised once a frame by late samples until they are final, then count them as late', () => {
    const engine = createTumblingEngine([tenSeconds])
    take(engine, at(1), 10)
    expect(take(engine, at(2, 3), 11)).toEqual([[0, 3, 'LATE', 1, false]])
    expect(take(engine, at(4), 14.999999)).toEqual([[0, 4, 'LATE', 2, false]])
    expect(take(engine, at(5), 15)).toEqual([[0, 5, 'LATE', 3, true]])
    const { panes, late } = engine.take(frameOf(at(6, 11, 7), 16 * SECOND_US))
    expect(panes).toEqual([])
    expect(late.map(({ column, from, to }) => [column.tag, from, to])).toEqual([
      ['a', 0, 1],
      ['a', 2, 3],
    ])
    expect(engine.counters()).toMatchObject({ emitted: 1, revised: 3, lateSamples: 2, openWindows: 1 })
  })

  it('that begin with a late sample answer LATE with revision 0', () => {
    const engine = createTumblingEngine([tenSeconds])
    take(engine, [], 12)
    expect(take(engine, at(3), 13)).toEqual([[0, 1, 'LATE', 0, false]])
  })

  it('all close at the end of their producers', () => {
    const engine = createTumblingEngine([tenSeconds])
    take(engine, at(1, 25), -Infinity)
    take(engine, at(2), -Infinity, 'q')
    expect(take(engine, [], Infinity)).toEqual([])
    expect(take(engine, [], Infinity, 'q')).toEqual([
      [0, 2, 'ON_TIME', 0, true],
      [20, 1, 'ON_TIME', 0, true],
    ])
  })

  it('go on when a source that had ended starts again, and stay closed where they were', () => {
    const engine = createTumblingEngine([tenSeconds])
    engine.take(frameOf(at(1), Infinity))
    engine.take(frameOf([], -Infinity, { epoch: 2 }))
    const { panes } = engine.take(frameOf(at(2, 11), 20 * SECOND_US, { epoch: 2 }))
    expect(panes.map(({ startUs, revision }) => [startUs / SECOND_US, revision])).toEqual([[10, 0]])
    expect(engine.counters().lateSamples).toBe(1)
  })

  it('wait for the slowest producer of their tag and for no other', () => {
    const engine = createTumblingEngine([tenSeconds])
    take(engine, at(1), -Infinity)
    take(engine, at(2), -Infinity, 'q')
    take(engine, [{ tag: 'b', timeUs: 0, value: 1 }], -Infinity, 'r')
    expect(take(engine, [], 30)).toEqual([])
    expect(take(engine, [], 12, 'q')).toEqual([[0, 2, 'ON_TIME', 0, false]])
    expect(take(engine, [], 20, 'r')).toEqual([[0, 1, 'ON_TIME', 0, true]])
  })

  it('are not reopened by a producer that joins behind the others', () => {
    const engine = createTumblingEngine([tenSeconds])
    take(engine, at(1), 30)
    take(engine, at(2), 5, 'q')
    expect(engine.counters().lateSamples).toBe(1)
  })

  it('ignore a watermark that goes back', () => {
    const engine = createTumblingEngine([tenSeconds])
    take(engine, at(1), 20)
    take(engine, [], 3)
    take(engine, at(2), 20)
    expect(engine.counters().lateSamples).toBe(1)
  })

  it('count bad samples, and those alone make a window without values', () => {
    const engine = createTumblingEngine([tenSeconds])
    const bad = { tag: 'a', timeUs: SECOND_US, value: Number.NaN }
    const { panes } = engine.take(frameOf([bad, { ...bad, value: 3, quality: Quality.bad }], 10 * SECOND_US))
    expect(panes[0]?.values).toMatchObject({ count: 0, bad: 2, mean: null, last: null })
  })

  it('never see a quarantined sample, in the middle of a run or far ahead', () => {
    const engine = createTumblingEngine([tenSeconds])
    const samples = [...at(1, 2, 3), { tag: 'a', timeUs: 4e15, value: 9 }]
    const marked = samples.map((sample, index) =>
      index % 2 === 1 ? { ...sample, quality: Quality.quarantined } : sample,
    )
    expect(take(engine, marked, 10)).toEqual([[0, 2, 'ON_TIME', 0, false]])
    expect(engine.counters()).toMatchObject({ quarantinedSamples: 2, lateSamples: 0, openWindows: 1 })
  })

  it('hold the columns of a tag whose type changed in one window', () => {
    const engine = createTumblingEngine([tenSeconds])
    const { panes } = engine.take(
      frameOf([...at(1), { tag: 'a', timeUs: 2 * SECOND_US, value: 'off' }], Infinity),
    )
    expect(panes.map(({ values }) => [values.count, values.mean, values.last])).toEqual([[2, null, 'off']])
  })

  it('come in the order of ends, starts and tags, whatever the order of the frame', () => {
    const minute = { tags: ['#'], sizeUs: 60 * SECOND_US, offsetUs: 0, allowedLatenessUs: 0 }
    const engine = createTumblingEngine([minute, tenSeconds])
    const samples = ['b', 'a'].flatMap((tag) => at(55, 5).map((sample) => ({ ...sample, tag })))
    const { panes } = engine.take(frameOf(samples, Infinity))
    expect(
      panes.map(({ tag, startUs, endUs }) => `${tag} ${startUs / SECOND_US} ${endUs / SECOND_US}`),
    ).toEqual(['a 0 10', 'b 0 10', 'a 0 60', 'b 0 60', 'a 50 60', 'b 50 60'])
  })
})

describe('several definitions', () => {
  const hourly = { tags: ['line1/#'], sizeUs: 3600 * SECOND_US, offsetUs: 0, allowedLatenessUs: 0 }
  const fast = { tags: ['line1/+/heat', 'a'], sizeUs: SECOND_US, offsetUs: 0, allowedLatenessUs: 0 }

  it('give a tag the windows of the filters that name it', () => {
    const engine = createTumblingEngine([hourly, fast])
    const tags = ['line1', 'line1/press/heat', 'line2/press/heat', 'a']
    const { panes } = engine.take(
      frameOf(
        tags.map((tag) => ({ tag, timeUs: 0, value: 1 })),
        Infinity,
      ),
    )
    expect(panes.map(({ tag, window }) => `${tag} ${window}`)).toEqual([
      'a tumbling:1000000',
      'line1/press/heat tumbling:1000000',
      'line1 tumbling:3600000000',
      'line1/press/heat tumbling:3600000000',
    ])
  })

  it('count a sample as late only when every one of them is closed for it', () => {
    const engine = createTumblingEngine([{ ...hourly, tags: ['a'] }, fast])
    take(engine, at(1), 10)
    take(engine, at(2), 10)
    expect(engine.counters().lateSamples).toBe(0)
    take(engine, [], 3600)
    take(engine, at(3), 3600)
    expect(engine.counters().lateSamples).toBe(1)
  })

  it('with the same windows count once: the first that names the tag', () => {
    const engine = createTumblingEngine([{ ...fast, allowedLatenessUs: 9 * SECOND_US }, fast])
    expect(take(engine, at(0), 1)).toEqual([[0, 1, 'ON_TIME', 0, false]])
  })
})
