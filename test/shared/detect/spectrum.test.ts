import { describe, expect, it } from 'vitest'
import { readSpectrum } from '../../../shared/detect/band-energy.ts'
import { createDetectionEngine } from '../../../shared/detect/engine.ts'
import type { SampleFrame } from '../../../shared/frame/frame.ts'
import { detection } from './run.ts'

const RATE_HZ = 1024

/** One column of uniform samples, `shiftUs` away from where each should be. */
function column(
  count: number,
  value: (second: number) => number,
  shiftUs: (index: number) => number = () => 0,
  startS = 0,
): SampleFrame {
  const seconds = Float64Array.from({ length: count }, (_, index) => index / RATE_HZ)
  return {
    body: 'samples',
    header: { producer: 'p', epoch: 1, sequence: 0, completeBeforeUs: -Infinity, position: '' },
    columns: [
      {
        tag: 'a',
        timesUs: seconds.map((second, index) => Math.round((startS + second) * 1e6 + shiftUs(index))),
        quality: new Uint8Array(count),
        data: { kind: 'number', values: seconds.map(value) },
      },
    ],
  }
}

const tone =
  (hz: number, amplitude: number) =>
  (second: number): number =>
    amplitude * Math.sin(2 * Math.PI * hz * second)

const bearing = detection({
  type: 'spectrum',
  samples: 1024,
  bands: [
    { from: 20, to: 60, above: 1, name: 'unbalance' },
    { from: 90, to: 130, above: 1 },
  ],
})

describe('band energies', () => {
  const segmentOf = (value: (second: number) => number) =>
    Float64Array.from({ length: 1024 }, (_, index) => value(index / RATE_HZ))

  it('are the root mean square of a tone in its band, and nothing elsewhere', () => {
    const spectrum = readSpectrum(
      segmentOf((second) => 5 + tone(100, 3)(second)),
      RATE_HZ,
    )
    expect(spectrum.rms(90, 110)).toBeCloseTo(3 / Math.SQRT2, 6)
    expect(spectrum.rms(200, 400)).toBeLessThan(1e-6)
    // Between two lines the window spreads it, but loses nothing of it.
    const between = readSpectrum(segmentOf(tone(100.5, 3)), RATE_HZ)
    expect(between.rms(90, 111)).toBeCloseTo(3 / Math.SQRT2, 2)
  })

  it('of neighbouring bands add up to the whole, which is the mean square of the signal', () => {
    const noise = (second: number) => Math.sin(second * 1e4) + Math.cos(second * second * 7e5)
    const spectrum = readSpectrum(segmentOf(noise), RATE_HZ)
    const parts = [0, 100, 200, 300, 400].map((from) => spectrum.rms(from, from + 100) ** 2)
    const rest = spectrum.rms(500, 513) ** 2
    const whole = spectrum.rms(0, 513) ** 2
    expect(parts.reduce((sum, part) => sum + part, rest)).toBeCloseTo(whole, 9)
    const segment = segmentOf(noise)
    const mean = segment.reduce((sum, value) => sum + value, 0) / 1024
    const meanSquare = segment.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 1024
    expect(whole / meanSquare).toBeGreaterThan(0.9)
    expect(whole / meanSquare).toBeLessThan(1.1)
  })

  it('of an envelope show how often a resonance is struck', () => {
    // A resonance at 300 Hz whose strength swings 20 times a second by half: 20 Hz is in no spectrum of the signal.
    const struck = (second: number) => (1 + 0.5 * Math.cos(2 * Math.PI * 20 * second)) * tone(300, 4)(second)
    expect(readSpectrum(segmentOf(struck), RATE_HZ).rms(10, 30)).toBeLessThan(1e-6)
    const envelope = readSpectrum(segmentOf(struck), RATE_HZ, { from: 250, to: 350 })
    expect(envelope.rms(10, 30)).toBeCloseTo((4 * 0.5) / Math.SQRT2, 4)
  })
})

describe('a spectrum', () => {
  it('raises for the band that is furthest beyond its limit, and clears a tenth below it', () => {
    const engine = createDetectionEngine([bearing])
    expect(engine.take(column(1024, tone(40, 1)))).toEqual([])
    const [raised] = engine.take(column(1024, tone(40, 3), undefined, 1))
    expect(raised).toMatchObject({ state: 'raised', note: 'unbalance', limit: 1 })
    expect(raised?.value).toBeCloseTo(3 / Math.SQRT2, 4)
    // An RMS of 0.95 is below the limit and still above nine tenths of it.
    expect(engine.take(column(1024, tone(40, 0.95 * Math.SQRT2), undefined, 2))).toEqual([])
    expect(engine.take(column(1024, tone(40, 1), undefined, 3))).toMatchObject([{ state: 'cleared' }])
    expect(engine.take(column(1024, tone(110, 3), undefined, 4))).toMatchObject([
      { state: 'raised', note: '90 to 130 Hz' },
    ])
  })

  it('refuses segments whose intervals differ by more than a hundredth', () => {
    const jitter = (index: number) => (index % 2 === 0 ? 0 : 12)
    const engine = createDetectionEngine([bearing])
    expect(engine.take(column(2048, tone(40, 9), jitter))).toEqual([])
    expect(engine.explain('d', 'a')?.detection?.why).toContain('2 segments were not uniform')
    // 976.5625 us between samples come as 976 or 977, which is no jitter of the source; 3 us of it are few enough.
    const little = (index: number) => (index % 2 === 0 ? 0 : 3)
    expect(engine.take(column(1024, tone(40, 9), little, 3))).toHaveLength(1)
  })

  it('begins a segment anew behind a gap', () => {
    const engine = createDetectionEngine([bearing])
    engine.take(column(1000, tone(40, 9)))
    expect(engine.take(column(1000, tone(40, 9), undefined, 5))).toEqual([])
    expect(engine.take(column(24, tone(40, 9), undefined, 5 + 1000 / RATE_HZ))).toHaveLength(1)
  })

  it('looks at one segment in a while if that is enough', () => {
    const seldom = detection({ ...bearing, every: '10s', updateEvery: '0s', hold: '0s', reraiseAfter: '0s' })
    const engine = createDetectionEngine([seldom])
    expect(engine.take(column(5000, (second) => (second < 1 ? 0 : tone(40, 9)(second))))).toEqual([])
    expect(engine.take(column(1024, tone(40, 9), undefined, 10))).toHaveLength(1)
  })
})
