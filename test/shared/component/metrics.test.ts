import { describe, expect, it } from 'vitest'
import { createMetrics, timeUntilFullMs } from '../../../shared/component/metrics.ts'

describe('the figures of a component', () => {
  it('give counters and gauges by name, gauges as they are at that moment', async () => {
    const metrics = createMetrics()
    const frames = metrics.counter('genba_test_frames_total', 'Frames.')
    let depth = 3
    metrics.gauge('genba_test_depth', 'Depth.', () => depth)
    frames.add()
    frames.add(4)
    depth = 7
    expect(await metrics.snapshot()).toEqual({ genba_test_frames_total: 5, genba_test_depth: 7 })
  })

  it('leave out what JSON cannot carry', async () => {
    const metrics = createMetrics()
    metrics.gauge('genba_test_low', 'Low.', () => Number.NEGATIVE_INFINITY)
    expect(await metrics.snapshot()).toEqual({})
  })

  it('belong to one component each', async () => {
    const [first, second] = [createMetrics(), createMetrics()]
    first.counter('genba_test_total', 'Same name.').add()
    second.counter('genba_test_total', 'Same name.').add(2)
    expect([await first.snapshot(), await second.snapshot()]).toEqual([
      { genba_test_total: 1 },
      { genba_test_total: 2 },
    ])
  })

  it('tell in the Prometheus text format too', async () => {
    const metrics = createMetrics()
    metrics.counter('genba_test_total', 'What it counts.').add(3)
    expect(await metrics.text()).toContain(
      '# HELP genba_test_total What it counts.\n# TYPE genba_test_total counter',
    )
  })
})

describe('the time until a queue is full', () => {
  it('follows from its growth over the last messages', () => {
    const metrics = createMetrics()
    let bytes = 0
    metrics.queue('outbox', () => ({ depth: 1, bytes, ageMs: 2, limitBytes: 1000 }))
    const forecasts = [0, 1, 2, 3].map((second) => {
      bytes = second * 100
      return metrics.queues(second * 1000)[0]?.fullInMs
    })
    expect(forecasts).toEqual([null, 9000, 8000, 7000])
  })

  it('forgets growth that lies more than ten messages back', () => {
    const metrics = createMetrics()
    let bytes = 0
    metrics.queue('outbox', () => ({ depth: 1, bytes, ageMs: 2, limitBytes: 1000 }))
    metrics.queues(0)
    bytes = 500
    const forecasts = Array.from(
      { length: 11 },
      (_, index) => metrics.queues(1000 * (index + 1))[0]?.fullInMs,
    )
    expect(forecasts[0]).toBe(1000)
    expect(forecasts.at(-1)).toBeNull()
  })

  it('is none while it shrinks or has no limit, and zero when it is full', () => {
    const at = (atMs: number, bytes: number) => ({ atMs, bytes })
    expect(timeUntilFullMs([at(0, 10), at(1000, 5)], 100)).toBeNull()
    expect(timeUntilFullMs([at(0, 0), at(1000, 5)], Number.POSITIVE_INFINITY)).toBeNull()
    expect(timeUntilFullMs([at(0, 100), at(1000, 100)], 100)).toBe(0)
  })
})
