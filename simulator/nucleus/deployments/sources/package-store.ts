import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readIfThere, replaceFile } from '../../configuration/persisted.ts'
import type { Layout } from '../../layout.ts'
import { isVersion } from '../../recipe/version.ts'

export interface PackageVersion {
  readonly name: string
  readonly version: string
}

/** The folder `packages/` of a core: recipes, artifacts and what was unpacked of them, by name and version. */
export class PackageStore {
  readonly #layout: Layout

  constructor(layout: Layout) {
    this.#layout = layout
  }

  /** Every version whose recipe is there. */
  versions(): PackageVersion[] {
    return readRecipeNames(dirname(this.#layout.recipePath('-', '0')))
  }

  /** The recipe as text; undefined when it is not there. */
  recipeText(name: string, version: string): string | undefined {
    return readIfThere(this.#layout.recipePath(name, version))
  }

  writeRecipe(name: string, version: string, text: string): void {
    replaceFile(this.#layout.recipePath(name, version), text)
  }

  artifactsPath(name: string, version: string): string {
    return this.#layout.artifactsPath(name, version)
  }

  /**
   * Makes the artifact folders of a version anew: `fill` writes into folders beside them, which then take their
   * place. Whatever was there before, a link to build output included, stays whole until then.
   */
  async install(
    name: string,
    version: string,
    fill: (folders: { readonly artifacts: string; readonly unarchived: string }) => Promise<void>,
  ): Promise<void> {
    const places = [this.#layout.artifactsPath(name, version), this.#layout.unarchivedPath(name, version)]
    const [artifacts = '', unarchived = ''] = places.map(besides)
    try {
      for (const folder of [artifacts, unarchived]) {
        rmSync(folder, { recursive: true, force: true })
        mkdirSync(folder, { recursive: true })
      }
      await fill({ artifacts, unarchived })
      for (const place of places) {
        rmSync(place, { recursive: true, force: true })
        renameSync(besides(place), place)
      }
    } finally {
      for (const place of places) rmSync(besides(place), { recursive: true, force: true })
    }
  }

  /** True when the version's artifacts are linked build output: they are as they are, whatever the recipe says. */
  isLinked(name: string, version: string): boolean {
    const path = this.#layout.artifactsPath(name, version)
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
  }

  readArtifact(name: string, version: string, file: string): Buffer | undefined {
    try {
      return readFileSync(join(this.#layout.artifactsPath(name, version), file))
    } catch {
      return undefined
    }
  }

  /** Every version of which anything is there, if only artifacts that a failed deployment has fetched. */
  everything(): PackageVersion[] {
    const { artifactsPath, unarchivedPath } = this.#layout
    const folders = [artifactsPath, unarchivedPath].map((pathOf) => dirname(dirname(pathOf('-', '0'))))
    const found = folders.flatMap((folder) =>
      listIfThere(folder).flatMap((name) =>
        listIfThere(join(folder, name)).map((version) => ({ name, version })),
      ),
    )
    const named = [...this.versions(), ...found].map(
      (each) => [`${each.name} ${each.version}`, each] as const,
    )
    return [...new Map(named).values()]
  }

  /** Deletes recipe and artifacts; what is only linked stays where the link points. */
  remove({ name, version }: PackageVersion): void {
    const { artifactsPath, unarchivedPath, recipePath } = this.#layout
    for (const path of [
      artifactsPath(name, version),
      unarchivedPath(name, version),
      recipePath(name, version),
    ]) {
      rmSync(path, { recursive: true, force: true })
    }
  }
}

/** A name that no version can have. */
const besides = (path: string): string => join(dirname(path), `.new-${path.slice(dirname(path).length + 1)}`)

const RECIPE_FILE = /^(.+?)-(\d+\.\d+\.\d+.*)\.(json|ya?ml)$/

export interface RecipeFile extends PackageVersion {
  readonly file: string
}

/** Files named `NAME-VERSION.json` or `.yaml`; none when the folder is missing. */
export function readRecipeNames(folder: string): RecipeFile[] {
  return listIfThere(folder).flatMap((file) => {
    const [, name, version] = RECIPE_FILE.exec(file) ?? []
    return name === undefined || version === undefined || !isVersion(version) ? [] : [{ name, version, file }]
  })
}

function listIfThere(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
