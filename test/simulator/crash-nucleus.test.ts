import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runNucleusCrashes } from '../../simulator/crash/nucleus/run.ts'

const SEED = Number(process.env['GENBA_TEST_SEED'] ?? Date.now() % 1_000_000)
const KILLS = 6

describe('a core that is killed in the middle of deployments', () => {
  it('comes to rest with the old components or the new ones, never with some of both', {
    timeout: 120_000,
  }, async () => {
    process.stderr.write(`crashes: seed ${SEED} (npm run crash -- nucleus --seed ${SEED} --kills ${KILLS})\n`)
    const report = await runNucleusCrashes({
      kills: KILLS,
      seed: SEED,
      worker: resolve('dist/crash-nucleus-worker.mjs'),
      tell: () => {},
    })
    expect(report.violations, `seed ${SEED}`).toEqual([])
    expect(report.kills).toBe(KILLS)
  })
})
