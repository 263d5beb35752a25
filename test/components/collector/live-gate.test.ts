import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLiveGate } from '../../../components/collector/live-gate.ts'
import { createShedder, shedAbove } from '../../../components/collector/shedding.ts'
import { Quality } from '../../../shared/frame/frame.ts'
import { numberColumn } from './collector-world.ts'

const LEAD_US = 1000
const GAP = Quality.uncertain | Quality.gapBefore

describe('the gate for live samples', () => {
  it('gives a column without doubt as it came, without a copy', () => {
    const gate = createLiveGate(LEAD_US, false)
    const column = numberColumn('t', [[1, 1]])
    expect(gate.pass({ columns: [column], completeBeforeUs: 2 }, 10).columns[0]).toBe(column)
  })

  it('never makes a quality better, nor touches the column it was given', () => {
    const gate = createLiveGate(LEAD_US, true)
    const column = { ...numberColumn('t', [[9999, 1]]), quality: Uint8Array.of(Quality.bad) }
    const [passed] = gate.pass({ columns: [column], completeBeforeUs: 2 }, 10).columns
    expect(passed?.quality).toEqual(Uint8Array.of(Quality.bad | Quality.gapBefore | Quality.quarantined))
    expect(column.quality).toEqual(Uint8Array.of(Quality.bad))
  })

  it('marks one gap for each tag, at its own first sample', () => {
    const gate = createLiveGate(LEAD_US, true)
    const pass = (tag: string) =>
      gate.pass({ columns: [numberColumn(tag, [[1, 1]])], completeBeforeUs: 2 }, 10).columns[0]?.quality[0]
    expect([pass('a'), pass('a'), pass('b'), pass('a'), pass('b')]).toEqual([GAP, 0, GAP, 0, 0])
    gate.markShed([numberColumn('a', [[1, 1]])])
    expect([pass('b'), pass('a'), pass('a')]).toEqual([0, GAP, 0])
    gate.markGap()
    expect([pass('a'), pass('b'), pass('a')]).toEqual([GAP, GAP, 0])
  })

  it('keeps the watermark from going back and from running ahead of the clock', () => {
    const gate = createLiveGate(LEAD_US, false)
    const said = [5, 3, 1200, 900, 5000, 1100].map(
      (completeBeforeUs) => gate.pass({ columns: [], completeBeforeUs }, 200).completeBeforeUs,
    )
    expect(said).toEqual([5, 5, 1200, 1200, 1200, 1200])
    expect(gate.pass({ columns: [], completeBeforeUs: Infinity }, 200).completeBeforeUs).toBe(Infinity)
  })

  it('lets no believed sample be far ahead of the clock, whatever comes', () => {
    const times = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 10_000 }), (timesUs, wallUs) => {
        const gate = createLiveGate(LEAD_US, false)
        const column = numberColumn(
          't',
          timesUs.map((timeUs) => [timeUs, 1]),
        )
        const [passed] = gate.pass({ columns: [column], completeBeforeUs: 0 }, wallUs).columns
        for (const [index, timeUs] of timesUs.entries()) {
          const isMarked = ((passed?.quality[index] ?? 0) & Quality.quarantined) !== 0
          expect(isMarked).toBe(timeUs > wallUs + LEAD_US)
        }
      }),
    )
  })
})

describe('shedding', () => {
  it('never happens under the policy block', () => {
    expect(createShedder('block', 9).judge(1)).toEqual({ isShedding: false, edge: undefined })
  })

  it('begins with the least important and spares the most important longest', () => {
    expect([9, 5, 0].map(shedAbove).map((share) => Math.round(share * 100))).toEqual([50, 70, 95])
    const shedders = [9, 5, 0].map((priority) => createShedder('shed', priority))
    expect(shedders.map((shedder) => shedder.judge(0.72).isShedding)).toEqual([true, true, false])
    expect(shedders.map((shedder) => shedder.judge(0.96).isShedding)).toEqual([true, true, true])
  })

  it('reports both edges of an episode once, and does not flicker at the limit', () => {
    const shedder = createShedder('shed', 9)
    const edges = [0.4, 0.5, 0.48, 0.51, 0.46, 0.44, 0.49].map((pressure) => shedder.judge(pressure).edge)
    expect(edges).toEqual([undefined, 'begins', undefined, undefined, undefined, 'ends', undefined])
  })
})
