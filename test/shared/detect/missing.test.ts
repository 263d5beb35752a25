import { describe, expect, it } from 'vitest'
import { createDetectionEngine } from '../../../shared/detect/engine.ts'
import { Quality } from '../../../shared/frame/frame.ts'
import { brief, Disk, detection, frame } from './run.ts'

const silent = detection({ name: 'silent', type: 'missing', for: '10s' })

describe('missing data', () => {
  it('is told by the watermark once it has passed the newest sample by the span', () => {
    const engine = createDetectionEngine([silent])
    expect(engine.take(frame([[0, 1]], 0))).toEqual([])
    expect(engine.take(frame([], 10))).toEqual([])
    expect(brief(engine.take(frame([], 11)))).toEqual(['raised@10 since 0'])
    expect(engine.take(frame([], 100))).toEqual([])
    expect(brief(engine.take(frame([[100, 1]], 100)))).toEqual(['cleared@100 since 100'])
  })

  it('is told by the next sample just so, if no watermark came between', () => {
    const engine = createDetectionEngine([silent])
    const changes = engine.take(
      frame([
        [0, 1],
        [10, 1],
        [50, 1],
      ]),
    )
    expect(brief(changes)).toEqual(['raised@20 since 10', 'cleared@50 since 50'])
  })

  it('takes bad samples for none and texts for some', () => {
    const engine = createDetectionEngine([silent])
    engine.take(frame([[0, 'on']], 0))
    engine.take(frame([[8, 'off']], 8))
    expect(brief(engine.take(frame([[15, 1, Quality.bad]], 20)))).toEqual(['raised@18 since 8'])
  })

  it('waits for the slowest source of the tag', () => {
    const engine = createDetectionEngine([silent])
    engine.take(frame([[0, 1]], 0, 'p'))
    engine.take(frame([[0, 1]], 0, 'q'))
    expect(engine.take(frame([], 50, 'p'))).toEqual([])
    expect(brief(engine.take(frame([], 30, 'q')))).toEqual(['raised@10 since 0'])
  })

  it('takes the end of all sources for no fault', () => {
    const engine = createDetectionEngine([silent])
    engine.take(frame([[0, 1]], 0))
    expect(engine.take(frame([], Infinity))).toEqual([])
    expect(engine.take(frame([], 99, 'other'))).toEqual([])
  })

  it('notices a dead collector by the others, where it is asked to', () => {
    const any = detection({ name: 'silent', type: 'missing', for: '10s', by: 'any-source' })
    const engine = createDetectionEngine([any])
    engine.take(frame([[0, 1]], 0, 'dead'))
    expect(brief(engine.take(frame([[60, 1, 0, 'b']], 60, 'alive')))).toEqual(['raised@10 since 0'])
    // What the dead one had on its way comes after all, and tells of the time before.
    expect(engine.take(frame([[5, 1]], 5, 'dead'))).toEqual([])
    expect(brief(engine.take(frame([[61, 1]], 61, 'dead')))).toEqual(['cleared@61 since 61'])
  })

  it('is noticed by a watermark that came in no frame', () => {
    const engine = createDetectionEngine([silent])
    engine.take(frame([[0, 1]], 0))
    expect(brief(engine.advance('p', 11e6))).toEqual(['raised@10 since 0'])
  })

  it('answers by tag, in the same order after a restart', () => {
    const tags = ['c', 'a', 'b']
    const engine = createDetectionEngine([silent])
    const disk = new Disk()
    engine.take(
      frame(
        tags.map((tag) => [0, 1, 0, tag]),
        0,
      ),
    )
    disk.save(engine)
    const restarted = createDetectionEngine([silent], disk.cells())
    for (const one of [engine, restarted])
      expect(one.take(frame([], 20)).map(({ key }) => key)).toEqual(['a', 'b', 'c'])
  })
})
