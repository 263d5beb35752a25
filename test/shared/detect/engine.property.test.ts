import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AlarmChange } from '../../../shared/alarm/change.ts'
import type { AlarmCommand } from '../../../shared/alarm/command.ts'
import { createDetectionEngine, type DetectionEngine } from '../../../shared/detect/engine.ts'
import { Quality } from '../../../shared/frame/frame.ts'
import { Disk, detection, frame, type Point } from './run.ts'

/** One of each kind, small enough that random samples set it off. */
const all = [
  { type: 'threshold', above: 7, hysteresis: 2, hold: '2s', updateEvery: '3s' },
  { type: 'threshold', below: 1, latched: true },
  { type: 'rate', over: '3s', above: 1.5, below: -1.5, reraiseAfter: '5s' },
  { type: 'ewma', baseline: { mean: 5, std: 1.5 }, limit: 2, updateEvery: '0s' },
  { type: 'ewma', baseline: { learn: '12s', adapt: '60s' }, subgroup: '2s', limit: 1.5, side: 'below' },
  { type: 'cusum', baseline: { learn: '15s', minStd: 1 }, h: 2 },
  { type: 'control-chart', baseline: { mean: 5, std: 2 }, clearAfter: 2 },
  {
    type: 'control-chart',
    chart: 'nelson',
    rules: [3, 4, 7, 8],
    baseline: { mean: 5, std: 3 },
    clearAfter: 1,
  },
  { type: 'stuck', for: '2s', epsilon: 1 },
  { type: 'missing', for: '3s' },
  { type: 'missing', for: '4s', by: 'any-source' },
  { type: 'spectrum', samples: 64, bands: [{ from: 0.01, to: 0.5, above: 2.6 }] },
].map((config, index) => detection({ name: `${config.type}-${index}`, ...config }))

const sample = fc.record({
  tag: fc.constantFrom('a', 'b'),
  /** Mostly regular; sometimes a gap, two at once, or one that comes out of order. */
  step: fc.oneof({ weight: 12, arbitrary: fc.constant(1) }, fc.constantFrom(0, 6, -2)),
  value: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 10 }) }, fc.constant(Number.NaN)),
  quality: fc.oneof(
    { weight: 9, arbitrary: fc.constant(Quality.good) },
    fc.constantFrom(Quality.bad, Quality.gapBefore, Quality.quarantined),
  ),
})

interface Step {
  readonly points: readonly Point[]
  readonly watermarkS: number
  readonly command: AlarmCommand | undefined
}

/** What a person asks for while samples come. */
const asked = fc.option(fc.constantFrom('acknowledge' as const, 'shelve' as const, 'unshelve' as const), {
  freq: 8,
})

/**
 * Each sample a frame of its own, with the watermark that its source would give after it, and people in between. A
 * calm source gives one good sample of one tag each second, which a spectrum needs.
 */
const steps = fc
  .tuple(fc.array(fc.tuple(sample, asked), { minLength: 20, maxLength: 150, size: 'max' }), fc.boolean())
  .map(([samples, isCalm]): Step[] => {
    let nowS = 0
    return samples.map(([{ tag, step, value, quality }, kind], index) => {
      const timeS = isCalm ? index : Math.max(0, nowS + step)
      nowS = Math.max(nowS, timeS)
      const who = { rule: all[index % all.length]?.name ?? '', key: tag, by: 'me', timeUs: nowS * 1e6 }
      const command =
        kind === 'shelve'
          ? { ...who, kind, untilUs: who.timeUs + 9e6 }
          : kind === null
            ? undefined
            : { ...who, kind }
      const calm: Point = [timeS, value || 0, Quality.good, 'a']
      return { points: [isCalm ? calm : [timeS, value, quality, tag]], watermarkS: nowS - 2, command }
    })
  })

function carryOut(engine: DetectionEngine, { points, watermarkS, command }: Step): AlarmChange[] {
  const asked = command === undefined ? [] : engine.command(command)
  return [...asked, ...engine.take(frame(points, watermarkS))]
}

/** Of every alarm, in its own order. */
function byAlarm(changes: readonly AlarmChange[]): Map<string, AlarmChange[]> {
  const alarms = new Map<string, AlarmChange[]>()
  for (const change of [...changes].sort(({ rule: left }, { rule: right }) => left.localeCompare(right))) {
    const id = `${change.rule} ${change.key}`
    alarms.set(id, [...(alarms.get(id) ?? []), change])
  }
  return alarms
}

describe('detections, whatever the samples', () => {
  it('set off every kind in this test', () => {
    const seen = new Set<string>()
    for (const input of fc.sample(steps, { numRuns: 40, seed: 7 })) {
      const engine = createDetectionEngine(all)
      for (const step of input)
        for (const { rule, state } of carryOut(engine, step)) seen.add(`${rule} ${state}`)
    }
    for (const { name } of all) expect([...seen]).toContain(`${name} raised`)
    for (const state of ['cleared', 'updated', 'acknowledged', 'shelved', 'unshelved'])
      expect([...seen].some((one) => one.endsWith(state))).toBe(true)
  })

  it('go on from a checkpoint at any point as if nothing had happened', () => {
    fc.assert(
      fc.property(steps, fc.nat(150), fc.integer({ min: 1, max: 9 }), (input, cut, every) => {
        const whole = createDetectionEngine(all)
        let engine = createDetectionEngine(all)
        const disk = new Disk()
        const expected = input.map((step) => carryOut(whole, step))
        const found = input.map((step, index) => {
          if (index % every === 0) disk.save(engine)
          if (index === cut) {
            disk.save(engine)
            engine = createDetectionEngine(all, disk.cells())
          }
          return carryOut(engine, step)
        })
        expect(found).toEqual(expected)
        expect(engine.alarms()).toEqual(whole.alarms())
      }),
      { numRuns: 40 },
    )
  })

  it('find the same in frames of one sample and of many', () => {
    fc.assert(
      fc.property(steps, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (input, sizes) => {
        const single = createDetectionEngine(all)
        const expected = input.flatMap((step) => carryOut(single, { ...step, command: undefined }))
        const packed = createDetectionEngine(all)
        const found: AlarmChange[] = []
        for (let from = 0, turn = 0; from < input.length; turn++) {
          const part = input.slice(from, from + (sizes[turn % sizes.length] ?? 1))
          // What is late depends on the watermark between two samples: here it is only told at the end.
          found.push(...packed.take(frame(part.flatMap(({ points }) => points))))
          from += part.length
        }
        const watermarkS = input.at(-1)?.watermarkS ?? 0
        found.push(...packed.take(frame([], watermarkS)))
        const comparable = (changes: readonly AlarmChange[]) =>
          byAlarm(changes.filter(({ rule }) => !rule.endsWith('-10')))
        expect(comparable(found)).toEqual(comparable(expected))
      }),
      { numRuns: 40 },
    )
  })

  it('give no identity twice, and clear nothing that is not raised', () => {
    fc.assert(
      fc.property(steps, (input) => {
        const engine = createDetectionEngine(all)
        const changes = input.flatMap((step) => carryOut(engine, step))
        const ids = changes.map(({ id }) => id)
        expect(new Set(ids).size).toBe(ids.length)
        for (const ofOne of byAlarm(changes).values()) {
          const turns = ofOne.map(({ state }) => state).filter((one) => /raised|cleared/.test(one))
          expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? 'raised' : 'cleared')))
        }
      }),
      { numRuns: 40 },
    )
  })
})
