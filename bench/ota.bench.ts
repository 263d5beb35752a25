import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openCloud } from '../simulator/cli/deploying/cloud.ts'
import { outcomesOf } from '../simulator/cli/deploying/deploy-remote.ts'
import type { ComponentPackage } from '../simulator/cli/deploying/package-folder.ts'
import { targetArn } from '../simulator/cli/deploying/target.ts'
import { GATEWAY_GROUP, type Gateway } from '../simulator/cli/gateway.ts'
import { configurationsOf } from '../simulator/updates/load.ts'
import { nextVersions } from '../simulator/updates/next-versions.ts'
import { atMost, type Benchmark, type BenchResult, type Figures, type Goal } from './benchmark.ts'
import { type Bench, type Cost, restart, update } from './ota/changes.ts'
import { GapWatch } from './ota/gap-watch.ts'
import { buildPackages, bytesOf, publish } from './ota/packages.ts'
import { INSTALLATION, withWholeGateway } from './reaction/gateway.ts'

/** Longer than that without live data is a stop of the line for those who watch it. */
const GAP_SECONDS_MAX = 2

const LOAD = { seed: 1, sensors: 100, rateHz: 10 }
const START_MS_MAX = 60_000
const POLL_MS = 100
const ALL = 'all'

type Costs = ReadonlyMap<string, Cost>

interface Measured {
  readonly restarts: Costs
  /** By component, and of all of them in one deployment. */
  readonly updates: Costs
  /** All archives: what each update would fetch if every component carried everything. */
  readonly fullBytes: number
}

/**
 * A whole gateway with its control plane, each component its own process, under a live machine. Every component is
 * restarted as it is, then updated by a deployment to the gateway's group: one after the other, then all together.
 */
export const bench: Benchmark = {
  name: 'ota',
  summary: 'seconds, gap in live data and bytes of an update of each component, against a plain restart',
  run: async (progress) => {
    const folder = mkdtempSync(join(tmpdir(), 'genba-bench-ota-'))
    try {
      progress('building the components as they are published')
      const built = await buildPackages(join(folder, 'built'))
      const configurations = configurationsOf(INSTALLATION, LOAD)
      const measured = await withWholeGateway(configurations, (gateway) =>
        measure(gateway, { folder, built, progress }),
      )
      return toResult(measured)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

interface Parts {
  readonly folder: string
  readonly built: readonly ComponentPackage[]
  readonly progress: (line: string) => void
}

async function measure(gateway: Gateway, { folder, built, progress }: Parts): Promise<Measured> {
  const bench = await start(gateway)
  const names = built.map(({ name }) => name)
  const next = (these: readonly string[], patch: number) =>
    nextVersions(join(folder, 'built'), join(folder, 'next'), these, patch)
  const restarts = new Map<string, Cost>()
  // What has nothing to run, such as a library, cannot be restarted.
  const running = gateway.nucleus.components().filter(({ state }) => state === 'RUNNING')
  for (const name of names.filter((each) => running.some((component) => component.name === each))) {
    progress(`restarting ${name}`)
    restarts.set(name, await restart(bench, name))
  }
  const updates = new Map<string, Cost>()
  for (const these of [...names.map((name) => [name]), names]) {
    const label = these.length === 1 ? (these[0] ?? '') : ALL
    progress(`updating ${label}`)
    const packages = next(these, label === ALL ? 2 : 1)
    await publish(bench.cloud, packages)
    updates.set(label, await update(bench, packages))
  }
  return { restarts, updates, fullBytes: bytesOf(built) }
}

/** Resolves when everything runs, live data comes, and the control plane knows the device. */
async function start(gateway: Gateway): Promise<Bench> {
  const watch = await GapWatch.of(gateway)
  const cloud = await openCloud({ state: gateway.state.path })
  const arn = targetArn({ kind: 'thinggroup', name: GATEWAY_GROUP }, cloud)
  const startMs = performance.now()
  for (;;) {
    const devices = await outcomesOf(cloud, { deploymentId: '', targetArn: arn })
    const isUp = gateway.nucleus.components().every(({ state }) => ['RUNNING', 'FINISHED'].includes(state))
    if (devices.length > 0 && isUp) break
    if (performance.now() - startMs > START_MS_MAX) throw new Error(`not up within ${START_MS_MAX} ms`)
    await pause(POLL_MS)
  }
  return { gateway, cloud, watch }
}

function toResult({ restarts, updates, fullBytes }: Measured): BenchResult {
  const bytesVsFull: Record<string, number> = {}
  const secondsVsRestart: Record<string, number> = {}
  const goals: Record<string, Goal> = {}
  for (const [name, { seconds, gaps, downloadedBytes }] of updates) {
    bytesVsFull[name] = downloadedBytes / fullBytes
    const plain = restarts.get(name)
    if (plain !== undefined) secondsVsRestart[name] = seconds / plain.seconds
    goals[`gapSeconds ${name}`] = atMost(GAP_SECONDS_MAX, Math.max(gaps.reflexSeconds, gaps.storedSeconds))
  }
  return {
    figures: {
      update: figuresOf(updates),
      restart: figuresOf(restarts),
      fullDownloadBytes: fullBytes,
      // Other work on the machine is in the figures; this says how much there was.
      loadAverage: loadavg()[0] ?? Number.NaN,
    },
    ratios: { bytesVsFull, secondsVsRestart },
    goals,
  }
}

const figuresOf = (costs: Costs): Figures =>
  Object.fromEntries(
    [...costs].map(([name, { seconds, gaps, downloadedBytes }]) => [
      name,
      {
        seconds,
        reflexGapSeconds: gaps.reflexSeconds,
        storedGapSeconds: gaps.storedSeconds,
        downloadedBytes,
      },
    ]),
  )
