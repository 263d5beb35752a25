import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../../../shared/bytes/json.ts'
import type { DeploymentRequest } from '../../nucleus/deployments/document/deployment-request.ts'

/** What a core may be found with: all of it, or none of it. */
export type StackName = 'none' | 'first' | 'second'

export const APP = 'crash.App'
export const LIB = 'crash.Lib'
export const EXTRA = 'crash.Extra'

/** Each stack with the components it has, and the configuration of the first of them. */
export const STACKS: Readonly<Record<StackName, Stack>> = {
  none: { versions: {}, configuration: {} },
  first: {
    versions: { [APP]: '1.0.0', [LIB]: '1.0.0' },
    configuration: { mode: 'first', nested: { depth: 1 } },
  },
  second: {
    versions: { [APP]: '2.0.0', [LIB]: '2.0.0', [EXTRA]: '1.0.0' },
    configuration: { mode: 'second', nested: { depth: 2, only: true } },
  },
}

export interface Stack {
  readonly versions: Readonly<Record<string, string>>
  readonly configuration: JsonObject
}

/** Deployments that the program makes: the two stacks, and a version that ends at once and has to be rolled back. */
export type DeploymentName = 'first' | 'second' | 'broken'

/** What each component's process writes down as it starts, so that it can be seen which version really runs. */
export const ALIVE = 'alive'

const run = (version: string): JsonObject => ({
  run: { Script: `echo "${version} {configuration:/mode}" > ${ALIVE} && exec sleep 3600` },
})

interface Package {
  readonly name: string
  readonly version: string
  readonly lifecycle: JsonObject
  readonly needs?: Readonly<Record<string, string>>
}

const PACKAGES: readonly Package[] = [
  { name: LIB, version: '1.0.0', lifecycle: run('1.0.0') },
  { name: LIB, version: '2.0.0', lifecycle: run('2.0.0') },
  { name: EXTRA, version: '1.0.0', lifecycle: run('1.0.0') },
  { name: APP, version: '1.0.0', lifecycle: run('1.0.0'), needs: { [LIB]: '^1.0.0' } },
  {
    name: APP,
    version: '2.0.0',
    lifecycle: { bootstrap: { Script: 'exit 0' }, ...run('2.0.0') },
    needs: { [LIB]: '^2.0.0' },
  },
  { name: APP, version: '3.0.0', lifecycle: { run: { Script: 'exit 1' } }, needs: { [LIB]: '^2.0.0' } },
]

/** Writes every recipe, as a local deployment finds it. */
export function writePackages(directory: string): void {
  mkdirSync(directory, { recursive: true })
  for (const { name, version, lifecycle, needs = {} } of PACKAGES) {
    const recipe = {
      RecipeFormatVersion: '2020-01-25',
      ComponentName: name,
      ComponentVersion: version,
      ComponentConfiguration: { DefaultConfiguration: { mode: 'default' } },
      ComponentDependencies: Object.fromEntries(
        Object.entries(needs).map(([dependency, range]) => [
          dependency,
          { VersionRequirement: range, DependencyType: 'HARD' },
        ]),
      ),
      Manifests: [{ Platform: { os: '*', runtime: '*' }, Lifecycle: lifecycle }],
    }
    writeFileSync(join(directory, `${name}-${version}.json`), JSON.stringify(recipe))
  }
}

export function requestOf(deployment: DeploymentName, recipeDirectoryPath: string): DeploymentRequest {
  if (deployment === 'broken') {
    return { recipeDirectoryPath, rootComponentVersionsToAdd: { [APP]: '3.0.0' } }
  }
  const { versions, configuration } = STACKS[deployment]
  const { [LIB]: _dependency, ...roots } = versions
  return {
    recipeDirectoryPath,
    rootComponentVersionsToAdd: roots,
    rootComponentsToRemove: EXTRA in versions ? [] : [EXTRA],
    componentToConfiguration: { [APP]: { reset: [''], merge: configuration } },
  }
}
