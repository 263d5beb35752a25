import { describe, expect, it } from 'vitest'
import type { SourceBatch } from '../../../shared/source/source.ts'
import { createSource } from '../../../simulator/factory/main.ts'
import { createVirtualClock } from '../../../simulator/virtual/virtual-clock.ts'
import { readFor, START_US, testSource } from '../../shared/source/source-contract.ts'

for (const [mode, samples] of [
  ['live', 10_000],
  ['burst', 10_000],
  // A batch a tick.
  ['steady', 2000],
] as const) {
  testSource(`simulated machines, ${mode}`, {
    make: () => ({
      source: createSource({ mode, tags: 20, samplesMax: samples, rateHz: 50 }),
      disorderUs: 0,
      ...(mode === 'live' ? {} : { samples }),
    }),
    broken: {
      make: () => createSource({ machines: { press: 'many' } }),
      code: 'GENBA_CONFIG_INVALID',
    },
  })
}

async function read(options: unknown, wallUs = START_US, ms = 10_000): Promise<SourceBatch[]> {
  const clock = createVirtualClock({ wallUs })
  const under = { source: createSource(options), disorderUs: 0 }
  return (await readFor(under, clock, { ms })).batches
}

/** All samples by tag. */
function seriesOf(batches: readonly SourceBatch[]): Map<string, [number, number | string][]> {
  const series = new Map<string, [number, number | string][]>()
  for (const { tag, timesUs, data } of batches.flatMap(({ columns }) => columns)) {
    const known = series.get(tag) ?? []
    series.set(tag, known)
    for (const [index, timeUs] of timesUs.entries()) known.push([timeUs, data.values[index] ?? ''])
  }
  return series
}

const valuesOf = (batches: readonly SourceBatch[], tag: string): number[] =>
  (seriesOf(batches).get(tag) ?? []).map(([, value]) => Number(value))

describe('the simulated factory', () => {
  it('has four machines with measured values, counters, on/off states and a text state', async () => {
    const series = seriesOf(await read({}))
    const machines = new Set([...series.keys()].map((tag) => tag.split('/')[1]))
    expect([...machines]).toEqual(['press1', 'pump1', 'compressor1', 'conveyor1'])
    for (const machine of machines) {
      for (const signal of ['temperature', 'vibration', 'current', 'running', 'state']) {
        expect(series.has(`line1/${machine}/${signal}`)).toBe(true)
      }
    }
    expect(series.get('line1/press1/temperature')).toHaveLength(101)
  })

  it('gives the same samples for the same seed and times, wherever a reading begins', async () => {
    const options = { seed: 5, machines: { press: 2 } }
    const whole = seriesOf(await read(options))
    const later = seriesOf(await read(options, START_US + 5_000_000, 5000))
    for (const [tag, samples] of later) {
      // On/off and text states are given when they change, measured values all the time.
      const known = new Map(whole.get(tag))
      const shared = samples.filter(([timeUs]) => known.has(timeUs))
      if (tag.endsWith('temperature')) expect(shared.length).toBeGreaterThan(10)
      expect(shared.every(([timeUs, value]) => known.get(timeUs) === value)).toBe(true)
    }
    const other = seriesOf(await read({ ...options, seed: 6 }))
    expect(other.get('line1/press1/temperature')).not.toEqual(whole.get('line1/press1/temperature'))
  })

  it('gives values in the resolution of a sensor', async () => {
    for (const value of valuesOf(await read({}), 'line1/pump1/temperature')) {
      expect(Math.abs(value * 100 - Math.round(value * 100))).toBeLessThan(1e-9)
    }
  })

  it('lets a fault come after its time, be seen, and go', async () => {
    const faults = [{ machine: 'press1', kind: 'overheat', after: '3s', lasts: '4s' }]
    const temperatures = valuesOf(await read({ faults }), 'line1/press1/temperature')
    const before = Math.max(...temperatures.slice(0, 29))
    const during = Math.max(...temperatures.slice(50, 69))
    const after = Math.max(...temperatures.slice(75))
    expect(during - before).toBeGreaterThan(30)
    expect(Math.abs(after - before)).toBeLessThan(5)
  })

  it('freezes the sensors of a stuck machine and stands at a stall', async () => {
    const faults = [
      { machine: 'pump1', kind: 'stuck', after: '2s', lasts: '1m' },
      { machine: 'conveyor1', kind: 'stall', after: '2s', lasts: '1m' },
    ]
    const batches = await read({ faults })
    expect(new Set(valuesOf(batches, 'line1/pump1/current').slice(25)).size).toBe(1)
    expect(seriesOf(batches).get('line1/conveyor1/state')?.at(-1)?.[1]).toBe('fault')
    expect(valuesOf(batches, 'line1/conveyor1/current').at(-1)).toBeGreaterThan(10)
  })

  it('wears out: vibration grows over the life of a part', async () => {
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const spread: number[] = []
    for (let day = 0; day < 30; day += 3) {
      const batches = await read({ seed: 3 }, START_US + day * 86_400_000_000, 3000)
      spread.push(mean(valuesOf(batches, 'line1/pump1/vibration')))
    }
    expect(Math.max(...spread)).toBeGreaterThan(Math.min(...spread.filter((value) => value > 0.2)) * 1.8)
  })

  it('does not make up for hours of sleep', async () => {
    const clock = createVirtualClock({ wallUs: START_US })
    const under = {
      source: createSource({}),
      disorderUs: 0,
      stir: () => {
        if (clock.nowUs() === 1_000_000) clock.stepWall(3_600_000_000)
      },
    }
    const { batches } = await readFor(under, clock, { ms: 3000 })
    expect(valuesOf(batches, 'line1/press1/temperature').length).toBeLessThan(60)
  })

  it('refuses options with all faults at once, before anything is read', () => {
    expect(() => createSource({ rateHz: -1, machnes: {} })).toThrow(
      expect.objectContaining({ code: 'GENBA_CONFIG_INVALID' }),
    )
  })
})
