import { describe, expect, it } from 'vitest'
import { describeViolations, reproduceCommand } from '../../../simulator/virtual/report.ts'
import { run } from '../../../simulator/virtual/run.ts'

/** A virtual minute and a half of starts, deaths and traffic, then the time to heal: a quarter of a second. */
const HOURS = 0.025
const HOUR_US = 3_600_000_000
/** Seeds of one test, so that a failure and a time-out name few. */
const SEEDS_PER_TEST = 10

/** Runs the whole gateway with these seeds. In two files, so that two cores share the work. */
export function testSeeds(first: number, count: number): void {
  const groups = Array.from({ length: Math.ceil(count / SEEDS_PER_TEST) }, (_, group) => {
    const from = first + group * SEEDS_PER_TEST
    return Array.from({ length: Math.min(SEEDS_PER_TEST, first + count - from) }, (_, index) => from + index)
  })
  describe('a gateway under faults keeps every promise', () => {
    it.each(groups.map((seeds) => ({ from: seeds[0], to: seeds.at(-1), seeds })))(
      'with the seeds $from to $to',
      async ({ seeds }) => {
        let samples = 0
        for (const seed of seeds) {
          const report = await run({ seed, faultyUs: HOURS * HOUR_US })
          const command = reproduceCommand(seed, { hours: HOURS })
          expect(report.violations.length === 0 ? '' : describeViolations(report, command)).toBe('')
          samples += report.figures.samples
        }
        // Promises about nothing would hold.
        expect(samples).toBeGreaterThan(1000)
      },
    )
  })
}
