import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FlavourName } from '../../flavour.ts'
import type { DeploymentRequest } from '../document/deployment-request.ts'
import { DeploymentFailure } from '../failure/deployment-failure.ts'
import { type Candidate, readCandidate } from './candidate.ts'
import { type PackageStore, readRecipeNames } from './package-store.ts'

/** The versions that need no cloud: of the request's folders, then of `packages/`. */
export interface LocalVersions {
  /** Those of one component. */
  versionsOf(name: string): readonly string[]
  /** @throws DeploymentFailure when the recipe cannot be read */
  load(name: string, version: string): Candidate | undefined
}

export function findLocalVersions(
  packages: PackageStore,
  { recipeDirectoryPath, artifactsDirectoryPath }: DeploymentRequest,
  flavour: FlavourName,
): LocalVersions {
  const given = recipeDirectoryPath === undefined ? [] : readRecipeNames(recipeDirectoryPath)
  const kept = packages.versions()
  return {
    versionsOf: (name) => [
      ...new Set([...given, ...kept].flatMap((known) => (known.name === name ? [known.version] : []))),
    ],
    load: (name, version) => {
      const file = given.find((known) => known.name === name && known.version === version)?.file
      if (file !== undefined && recipeDirectoryPath !== undefined) {
        const path = join(recipeDirectoryPath, file)
        const source = { kind: 'directory', artifactsDirectoryPath } as const
        return asNamed(readCandidate(readFileSync(path, 'utf8'), path, source, flavour), name, version, path)
      }
      const text = packages.recipeText(name, version)
      return text === undefined
        ? undefined
        : readCandidate(text, `${name}-${version}.json`, { kind: 'packages' }, flavour)
    },
  }
}

function asNamed(candidate: Candidate, name: string, version: string, path: string): Candidate {
  if (candidate.name === name && candidate.version === version) return candidate
  throw new DeploymentFailure(
    ['RECIPE_PARSE_ERROR'],
    `${path} holds ${candidate.name} ${candidate.version}, not ${name} ${version} as it is called`,
  )
}
