import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NEVER } from 'rxjs'
import type { JsonObject } from '../../shared/bytes/json.ts'
import type { CloudLink } from '../../simulator/nucleus/cloud-link.ts'
import type { Nucleus } from '../../simulator/nucleus/core-device.ts'
import type { Deployment } from '../../simulator/nucleus/deployment.ts'
import { startNucleus } from '../../simulator/nucleus/nucleus.ts'

/** Where the bundles are: the benchmarks run from dist/bench. */
const DIST = fileURLToPath(new URL('..', import.meta.url))
const RECIPES = fileURLToPath(new URL('../../recipes', import.meta.url))

/** Nothing here goes to the cloud. */
const NO_CLOUD: CloudLink = {
  up$: NEVER,
  publish: () => Promise.reject(new Error('this core has no cloud')),
  subscribe: () => Promise.reject(new Error('this core has no cloud')),
}

/** One component as the simulator deploys it: recipe from the repository, bundle from dist. */
export function deployed(
  name: 'Collector' | 'Historian' | 'Runtime',
  configuration: JsonObject = {},
): Deployment {
  const recipe: unknown = JSON.parse(readFileSync(join(RECIPES, `genba.${name}.json`), 'utf8'))
  return { recipe, artifactsDir: join(DIST, 'unarchived', `genba.${name}`), configuration }
}

/** A component of the benchmark's own, with rights on its own two topics. */
export function deployedNaive(name: string, bundle: string): Deployment {
  const rights = {
    operations: ['aws.greengrass#PublishToTopic', 'aws.greengrass#SubscribeToTopic'],
    resources: ['bench/naive/*', `genba/v1/health/${name}`],
  }
  const recipe = {
    RecipeFormatVersion: '2020-01-25',
    ComponentName: name,
    ComponentVersion: '0.1.0',
    ComponentConfiguration: {
      DefaultConfiguration: {
        accessControl: { 'aws.greengrass.ipc.pubsub': { [`${name}:pubsub:1`]: rights } },
      },
    },
    ComponentDependencies: { 'genba.Runtime': { VersionRequirement: '^0.1.0', DependencyType: 'HARD' } },
    Manifests: ['linux', 'darwin'].map((os) => ({
      Platform: { os, runtime: '*' },
      Lifecycle: { run: { Script: `exec node {artifacts:path}/${bundle}` } },
    })),
  }
  return { recipe, artifactsDir: join(DIST, 'bench') }
}

export const FACTORY_MODULE = join(DIST, 'simulator', 'factory.mjs')

/** Runs `use` against a core with these components, in a folder that is removed afterwards. */
export async function withCore<Result>(
  deployments: readonly Deployment[],
  use: (nucleus: Nucleus) => Promise<Result>,
): Promise<Result> {
  const rootDir = mkdtempSync(join(tmpdir(), 'genba-bench-'))
  const nucleus = await startNucleus({
    rootDir,
    thing: 'bench-core',
    region: 'ap-northeast-1',
    flavour: 'lite',
    initial: { groupName: 'bench', components: deployments },
    cloud: NO_CLOUD,
  })
  try {
    return await use(nucleus)
  } finally {
    await nucleus.stop()
    rmSync(rootDir, { recursive: true, force: true })
  }
}
