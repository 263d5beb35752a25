import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Cloud } from '../../simulator/cli/deploying/cloud.ts'
import { deployRemotely, hasFailed, isDone, outcomesOf } from '../../simulator/cli/deploying/deploy-remote.ts'
import type { ComponentPackage } from '../../simulator/cli/deploying/package-folder.ts'
import { GATEWAY_GROUP, type Gateway } from '../../simulator/cli/gateway.ts'
import type { Gaps, GapWatch } from './gap-watch.ts'

const POLL_MS = 20
/** The control plane is asked as somebody who waits for a deployment would, and not too often. */
const ASK_MS = 100
const DONE_MS_MAX = 180_000
/** So long a nucleus wants the components to be steady; the same is asked of a restart. */
const STEADY_MS = 1000

/** What one change of the gateway cost. */
export interface Cost {
  /** From the call to the end of it, with every component running or finished for a second. */
  readonly seconds: number
  readonly gaps: Gaps
  /** What the gateway has fetched for it. */
  readonly downloadedBytes: number
}

export interface Bench {
  readonly gateway: Gateway
  readonly cloud: Cloud
  readonly watch: GapWatch
}

/** Deploys packages, which are published already, to the gateway's group. */
export async function update({ gateway, cloud, watch }: Bench, packages: readonly ComponentPackage[]) {
  const before = new Set(versionFolders(gateway))
  const cost = await timed(gateway, watch, async () => {
    const components = Object.fromEntries(packages.map(({ name, version }) => [name, version]))
    const target = { kind: 'thinggroup', name: GATEWAY_GROUP } as const
    const request = { target, components, remove: [], merge: {}, reset: {}, dryRun: false }
    const { deploymentId, targetArn } = await deployRemotely(cloud, request)
    if (deploymentId === undefined) throw new Error(`there was nothing to deploy: ${Object.keys(components)}`)
    await untilSucceeded(cloud, { deploymentId, targetArn })
  })
  const fresh = versionFolders(gateway).filter((folder) => !before.has(folder))
  return { ...cost, downloadedBytes: fresh.reduce((total, folder) => total + bytesIn(folder), 0) }
}

/** Restarts one component as it is. */
export const restart = ({ gateway, watch }: Bench, name: string): Promise<Cost> =>
  timed(gateway, watch, () => gateway.nucleus.restart(name))

async function timed(gateway: Gateway, watch: GapWatch, change: () => Promise<void>): Promise<Cost> {
  const { result: seconds, gaps } = await watch.during(async () => {
    const startMs = performance.now()
    const rest = restOf(gateway)
    try {
      await change()
      await rest.reached()
    } finally {
      rest.close()
    }
    return (performance.now() - startMs) / 1000
  })
  return { seconds, gaps, downloadedBytes: 0 }
}

async function untilSucceeded(
  cloud: Cloud,
  deployment: { readonly deploymentId: string; readonly targetArn: string },
): Promise<void> {
  for (const startMs = performance.now(); ; await pause(ASK_MS)) {
    const [outcome] = await outcomesOf(cloud, deployment)
    if (outcome !== undefined && isDone(outcome)) return
    if (outcome !== undefined && hasFailed(outcome))
      throw new Error(`the deployment ended as ${outcome.status}: ${outcome.reason}`)
    if (performance.now() - startMs > DONE_MS_MAX)
      throw new Error(`the deployment is ${outcome?.status ?? 'unknown'} after ${DONE_MS_MAX} ms`)
  }
}

/** When the components have come to rest. What a deployment has waited for itself counts: it is not waited for twice. */
function restOf({ nucleus }: Gateway) {
  let changedMs = performance.now()
  const subscription = nucleus.events$.subscribe(({ type }) => {
    if (type === 'state') changedMs = performance.now()
  })
  const isSteady = (): boolean =>
    nucleus.components().every(({ state }) => state === 'RUNNING' || state === 'FINISHED')
  return {
    reached: async (): Promise<void> => {
      const startMs = performance.now()
      while (!isSteady() || performance.now() - changedMs < STEADY_MS) {
        if (performance.now() - startMs > DONE_MS_MAX) throw new Error('the components do not come to rest')
        await pause(POLL_MS)
      }
    },
    close: () => subscription.unsubscribe(),
  }
}

/** One for each version that the gateway has fetched; those it was made with are links to the build. */
function versionFolders({ state }: Gateway): string[] {
  const artifacts = join(state.greengrass, 'packages', 'artifacts')
  return readdirSync(artifacts).flatMap((name) =>
    readdirSync(join(artifacts, name), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(artifacts, name, entry.name)),
  )
}

const bytesIn = (folder: string): number =>
  readdirSync(folder).reduce((total, file) => total + statSync(join(folder, file)).size, 0)
