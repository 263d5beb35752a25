import { describe, expect, it } from 'vitest'
import type { AlarmChange } from '../../../shared/alarm/change.ts'
import { createDetectionEngine } from '../../../shared/detect/engine.ts'
import { Quality } from '../../../shared/frame/frame.ts'
import { Disk, detection, frame, type Point } from './run.ts'

const hot = detection({
  name: 'hot',
  type: 'threshold',
  tags: ['+/heat'],
  above: 80,
  hold: '2s',
  severity: 'critical',
  text: 'Too hot',
})
const low = detection({ name: 'low', type: 'threshold', tags: ['press/#'], below: 1 })
const heat = (second: number, value: Point[1], quality = 0, tag = 'press/heat'): Point => [
  second,
  value,
  quality,
  tag,
]
const inShort = (changes: readonly AlarmChange[]) =>
  changes.map(({ rule, key, state, sinceUs }) => `${rule} ${key} ${state} ${sinceUs / 1e6}`)

describe('detections over frames', () => {
  it('watch the tags that their filters name, each on its own', () => {
    const engine = createDetectionEngine([hot, low])
    const samples = ['press/heat', 'pump/heat', 'pump/flow'].flatMap((tag) => [
      heat(0, 90, 0, tag),
      heat(2, 90, 0, tag),
    ])
    expect(inShort(engine.take(frame(samples)))).toEqual([
      'hot press/heat raised 0',
      'hot pump/heat raised 0',
    ])
    expect(inShort(engine.take(frame([heat(3, 0), heat(3, 0, 0, 'pump/flow')])))).toEqual([
      'hot press/heat cleared 3',
      'low press/heat raised 3',
    ])
    expect(engine.activeCount()).toBe(2)
  })

  it('say all of a change that a reader needs', () => {
    const engine = createDetectionEngine([hot])
    expect(engine.take(frame([heat(0, 90), heat(2, 91)]))).toEqual([
      {
        id: 'hot|press/heat|0|raised|0',
        rule: 'hot',
        key: 'press/heat',
        state: 'raised',
        n: 0,
        sinceUs: 0,
        timeUs: 2_000_000,
        value: 91,
        limit: 80,
        severity: 'critical',
        text: 'Too hot',
      },
    ])
  })

  it('let bad, infinite, quarantined, late and text values decide nothing', () => {
    const engine = createDetectionEngine([low])
    const unseen = [
      heat(0, 0, Quality.bad),
      heat(1, Number.NaN),
      heat(2, Number.NEGATIVE_INFINITY),
      heat(3, 0, Quality.quarantined),
      heat(4, 'cold'),
    ]
    expect(engine.take(frame(unseen, 10))).toEqual([])
    expect(engine.take(frame([heat(9, 0)]))).toEqual([])
    expect(inShort(engine.take(frame([heat(10, 0, Quality.uncertain)])))).toEqual([
      'low press/heat raised 10',
    ])
    expect(engine.explain('low', 'press/heat')?.detection?.counts).toEqual({
      judged: 2,
      bad: 3,
      quarantined: 1,
      late: 1,
    })
  })

  it('judge lateness by the watermark before the frame, and by the slowest producer of the tag', () => {
    const engine = createDetectionEngine([low])
    engine.take(frame([heat(1, 5)], 1, 'slow'))
    engine.take(frame([heat(2, 5)], 100, 'fast'))
    expect(inShort(engine.take(frame([heat(50, 0)], 60, 'fast')))).toEqual(['low press/heat raised 50'])
  })

  it('take a switch as 0 and 1', () => {
    const engine = createDetectionEngine([detection({ type: 'threshold', below: 0.5 })])
    expect(inShort(engine.take(frame([heat(0, true), heat(1, false), heat(2, true)])))).toEqual([
      'd press/heat raised 1',
      'd press/heat cleared 2',
    ])
  })

  it('clear the alarms of a detection that is gone and keep those of one whose limits changed', () => {
    const engine = createDetectionEngine([hot, low])
    const disk = new Disk()
    engine.take(frame([heat(0, 90), heat(2, 90), heat(0, 0, 0, 'press/flow')]))
    disk.save(engine)
    const milder = detection({ name: 'hot', type: 'threshold', tags: ['+/heat'], above: 85 })
    expect(inShort(engine.reconfigure([milder]))).toEqual(['low press/flow cleared 0'])
    expect(engine.activeCount()).toBe(1)
    disk.save(engine)
    expect(disk.cells().filter(({ key }) => key.includes('flow'))).toEqual([])
    const restarted = createDetectionEngine([milder], disk.cells())
    for (const one of [engine, restarted])
      expect(inShort(one.take(frame([heat(3, 84)])))).toEqual(['hot press/heat cleared 3'])
  })

  it('begin anew where the model of a detection has changed', () => {
    const stuck = detection({ name: 'hot', type: 'stuck', for: '1s' })
    const engine = createDetectionEngine([hot])
    engine.take(frame([heat(0, 90), heat(2, 90)]))
    expect(inShort(engine.reconfigure([stuck]))).toEqual(['hot press/heat cleared 2'])
    expect(inShort(engine.take(frame([heat(3, 90), heat(4, 90)])))).toEqual(['hot press/heat raised 3'])
  })

  it('never use a number again, also when a detection goes and comes back', () => {
    const engine = createDetectionEngine([low])
    const changes: AlarmChange[] = []
    for (let round = 0; round < 3; round++) {
      changes.push(
        ...engine.take(frame([heat(5, 0)])),
        ...engine.reconfigure([]),
        ...engine.reconfigure([low]),
      )
    }
    expect(changes.map(({ id }) => id)).toEqual([
      'low|press/heat|5000000|raised|0',
      'low|press/heat|5000000|cleared|1',
      'low|press/heat|5000000|raised|2',
      'low|press/heat|5000000|cleared|3',
      'low|press/heat|5000000|raised|4',
      'low|press/heat|5000000|cleared|5',
    ])
  })

  it('keep alarms of rules in SQL beside their own', () => {
    const engine = createDetectionEngine([hot])
    const signal = { rule: 'pump', key: 'line1', value: 7, severity: 'info', text: 'Pump' } as const
    expect(engine.signal({ ...signal, isActive: false, timeUs: 0 })).toEqual([])
    expect(engine.signal({ ...signal, isActive: true, timeUs: 1 })).toMatchObject([
      { id: 'pump|line1|1|raised|0', value: 7, limit: null, text: 'Pump' },
    ])
    expect(engine.signal({ ...signal, isActive: true, timeUs: 2, severity: 'critical' })).toMatchObject([
      { state: 'updated', severity: 'critical', sinceUs: 1 },
    ])
    expect(engine.reconfigure([hot], ['pump'])).toEqual([])
    expect(engine.alarms()).toMatchObject([{ rule: 'pump', key: 'line1', isRaised: true }])
    expect(engine.reconfigure([hot], [])).toMatchObject([{ state: 'cleared', rule: 'pump' }])
    expect(engine.alarms()).toEqual([])
  })
})

describe('an explanation', () => {
  it('says why an alarm is raised or not, with the newest values', () => {
    const engine = createDetectionEngine([hot])
    engine.take(frame([heat(0, 79), heat(1, 81)], 1))
    expect(engine.explain('hot', 'press/heat')).toEqual({
      rule: 'hot',
      key: 'press/heat',
      alarm: undefined,
      detection: {
        why: 'the value, 81, is above 80 for 0 s, and must be for 2 s',
        watermarkUs: 1_000_000,
        counts: { judged: 2, bad: 0, quarantined: 0, late: 0 },
        recent: [
          { timeUs: 0, value: 79 },
          { timeUs: 1_000_000, value: 81 },
        ],
      },
    })
    engine.take(frame([heat(3, 82)]))
    expect(engine.explain('hot', 'press/heat')).toMatchObject({
      alarm: { isRaised: true, sinceUs: 1_000_000 },
      detection: { why: 'the value, 82, is above 80', watermarkUs: 1_000_000 },
    })
    expect(engine.explain('hot', 'elsewhere')).toBeUndefined()
  })
})
