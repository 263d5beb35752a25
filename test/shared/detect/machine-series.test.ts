import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import type { AlarmChange } from '../../../shared/alarm/change.ts'
import { Detection } from '../../../shared/detect/config.ts'
import { createDetectionEngine } from '../../../shared/detect/engine.ts'

const HOUR_US = 3_600_000_000
const DAY_US = 24 * HOUR_US
const STEP_US = 300_000_000

/** Uniform in [0, 1), from a seed: xorshift32. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

interface Story {
  readonly days: number
  /** Degrees that a fault takes away at this time. */
  readonly faultAt: (timeUs: number) => number
}

/**
 * A machine's part as its sensor shows it: a daily swing, a load that wanders from day to day, noise that a mass
 * smooths, a stop of two hours every third day during which it cools, and a fault.
 */
function temperatures(
  seed: number,
  { days, faultAt }: Story,
): { timesUs: Float64Array; values: Float64Array } {
  const next = random(seed)
  const count = (days * DAY_US) / STEP_US
  const timesUs = Float64Array.from({ length: count }, (_, index) => index * STEP_US)
  let load = 0
  let noise = 0
  let stop = 0
  const values = timesUs.map((timeUs) => {
    const dayUs = timeUs % DAY_US
    if (dayUs === 0) load = 0.6 * load + 6 * (next() - 0.5)
    const isStopped = Math.floor(timeUs / DAY_US) % 3 === 1 && dayUs >= 8 * HOUR_US && dayUs < 10 * HOUR_US
    stop += ((isStopped ? 35 : 0) - stop) / 12
    noise = 0.9 * noise + (next() - 0.5)
    return 85 + load + 3 * Math.sin((2 * Math.PI * dayUs) / DAY_US) + noise - stop - faultAt(timeUs)
  })
  return { timesUs, values }
}

const example = z
  .object({ detections: z.array(Detection) })
  .parse(parse(readFileSync(new URL('../../../examples/machine-temperature.yaml', import.meta.url), 'utf8')))

function findings(seed: number, story: Story): AlarmChange[] {
  const { timesUs, values } = temperatures(seed, story)
  const engine = createDetectionEngine(example.detections)
  return engine.take({
    body: 'samples',
    header: { producer: 'p', epoch: 1, sequence: 0, completeBeforeUs: -Infinity, position: '' },
    columns: [
      {
        tag: 'press/value',
        timesUs,
        quality: new Uint8Array(timesUs.length),
        data: { kind: 'number', values },
      },
    ],
  })
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8]

describe('the example for the temperature of a machine', () => {
  it('finds a part that stops being warm within a day', () => {
    for (const seed of SEEDS) {
      const changes = findings(seed, { days: 30, faultAt: (timeUs) => (timeUs < 20 * DAY_US ? 0 : 40) })
      const raised = changes.filter(({ state }) => state === 'raised')
      expect(raised.find(({ rule }) => rule === 'part-cold')?.timeUs).toBeGreaterThan(20 * DAY_US)
      expect(raised.find(({ rule }) => rule === 'part-cold')?.timeUs).toBeLessThan(21 * DAY_US)
    }
  })

  it('finds a slow decay to failure before it is one', () => {
    for (const seed of SEEDS) {
      // Two degrees a day, where loads swing by three: after ten days the part is 20 degrees too cold.
      const faultAt = (timeUs: number) => Math.max(0, (2 * (timeUs - 20 * DAY_US)) / DAY_US)
      const raised = findings(seed, { days: 30, faultAt }).filter(({ rule, state }) =>
        rule === 'part-cold' ? state === 'raised' : false,
      )
      expect(raised).toHaveLength(1)
      expect(raised[0]?.timeUs).toBeGreaterThan(20 * DAY_US)
    }
  })

  it('raises nothing in two months of ordinary days and stops', () => {
    const changes = SEEDS.flatMap((seed) => findings(seed, { days: 60, faultAt: () => 0 }))
    expect(changes.filter(({ rule }) => rule === 'part-cold')).toEqual([])
    expect(changes.length).toBeLessThanOrEqual(SEEDS.length)
  })

  it('clears when the part is warm again', () => {
    const isCold = (timeUs: number) => timeUs >= 20 * DAY_US && timeUs < 22 * DAY_US
    const changes = findings(1, { days: 30, faultAt: (timeUs) => (isCold(timeUs) ? 40 : 0) })
    const states = changes.filter(({ rule }) => rule === 'part-cold').map(({ state }) => state)
    expect(states.filter((state) => state !== 'updated')).toEqual(['raised', 'cleared'])
  })
})
