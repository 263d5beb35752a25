import { describe, expect, it } from 'vitest'
import { Quality } from '../../../shared/frame/frame.ts'
import { createWatermarkEstimator, type WatermarkEstimator } from '../../../shared/window/estimator.ts'
import { at, frameOf, SECOND_US } from './frames.ts'

const NOW_US = 1_000_000 * SECOND_US
const options = { outOfOrdernessUs: 2 * SECOND_US, idleAfterUs: 10 * SECOND_US }

/** The watermark, in seconds, that a frame of these seconds gets. */
function watermarkOf(estimator: WatermarkEstimator, seconds: readonly number[], producer = 'p'): number {
  return (
    estimator.take(frameOf(at(...seconds), -Infinity, { producer })).frame.header.completeBeforeUs / SECOND_US
  )
}
const advances = (list: readonly { producer: string; completeBeforeUs: number }[]) =>
  list.map(({ producer, completeBeforeUs }) => `${producer} ${completeBeforeUs / SECOND_US}`)

describe('watermarks made from samples', () => {
  it('are the newest sample of the producer less what it may be out of order, once a frame', () => {
    const estimator = createWatermarkEstimator(options)
    expect(watermarkOf(estimator, [1, 9, 4])).toBe(7)
    expect(watermarkOf(estimator, [3])).toBe(7)
    expect(watermarkOf(estimator, [20], 'q')).toBe(18)
  })

  it('are moved by bad samples and not by quarantined ones', () => {
    const estimator = createWatermarkEstimator(options)
    const bad = { tag: 'a', timeUs: 5 * SECOND_US, value: 1, quality: Quality.bad }
    const far = { tag: 'a', timeUs: 90 * SECOND_US, value: 1, quality: Quality.quarantined }
    expect(estimator.take(frameOf([bad, far], 0)).frame.header.completeBeforeUs).toBe(3 * SECOND_US)
  })

  it('quarantine what is more than five minutes ahead of the clock, once there is one', () => {
    const estimator = createWatermarkEstimator(options)
    expect(watermarkOf(estimator, [100])).toBe(98)
    estimator.tick(0)
    const { frame } = estimator.take(frameOf(at(300, 301), 0))
    expect([...(frame.columns[0]?.quality ?? [])]).toEqual([0, Quality.quarantined])
    expect(frame.header.completeBeforeUs).toBe(298 * SECOND_US)
    expect(estimator.quarantinedSamples).toBe(1)
  })

  it('pass on that a source has ended, and begin anew when it starts again', () => {
    const estimator = createWatermarkEstimator(options)
    watermarkOf(estimator, [50])
    expect(estimator.take(frameOf([], Infinity)).frame.header.completeBeforeUs).toBe(Infinity)
    const again = estimator.take(frameOf(at(7), 0, { epoch: 2 }))
    expect(again.frame.header).toMatchObject({ epoch: 2, completeBeforeUs: 5 * SECOND_US })
  })
})

describe('producers that are silent', () => {
  it('are taken along by the active ones, also one that was never heard', () => {
    const estimator = createWatermarkEstimator({ ...options, producers: ['p', 'q', 'never'] })
    expect(estimator.tick(NOW_US)).toEqual([])
    watermarkOf(estimator, [1], 'q')
    estimator.tick(NOW_US + 8 * SECOND_US)
    watermarkOf(estimator, [12], 'p')
    expect(advances(estimator.tick(NOW_US + 9 * SECOND_US))).toEqual([])
    expect(advances(estimator.tick(NOW_US + 11 * SECOND_US))).toEqual(['q 10', 'never 10'])
    expect(advances(estimator.take(frameOf(at(30), 0, { producer: 'p' })).before)).toEqual([
      'q 28',
      'never 28',
    ])
  })

  it('go on in the clock of the source when all of them are, never in that of the host', () => {
    const estimator = createWatermarkEstimator(options)
    estimator.tick(NOW_US)
    watermarkOf(estimator, [100], 'p')
    watermarkOf(estimator, [40], 'q')
    expect(advances(estimator.tick(NOW_US + 30 * SECOND_US))).toEqual(['p 68', 'q 68'])
  })

  it('hold everybody back for ever where no idleness is configured', () => {
    const estimator = createWatermarkEstimator({ outOfOrdernessUs: 0 })
    estimator.tick(NOW_US)
    watermarkOf(estimator, [1])
    expect(estimator.tick(NOW_US * 2)).toEqual([])
  })
})

describe('a clock that is set back', () => {
  it('completes what the old time has brought, and lets the producer start again', () => {
    const estimator = createWatermarkEstimator({ outOfOrdernessUs: 0, clockStepUs: 60 * SECOND_US })
    watermarkOf(estimator, [1000])
    expect(estimator.take(frameOf(at(941), 0)).before).toEqual([])
    const { before, frame } = estimator.take(frameOf(at(900), 0))
    expect(before).toEqual([{ producer: 'p', completeBeforeUs: Infinity }])
    expect(frame.header).toMatchObject({ epoch: 2, completeBeforeUs: 900 * SECOND_US })
    expect(estimator.clockSteps).toBe(1)
  })
})

describe('the state of an estimator', () => {
  it('lets another one go on as if nothing had happened', () => {
    const first = createWatermarkEstimator({ ...options, producers: ['p', 'q'] })
    first.tick(NOW_US)
    watermarkOf(first, [5], 'p')
    watermarkOf(first, [7, 1e7], 'q')
    const second = createWatermarkEstimator({ ...options, state: first.takeState() })
    expect(second.takeState()).toBe(first.takeState())
    const later = NOW_US + 15 * SECOND_US
    expect(second.tick(later)).toEqual(first.tick(later))
    expect(watermarkOf(second, [6], 'p')).toBe(watermarkOf(first, [6], 'p'))
    expect(second.quarantinedSamples).toBe(1)
  })
})
