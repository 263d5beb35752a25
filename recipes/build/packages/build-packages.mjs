import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { bundleShipped } from '../bundle.mjs'
import { ROOT, runtimeFolder } from '../paths.mjs'
import { commonFiles, platformFiles } from '../runtime/runtime-files.mjs'
import { zipOf } from './zip.mjs'

/**
 * @typedef {object} Artifact
 * @property {string} component
 * @property {string} version
 * @property {string} file such as `Collector.zip`
 * @property {number} sizeBytes
 * @property {string} digest SHA-256, base64, as recipes have it
 *
 * @typedef {{ Uri: string, Unarchive?: string, Digest?: string, Algorithm?: string }} RecipeArtifact
 * @typedef {{ Artifacts?: RecipeArtifact[] }} Manifest
 * @typedef {{ ComponentName: string, ComponentVersion: string, Manifests: Manifest[] }} Recipe
 */

/** Where a core of Greengrass runs, and where developers do. The C library is the one that each of them has. */
export const PLATFORMS = {
  'linux-x64': 'glibc',
  'linux-arm64': 'glibc',
  'darwin-x64': 'cruntime',
  'darwin-arm64': 'cruntime',
}

/** @typedef {keyof typeof PLATFORMS} Platform */

/**
 * Fills a folder as `gdk component build` leaves it, for every component: `recipes/NAME-VERSION.json` and
 * `artifacts/NAME/VERSION/FILE.zip`, which also is what a local deployment reads; and `recipes/recipe.json`, by which
 * the GDK finds the one component of gdk-config.json. The same sources give the same bytes, on every machine.
 *
 * @param {typeof import('esbuild')} esbuild
 * @param {{ readonly out: string, readonly platforms: readonly Platform[] }} options
 * @returns {Promise<readonly Artifact[]>}
 */
export async function buildPackages(esbuild, { out, platforms }) {
  const archives = await archivesOf(esbuild, platforms)
  for (const part of ['recipes', 'artifacts']) rmSync(join(out, part), { recursive: true, force: true })
  const built = recipesOfProject().map((recipe) => place(recipe, archives, out))
  const { component } = JSON.parse(readFileSync(join(ROOT, 'gdk-config.json'), 'utf8'))
  for (const { recipe } of built) {
    if (recipe.ComponentName in component) writeRecipe(join(out, 'recipes', 'recipe.json'), recipe)
  }
  return built.flatMap(({ artifacts }) => artifacts)
}

/**
 * Content by the file name of the archive, from folders such as `unarchived/genba.Collector/Collector`.
 *
 * @param {typeof import('esbuild')} esbuild
 * @param {readonly Platform[]} platforms
 * @returns {Promise<ReadonlyMap<string, Uint8Array>>}
 */
async function archivesOf(esbuild, platforms) {
  const [shipped, common] = await Promise.all([bundleShipped(esbuild), commonFiles(esbuild)])
  /** @type {Map<string, Map<string, Uint8Array>>} */
  const folders = new Map()
  for (const [path, content] of shipped) {
    const folder = dirname(path)
    folders.set(folder, (folders.get(folder) ?? new Map()).set(basename(path), content))
  }
  for (const platform of platforms) {
    const files = new Map([...common, ...platformFiles(platform, PLATFORMS[platform])])
    folders.set(runtimeFolder(platform), files)
  }
  return new Map([...folders].map(([folder, files]) => [`${basename(folder)}.zip`, zipOf(files)]))
}

/** @returns {Recipe[]} */
function recipesOfProject() {
  return readdirSync(join(ROOT, 'recipes'))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(ROOT, 'recipes', file), 'utf8')))
}

/**
 * Writes one component: its archives, and its recipe with their digests. A manifest for a platform that nothing was
 * built for is left out: the service refuses a recipe whose artifacts it cannot find.
 *
 * @param {Recipe} source
 * @param {ReadonlyMap<string, Uint8Array>} archives
 * @param {string} out
 */
function place(source, archives, out) {
  const { ComponentName: component, ComponentVersion: version } = source
  const folder = join(out, 'artifacts', component, version)
  mkdirSync(folder, { recursive: true })
  /** @type {Map<string, Artifact>} */
  const artifacts = new Map()
  for (const file of filesOf(source.Manifests)) {
    const content = archives.get(file)
    if (content === undefined) continue
    writeFileSync(join(folder, file), content)
    const digest = createHash('sha256').update(content).digest('base64')
    artifacts.set(file, { component, version, file, sizeBytes: content.length, digest })
  }
  const manifests = source.Manifests.filter((manifest) =>
    filesOf([manifest]).every((file) => artifacts.has(file)),
  )
  const recipe = { ...source, Manifests: manifests.map((manifest) => withDigests(manifest, artifacts)) }
  writeRecipe(join(out, 'recipes', `${component}-${version}.json`), recipe)
  return { recipe, artifacts: [...artifacts.values()] }
}

/** @param {readonly Manifest[]} manifests */
const filesOf = (manifests) =>
  manifests.flatMap(({ Artifacts = [] }) => Artifacts.map(({ Uri }) => basename(Uri)))

/**
 * @param {Manifest} manifest
 * @param {ReadonlyMap<string, Artifact>} artifacts
 */
function withDigests(manifest, artifacts) {
  if (manifest.Artifacts === undefined) return manifest
  return {
    ...manifest,
    Artifacts: manifest.Artifacts.map((artifact) => ({
      ...artifact,
      Digest: artifacts.get(basename(artifact.Uri))?.digest,
      Algorithm: 'SHA-256',
    })),
  }
}

/**
 * @param {string} path
 * @param {unknown} recipe
 */
function writeRecipe(path, recipe) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, `${JSON.stringify(recipe, null, 2)}\n`)
}
