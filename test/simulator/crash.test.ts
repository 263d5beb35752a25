import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCrashes } from '../../simulator/crash/run.ts'

const SEED = Number(process.env['GENBA_TEST_SEED'] ?? Date.now() % 1_000_000)
const KILLS = 20

describe('a process that is killed while it writes a journal', () => {
  it('leaves everything that it had acknowledged, once, with its proofs and its backup', {
    timeout: 120_000,
  }, async () => {
    process.stderr.write(`crashes: seed ${SEED} (npm run crash -- --seed ${SEED} --kills ${KILLS})\n`)
    const report = await runCrashes({
      kills: KILLS,
      seed: SEED,
      worker: resolve('dist/crash-worker.mjs'),
      checkEvery: KILLS / 2,
      tell: () => {},
    })
    expect(report.violations, `seed ${SEED}`).toEqual([])
    expect(report).toMatchObject({ kills: KILLS, checks: 2 })
    expect(report.storedFrames).toBeGreaterThanOrEqual(report.acknowledgedFrames)
    expect(Object.keys(report.killedDuring)).toContain('sealing')
  })
})
