import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NEVER } from 'rxjs'
import type { JsonObject } from '../../../../shared/bytes/json.ts'
import type { CloudLink } from '../../../../simulator/nucleus/cloud-link.ts'
import type { Nucleus, NucleusOptions } from '../../../../simulator/nucleus/core-device.ts'
import type { DeploymentStatus } from '../../../../simulator/nucleus/deployments/engine/deployment-record.ts'
import { hasEnded } from '../../../../simulator/nucleus/deployments/engine/deployment-record.ts'
import { startNucleus } from '../../../../simulator/nucleus/nucleus.ts'
import { until } from '../test-core.ts'

export const NO_LINK: CloudLink = {
  up$: NEVER,
  publish: () => Promise.reject(new Error('this core has no link')),
  subscribe: () => Promise.reject(new Error('this core has no link')),
}

export interface ComponentParts {
  readonly version?: string
  readonly lifecycle?: JsonObject
  readonly configuration?: JsonObject
  /** Range by name; HARD. */
  readonly needs?: Readonly<Record<string, string>>
  readonly artifacts?: readonly JsonObject[]
}

export function recipeOf(name: string, parts: ComponentParts): JsonObject {
  const { version = '1.0.0', lifecycle = { run: 'exec sleep 600' }, configuration = {}, needs = {} } = parts
  return {
    RecipeFormatVersion: '2020-01-25',
    ComponentName: name,
    ComponentVersion: version,
    ComponentConfiguration: { DefaultConfiguration: configuration },
    ComponentDependencies: Object.fromEntries(
      Object.entries(needs).map(([need, range]) => [
        need,
        { VersionRequirement: range, DependencyType: 'HARD' },
      ]),
    ),
    Manifests: [
      {
        Platform: { os: '*', runtime: '*' },
        Lifecycle: lifecycle,
        Artifacts: [...(parts.artifacts ?? [])],
      },
    ],
  }
}

export interface DeployedCore {
  readonly nucleus: Nucleus
  readonly rootDir: string
  /** Writes a recipe into the folder that `deploy` takes versions from. */
  offer(name: string, parts: ComponentParts): void
  /** Writes an artifact beside it. */
  artifact(name: string, version: string, file: string, content: string | Uint8Array): void
  /** Deploys from these folders and waits for the end. */
  deploy(request: Parameters<Nucleus['deploy']>[0]): Promise<DeploymentStatus>
  begin(request: Parameters<Nucleus['deploy']>[0]): string
  ended(deploymentId: string): Promise<DeploymentStatus>
  /** `NAME VERSION STATE`, sorted. */
  running(): string[]
  value(component: string, ...path: string[]): unknown
  work(component: string, file: string): string
  log(name: string): string
  stop(): Promise<void>
}

const folders: string[] = []

/** Folders that are removed with `removeFolders`. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'genba-deploy-'))
  folders.push(folder)
  return folder
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export async function startDeployedCore(options: Partial<NucleusOptions> = {}): Promise<DeployedCore> {
  const rootDir = options.rootDir ?? newFolder()
  const offered = join(rootDir, '..', `${rootDir.split('/').at(-1)}-offered`)
  if (!folders.includes(offered)) folders.push(offered)
  const recipeDirectoryPath = join(offered, 'recipes')
  const artifactsDirectoryPath = join(offered, 'artifacts')
  for (const folder of [recipeDirectoryPath, artifactsDirectoryPath]) mkdirSync(folder, { recursive: true })
  const nucleus = await startNucleus({
    rootDir,
    thing: 'line-9',
    region: 'ap-northeast-1',
    flavour: 'java',
    cloud: NO_LINK,
    steadyMs: 20,
    restart: { firstMs: 5 },
    ...options,
  })
  const find = (deploymentId: string): DeploymentStatus | undefined =>
    nucleus.deployments().find((status) => status.deploymentId === deploymentId)
  const begin: DeployedCore['begin'] = (request) =>
    nucleus.deploy({ recipeDirectoryPath, artifactsDirectoryPath, ...request })
  const ended: DeployedCore['ended'] = async (deploymentId) => {
    await until('the deployment has ended', () => {
      const status = find(deploymentId)
      return status !== undefined && hasEnded(status)
    })
    const status = find(deploymentId)
    if (status === undefined) throw new Error('the deployment is gone')
    return status
  }
  return {
    nucleus,
    rootDir,
    begin,
    ended,
    deploy: (request) => ended(begin(request)),
    offer: (name, parts) => {
      const file = `${name}-${parts.version ?? '1.0.0'}.json`
      writeFileSync(join(recipeDirectoryPath, file), JSON.stringify(recipeOf(name, parts)))
    },
    artifact: (name, version, file, content) => {
      const folder = join(artifactsDirectoryPath, name, version)
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, file), content)
    },
    running: () =>
      nucleus
        .components()
        .map(({ name, version, state }) => `${name} ${version} ${state}`)
        .sort(),
    value: (component, ...path) =>
      nucleus.configurationOf(component).find((value) => value.path.join('/') === path.join('/'))?.value,
    work: (component, file) => readFileSync(join(rootDir, 'work', component, file), 'utf8'),
    log: (name) => readFileSync(join(rootDir, 'logs', `${name}.log`), 'utf8'),
    stop: () => nucleus.stop(),
  }
}
