import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as z from 'zod'
import { CliError } from '../errors.ts'

const Artifact = z.looseObject({ Uri: z.string(), Digest: z.string().optional() })
const Recipe = z.looseObject({
  ComponentName: z.string(),
  ComponentVersion: z.string(),
  Manifests: z.array(z.looseObject({ Artifacts: z.array(Artifact).optional() })),
})
export type PackageRecipe = z.output<typeof Recipe>

/** One component as `npm run build:components` leaves it. */
export interface ComponentPackage {
  readonly name: string
  readonly version: string
  readonly recipe: PackageRecipe
  /** Each archive once. */
  readonly files: readonly { readonly file: string; readonly path: string; readonly digest: string }[]
}

/** @throws CliError `GENBA_PACKAGES_MISSING` */
export function readPackages(folder: string): readonly ComponentPackage[] {
  const recipes = join(folder, 'recipes')
  const names = existsSync(recipes) ? readdirSync(recipes) : []
  const files = names.filter((name) => /-\d.*\.json$/.test(name)).sort()
  if (files.length > 0) return files.map((file) => readPackage(folder, join(recipes, file)))
  throw new CliError('GENBA_PACKAGES_MISSING', 'there are no built components', {
    where: folder,
    mend: 'build them with: npm run build:components',
  })
}

function readPackage(folder: string, path: string): ComponentPackage {
  const recipe = Recipe.parse(JSON.parse(readFileSync(path, 'utf8')))
  const { ComponentName: name, ComponentVersion: version } = recipe
  const digests = new Map(
    recipe.Manifests.flatMap(({ Artifacts = [] }) => Artifacts).map(({ Uri, Digest = '' }) => [
      basename(Uri),
      Digest,
    ]),
  )
  const files = [...digests].map(([file, digest]) => ({
    file,
    digest,
    path: join(folder, 'artifacts', name, version, file),
  }))
  return { name, version, recipe, files }
}

/** The recipe as it is published: artifacts where they have been uploaded, digests left to the service. */
export function publishedRecipe({ recipe, name, version }: ComponentPackage, bucket: string): PackageRecipe {
  return {
    ...recipe,
    Manifests: recipe.Manifests.map((manifest) => {
      if (manifest.Artifacts === undefined) return manifest
      return {
        ...manifest,
        Artifacts: manifest.Artifacts.map(({ Digest: _, Algorithm: __, ...artifact }) => ({
          ...artifact,
          Uri: `s3://${bucket}/${artifactKey(name, version, basename(artifact.Uri))}`,
        })),
      }
    }),
  }
}

export const artifactKey = (name: string, version: string, file: string): string =>
  `${name}/${version}/${file}`
