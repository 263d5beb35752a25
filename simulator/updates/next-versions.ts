import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { unzipSync, zipSync } from 'fflate'
import { SemVer } from 'semver'
import { type ComponentPackage, type PackageRecipe, readPackages } from '../cli/deploying/package-folder.ts'
import { CliError } from '../cli/errors.ts'

export interface NextOptions {
  /** Text that stands for `main.mjs`, by component: `{ 'genba.Uplink': 'process.exit(1)' }`. */
  readonly mains?: Readonly<Record<string, string>>
}

const MAIN = 'main.mjs'
/** The first time that an archive can state, so that the same content gives the same bytes. */
const MTIME = new Date(1980, 0, 1)
const UNIX = 3
const REGULAR_READABLE = 0o100644
const ATTRS = REGULAR_READABLE * 0x10000

/**
 * Makes another version of built components: the same archives under a new number, which their code states, too. So an
 * update changes nothing but what every update does.
 *
 * @param packagesDir as `npm run build:components` leaves it
 * @param outDir gets `recipes/` and `artifacts/` like it; other versions that are there stay
 * @param names of the components, all of them in `packagesDir`
 * @param patch the last number of the version made: 0.1.0 with 3 gives 0.1.3
 * @returns what was made, in the order of `names`, as `publishComponent` takes it
 * @throws CliError `GENBA_PACKAGES_MISSING`
 */
export function nextVersions(
  packagesDir: string,
  outDir: string,
  names: readonly string[],
  patch: number,
  { mains = {} }: NextOptions = {},
): readonly ComponentPackage[] {
  const built = new Map(readPackages(packagesDir).map((each) => [each.name, each]))
  return names.map((name) => {
    const before = built.get(name)
    if (before === undefined) {
      throw new CliError('GENBA_PACKAGES_MISSING', `there is no built component ${name}`, {
        where: packagesDir,
        expected: [...built.keys()].join(', '),
        received: name,
      })
    }
    return nextVersion(before, outDir, patch, mains[name])
  })
}

function nextVersion(
  before: ComponentPackage,
  outDir: string,
  patch: number,
  main: string | undefined,
): ComponentPackage {
  const { major, minor } = new SemVer(before.version)
  const { name } = before
  const version = `${major}.${minor}.${patch}`
  const folder = join(outDir, 'artifacts', name, version)
  for (const path of [folder, join(outDir, 'recipes')]) mkdirSync(path, { recursive: true })
  const files = before.files.map(({ file, path, digest }) => {
    const copy = { file, path: join(folder, file) }
    const changed = withMain(
      readFileSync(path),
      (text) => main ?? withCodeVersion(text, before.version, version),
    )
    if (changed === undefined) copyFileSync(path, copy.path)
    else writeFileSync(copy.path, changed)
    return { ...copy, digest: changed === undefined ? digest : digestOf(changed) }
  })
  const recipe = withVersion(before, version, new Map(files.map(({ file, digest }) => [file, digest])))
  writeFileSync(join(outDir, 'recipes', `${name}-${version}.json`), `${JSON.stringify(recipe, null, 2)}\n`)
  return { name, version, recipe, files }
}

/** Undefined for an archive without such a file: a component may have others, such as a worker's. */
function withMain(archive: Uint8Array, change: (text: string) => string): Uint8Array | undefined {
  const { [MAIN]: main, ...others } = unzipSync(archive)
  if (main === undefined) return undefined
  const text = change(new TextDecoder().decode(main))
  const files = { ...others, [MAIN]: new TextEncoder().encode(text) }
  return zipSync(files, { mtime: MTIME, os: UNIX, attrs: ATTRS })
}

/** The version that a component's definition states: its health and its audit trail are to tell of the new one. */
function withCodeVersion(text: string, before: string, version: string): string {
  const stated = new RegExp(`(version:\\s*["'\`])${before.replaceAll('.', '\\.')}(?=["'\`])`)
  return text.replace(stated, `$1${version}`)
}

const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('base64')

function withVersion(
  { recipe, version: before }: ComponentPackage,
  version: string,
  digests: ReadonlyMap<string, string>,
): PackageRecipe {
  const manifests = recipe.Manifests.map((manifest) => {
    if (manifest.Artifacts === undefined) return manifest
    const artifacts = manifest.Artifacts.map((artifact) => {
      const Digest = digests.get(basename(artifact.Uri))
      const Uri = artifact.Uri.replaceAll(`/${before}/`, `/${version}/`)
      return { ...artifact, Uri, ...(Digest !== undefined && { Digest }) }
    })
    return { ...manifest, Artifacts: artifacts }
  })
  return { ...recipe, ComponentVersion: version, Manifests: manifests }
}
