import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Installation } from '../cli/deployments.ts'
import { startGateway } from '../cli/start-gateway.ts'
import { stateDirectory } from '../cli/state-directory.ts'
import { createRandom } from '../virtual/random.ts'
import { type Findings, judge, settle } from './judge.ts'
import { LiveWatch } from './live-watch.ts'
import { configurationsOf, type Load } from './load.ts'
import { Rollouts } from './rollouts.ts'

export interface RehearsalOptions {
  readonly installation: Installation
  /** What `npm run build:components` leaves. */
  readonly packagesDir: string
  /** Each updates every component in turn, then all together. */
  readonly rounds: number
  readonly seed: number
  readonly load: Load
  readonly tell: (line: string) => void
}

export interface RehearsalReport extends Findings {
  readonly seed: number
  readonly rounds: number
  readonly samplesPerSecond: number
  /** Deployments by what became of them. */
  readonly succeeded: number
  readonly rolledBack: number
}

/** In the order in which they would be updated one after the other. */
const UPDATED = ['genba.Historian', 'genba.Collector', 'genba.Processor', 'genba.Uplink', 'genba.Gateway']
/** Nothing waits for it: while another component is silent until it is found out, live processing would pause. */
const SILENT = 'genba.Uplink'
/** Samples flow, and windows have closed. */
const WARM_UP_MS = 15_000
/** Between two deployments: what the last one did shows in the live data. */
const PAUSE_MS = 1000

/**
 * Runs a gateway under load, updates its components over the air round after round, with a version among them that does
 * not work, and holds what is stored and sent against what the machines gave.
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalReport> {
  const { installation, load, seed, rounds, tell } = options
  const folder = mkdtempSync(join(tmpdir(), 'genba-updates-'))
  const state = stateDirectory(join(folder, 'gateway'))
  const configurations = configurationsOf(installation, load)
  const gateway = await startGateway({ installation, state, flavour: 'java', configurations })
  try {
    const live = await LiveWatch.start(gateway, 'genba.Updates')
    await sleep(WARM_UP_MS)
    const rollouts = await Rollouts.open(gateway, { packagesDir: options.packagesDir, folder })
    live.reset()
    for (let round = 1; round <= rounds; round += 1) {
      await updateAll(rollouts, createRandom(seed).fork(`round ${round}`), (what) => {
        tell(`round ${round}, ${what}: largest gap of live processing ${live.largestGapMs()} ms`)
        return sleep(PAUSE_MS)
      })
    }
    const largestLiveGapMs = live.largestGapMs()
    tell('the sources stop')
    const audited = await settle(gateway, rollouts.changed)
    await gateway.stop()
    const { succeeded, rolledBack, failures: wrong } = rollouts
    const findings = await judge(state, { load, largestLiveGapMs, audited, wrong, tell })
    return { seed, rounds, samplesPerSecond: load.sensors * load.rateHz, succeeded, rolledBack, ...findings }
  } finally {
    await gateway.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One component after the other with a failing version at a random place, then all of them at once. */
async function updateAll(
  rollouts: Rollouts,
  random: { integer(least: number, most: number): number },
  done: (what: string) => Promise<void>,
): Promise<void> {
  const failing = random.integer(0, UPDATED.length - 2)
  for (const [index, name] of UPDATED.entries()) {
    if (index === failing) {
      const how = name === SILENT ? 'says nothing' : 'ends at once'
      await rollouts.fail(name, how)
      await done(`${name} that ${how}`)
    }
    await rollouts.update([name])
    await done(name)
  }
  await rollouts.update(UPDATED)
  await done('all together')
}
