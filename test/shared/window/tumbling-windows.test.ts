import { map, Subject } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import type { SampleFrame } from '../../../shared/frame/frame.ts'
import { tumblingWindows } from '../../../shared/window/tumbling-windows.ts'
import { at, frameOf, SECOND_US } from './frames.ts'

const tenSeconds = [{ tags: ['#'], sizeUs: 10 * SECOND_US, offsetUs: 0, allowedLatenessUs: 5 * SECOND_US }]

const frames = {
  a: frameOf(at(1), 8 * SECOND_US),
  b: frameOf(at(11), 11 * SECOND_US),
  c: frameOf(at(2), 12 * SECOND_US),
  d: frameOf(at(3), 30 * SECOND_US),
  e: frameOf(at(4), 30 * SECOND_US),
  z: frameOf([], Infinity),
}

/** What a frame gave, in a few letters: start, revision and count of each pane, and the number of late samples. */
const inShort = () =>
  map(
    ({
      panes,
      late,
    }: {
      panes: readonly { startUs: number; revision: number; values: { count: number } }[]
      late: readonly { from: number; to: number }[]
    }) =>
      [
        ...panes.map(({ startUs, revision, values }) => `${startUs / SECOND_US}r${revision}n${values.count}`),
        ...late.map(({ from, to }) => `late ${to - from}`),
      ].join(' '),
  )

const run = (test: Parameters<TestScheduler['run']>[0]) =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test)

describe('the tumblingWindows operator', () => {
  it('should give panes with the frame that completes or revises them, and nothing for others', () => {
    run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<SampleFrame>('  -a-b-c-d-e-z-|', frames)
      const subscription = '             ^------------!'
      const expected = '                 ---x-y-z-l---|'
      const result = source.pipe(tumblingWindows(tenSeconds), inShort())
      expectObservable(result).toBe(expected, { x: '0r0n1', y: '0r1n2', z: '0r2n3 10r0n1', l: 'late 1' })
      expectSubscriptions(source.subscriptions).toBe(subscription)
    })
  })

  it('should close nothing when the source completes: only a watermark says that no sample is missing', () => {
    run(({ cold, expectObservable }) => {
      expectObservable(cold<SampleFrame>('-a-|', frames).pipe(tumblingWindows(tenSeconds), inShort())).toBe(
        '---|',
      )
      expectObservable(cold<SampleFrame>('-a-z-|', frames).pipe(tumblingWindows(tenSeconds), inShort())).toBe(
        '---x-|',
        {
          x: '0r0n1',
        },
      )
    })
  })

  it('should pass an error of the source on, after what came before it', () => {
    run(({ cold, expectObservable }) => {
      const result = cold<SampleFrame>('-a-b-#', frames).pipe(tumblingWindows(tenSeconds), inShort())
      expectObservable(result).toBe('---x-#', { x: '0r0n1' })
    })
  })

  it('should unsubscribe from the source with its subscriber', () => {
    run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<SampleFrame>('-a-b-c-', frames)
      const subscription = '           ^---!'
      expectObservable(source.pipe(tumblingWindows(tenSeconds), inShort()), subscription).toBe('---x', {
        x: '0r0n1',
      })
      expectSubscriptions(source.subscriptions).toBe(subscription)
    })
  })

  it('should give nothing and never complete for a source that does neither', () => {
    run(({ cold, expectObservable }) => {
      expectObservable(cold<SampleFrame>('-').pipe(tumblingWindows(tenSeconds))).toBe('-')
      expectObservable(cold<SampleFrame>('|').pipe(tumblingWindows(tenSeconds))).toBe('|')
    })
  })

  it('should keep the windows of each subscription to itself', () => {
    const source = new Subject<SampleFrame>()
    const windows = source.pipe(tumblingWindows(tenSeconds), inShort())
    const seen: string[][] = [[], []]
    windows.subscribe((text) => seen[0]?.push(text))
    source.next(frames.a)
    windows.subscribe((text) => seen[1]?.push(text))
    source.next(frames.c)
    source.next(frames.d)
    expect(seen).toEqual([
      ['0r0n2', '0r1n3'],
      ['0r0n1', '0r1n2'],
    ])
  })
})
