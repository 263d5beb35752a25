import { describe, expect, it } from 'vitest'
import { run } from '../../../simulator/virtual/run.ts'
import { SABOTAGES, type SabotageName } from '../../../simulator/virtual/sabotage.ts'

const MINUTE_US = 60_000_000
/** Within so many seeds a fault put in on purpose has to be found. */
const SEEDS_MAX = 50

describe('a run', () => {
  it('is the same to the byte with the same seed, and another with another', async () => {
    const first = await run({ seed: 77, faultyUs: 3 * MINUTE_US })
    const again = await run({ seed: 77, faultyUs: 3 * MINUTE_US })
    const other = await run({ seed: 78, faultyUs: 3 * MINUTE_US })
    expect(again).toEqual(first)
    expect(other.trace).not.toBe(first.trace)
  })

  it('prints every event when asked, in the order of virtual time', async () => {
    const lines: string[] = []
    await run({ seed: 5, faultyUs: MINUTE_US, print: (line) => lines.push(line) })
    const instants = lines.map((line) => Number(line.split(' ')[0]))
    expect(instants.length).toBeGreaterThan(100)
    expect(instants).toEqual(instants.toSorted((a, b) => a - b))
    expect(lines.some((line) => line.includes('genba.Historian publishes genba/v1/historian/commit'))).toBe(
      true,
    )
  })
})

describe('a fault put in on purpose', () => {
  /** The promises that the first seed to notice sees broken. */
  async function find(name: SabotageName): Promise<readonly string[]> {
    for (let seed = 1; seed <= SEEDS_MAX; seed += 1) {
      const { violations } = await run({ seed, faultyUs: 6 * MINUTE_US, sabotage: SABOTAGES[name] })
      if (violations.length > 0) return violations.map(({ invariant }) => invariant)
    }
    return []
  }

  it.each(['acknowledge-before-write', 'forget-spill'] as const)('is found: %s', async (name) => {
    expect(await find(name)).toContain(
      'an acknowledged or spilled frame is in the journal once, in order and unchanged',
    )
  })
})
