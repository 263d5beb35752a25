import { map, Subject } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import type { SampleFrame } from '../../../shared/frame/frame.ts'
import type { WindowsTaken } from '../../../shared/window/window-engine.ts'
import { windows } from '../../../shared/window/windows.ts'
import { define, inShort } from './definitions.ts'
import { at, frameOf, SECOND_US } from './frames.ts'

const definitions = [define({ allowedLatenessUs: 5 * SECOND_US })]

const frames = {
  a: frameOf(at(1), 8 * SECOND_US),
  b: frameOf(at(11), 11 * SECOND_US),
  c: frameOf(at(2), 12 * SECOND_US),
  d: frameOf(at(3), 30 * SECOND_US),
  e: frameOf(at(4), 30 * SECOND_US),
  z: frameOf([], Infinity),
}

const texts = () =>
  map((taken: WindowsTaken) =>
    [...inShort(taken), ...taken.late.map(({ from, to }) => `late ${to - from}`)].join(', '),
  )

const run = (test: Parameters<TestScheduler['run']>[0]) =>
  new TestScheduler((actual, expected) => expect(actual).toEqual(expected)).run(test)

describe('the windows operator', () => {
  it('should give panes with the frame that completes or revises them, and nothing for others', () => {
    run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<SampleFrame>('  -a-b-c-d-e-z-|', frames)
      const subscription = '             ^------------!'
      const expected = '                 ---x-y-z-l---|'
      expectObservable(source.pipe(windows(definitions), texts())).toBe(expected, {
        x: 'a 0-10 O0 n1',
        y: 'a 0-10 L1 n2',
        z: 'a 0-10 L2 n3!, a 10-20 O0 n1!',
        l: 'late 1',
      })
      expectSubscriptions(source.subscriptions).toBe(subscription)
    })
  })

  it('should close nothing when the source completes: only a watermark says that no sample is missing', () => {
    run(({ cold, expectObservable }) => {
      expectObservable(cold<SampleFrame>('-a-|', frames).pipe(windows(definitions), texts())).toBe('---|')
      expectObservable(cold<SampleFrame>('-a-z-|', frames).pipe(windows(definitions), texts())).toBe(
        '---x-|',
        {
          x: 'a 0-10 O0 n1!',
        },
      )
    })
  })

  it('should pass an error of the source on, and definitions that are refused as an error', () => {
    run(({ cold, expectObservable }) => {
      const failing = cold<SampleFrame>('-a-b-#', frames).pipe(windows(definitions), texts())
      expectObservable(failing).toBe('---x-#', { x: 'a 0-10 O0 n1' })
    })
    let code: unknown
    new Subject<SampleFrame>().pipe(windows([define(), define()])).subscribe({
      error: (error) => {
        code = error.code
      },
    })
    expect(code).toBe('GENBA_WINDOW_INVALID')
  })

  it('should unsubscribe from the source with its subscriber', () => {
    run(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot<SampleFrame>('-a-b-c-', frames)
      const subscription = '           ^---!'
      expectObservable(source.pipe(windows(definitions), texts()), subscription).toBe('---x', {
        x: 'a 0-10 O0 n1',
      })
      expectSubscriptions(source.subscriptions).toBe(subscription)
    })
  })

  it('should keep the windows of each subscription to itself', () => {
    const source = new Subject<SampleFrame>()
    const shared = source.pipe(windows(definitions), texts())
    const seen: string[][] = [[], []]
    shared.subscribe((text) => seen[0]?.push(text))
    source.next(frames.a)
    shared.subscribe((text) => seen[1]?.push(text))
    source.next(frames.c)
    expect(seen).toEqual([['a 0-10 O0 n2'], ['a 0-10 O0 n1']])
  })
})

describe('the windows operator with watermarks of its own', () => {
  it('should close windows of a source that falls silent, by the scheduler it was given', () => {
    const scheduler = new TestScheduler(() => true)
    scheduler.maxFrames = 60_000
    const source = new Subject<SampleFrame>()
    const estimate = {
      scheduler,
      outOfOrdernessUs: 2 * SECOND_US,
      idleAfterUs: 10 * SECOND_US,
      everyMs: 5000,
    }
    const seen: string[] = []
    const subscription = source
      .pipe(windows(definitions, { estimate }), texts())
      .subscribe((text) => seen.push(`${scheduler.now() / 1000} s: ${text}`))
    source.next(frameOf(at(1), -Infinity))
    scheduler.schedule(() => subscription.unsubscribe(), 30_000)
    scheduler.flush()
    expect(seen).toEqual(['15 s: a 0-10 O0 n1'])
    expect(scheduler.actions).toEqual([])
  })
})
