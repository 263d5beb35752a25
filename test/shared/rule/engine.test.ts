import { describe, expect, it } from 'vitest'
import { Quality, type SampleFrame } from '../../../shared/frame/frame.ts'
import { type AlarmCell, createRuleEngine } from '../../../shared/rule/engine.ts'
import type { ThresholdRule } from '../../../shared/rule/threshold.ts'
import { frameOf, type Sample } from '../window/frames.ts'

const hot: ThresholdRule = { name: 'hot', tags: ['+/heat'], above: 80, hysteresis: 0, holdUs: 2 }
const low: ThresholdRule = { name: 'low', tags: ['press/#'], below: 1, hysteresis: 0, holdUs: 0 }

const frame = (
  ...samples: (readonly [timeUs: number, value: Sample['value'], quality?: number, tag?: string])[]
): SampleFrame =>
  frameOf(
    samples.map(([timeUs, value, quality = 0, tag = 'press/heat']) => ({ tag, timeUs, value, quality })),
    -Infinity,
  )
const inShort = (alarms: ReturnType<ReturnType<typeof createRuleEngine>['take']>) =>
  alarms.map(({ rule, tag, state, sinceUs }) => `${rule} ${tag} ${state} ${sinceUs}`)

describe('rules over frames', () => {
  it('watch the tags that their filters name, each on its own', () => {
    const engine = createRuleEngine([hot, low])
    const samples = ['press/heat', 'pump/heat', 'pump/flow'].flatMap((tag) => [
      [0, 90, 0, tag] as const,
      [2, 90, 0, tag] as const,
    ])
    expect(inShort(engine.take(frame(...samples)))).toEqual([
      'hot press/heat raised 0',
      'hot pump/heat raised 0',
    ])
    expect(inShort(engine.take(frame([3, 0, 0, 'press/heat'], [3, 0, 0, 'pump/flow'])))).toEqual([
      'hot press/heat cleared 3',
      'low press/heat raised 3',
    ])
    expect(engine.activeCount()).toBe(2)
  })

  it('do not see bad, infinite, quarantined or text values', () => {
    const engine = createRuleEngine([{ ...hot, holdUs: 0 }])
    const unseen = [
      [0, 90, Quality.bad],
      [1, Number.NaN],
      [2, Number.POSITIVE_INFINITY],
      [3, 90, Quality.quarantined],
      [4, 'hot'],
    ] as const
    expect(engine.take(frame(...unseen))).toEqual([])
    expect(inShort(engine.take(frame([5, 90, Quality.uncertain])))).toEqual(['hot press/heat raised 5'])
  })

  it('take a switch as 0 and 1', () => {
    const engine = createRuleEngine([{ ...low, below: 0.5 }])
    expect(inShort(engine.take(frame([0, true], [1, false], [2, true])))).toEqual([
      'low press/heat raised 1',
      'low press/heat cleared 2',
    ])
  })

  it('go on from a checkpoint as if nothing had happened', () => {
    const frames = Array.from({ length: 30 }, (_, index) =>
      frame([index, index % 7 > 3 ? 90 : 70], [index, (index * 5) % 3]),
    )
    const whole = createRuleEngine([hot, low])
    const expected = frames.map((one) => whole.take(one))
    for (let cut = 0; cut < frames.length; cut++) {
      const first = createRuleEngine([hot, low])
      const disk = new Map<string, AlarmCell>()
      for (const one of frames.slice(0, cut)) {
        first.take(one)
        for (const cell of first.takeCells()) disk.set(cell.key, cell)
      }
      const second = createRuleEngine([hot, low], disk.values())
      expect(second.activeCount()).toBe(first.activeCount())
      expect(frames.slice(cut).map((one) => second.take(one))).toEqual(expected.slice(cut))
    }
  })

  it('clear the alarms of a rule that is gone and keep those of one whose limits changed', () => {
    const engine = createRuleEngine([hot, low])
    engine.take(frame([0, 90], [2, 90], [0, 0, 0, 'press/flow']))
    engine.takeCells()
    expect(inShort(engine.reconfigure([{ ...hot, above: 85 }]))).toEqual(['low press/flow cleared 0'])
    expect(engine.activeCount()).toBe(1)
    expect(
      engine
        .takeCells()
        .filter(({ text }) => text === undefined)
        .map(({ key }) => key),
    ).toContain('["low","press/flow"]')
    expect(inShort(engine.take(frame([3, 84])))).toEqual(['hot press/heat cleared 3'])
  })

  it('watch known tags under a new rule from the next frame on', () => {
    const engine = createRuleEngine([])
    engine.take(frame([0, 90]))
    engine.reconfigure([hot])
    expect(inShort(engine.take(frame([1, 90], [3, 90])))).toEqual(['hot press/heat raised 1'])
  })
})
