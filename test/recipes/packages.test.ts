import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { parseRecipe } from '../../simulator/nucleus/recipe/parse-recipe.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** What an update of one component may cost on a slow line, and what the shared part may, once. */
const ARTIFACT_BYTES_MAX = 150_000
const RUNTIME_BYTES_MAX = 6_000_000
const BUILD_MS_MAX = 240_000

const Report = z.object({
  artifacts: z.array(
    z.object({
      component: z.string(),
      version: z.string(),
      file: z.string(),
      sizeBytes: z.number(),
      digest: z.string(),
    }),
  ),
})
const Recipe = z.object({
  ComponentName: z.string(),
  ComponentVersion: z.string(),
  Manifests: z.array(
    z.object({
      Platform: z.object({ os: z.string(), architecture: z.string().optional() }),
      Artifacts: z
        .array(
          z.object({
            Uri: z.string(),
            Unarchive: z.literal('ZIP'),
            Digest: z.string(),
            Algorithm: z.literal('SHA-256'),
          }),
        )
        .default([]),
    }),
  ),
})

const run = promisify(execFile)

const folder = temporaryFolder()
const out = folder.path
let artifacts: z.output<typeof Report>['artifacts'] = []

beforeAll(async () => {
  const script = resolve('recipes/build/build-components.mjs')
  const options = ['--json', '--out', out, '--platform', 'linux-x64']
  const { stdout } = await run(process.execPath, [script, ...options])
  artifacts = Report.parse(JSON.parse(stdout)).artifacts
}, BUILD_MS_MAX)
afterAll(() => {
  vi.unstubAllEnvs()
  folder.remove()
})

const recipeFiles = () => readdirSync(join(out, 'recipes')).filter((file) => file !== 'recipe.json')
const recipeOf = (file: string) => Recipe.parse(JSON.parse(readFileSync(join(out, 'recipes', file), 'utf8')))
const archiveOf = ({ component, version, file }: (typeof artifacts)[number]): Buffer =>
  readFileSync(join(out, 'artifacts', component, version, file))
const filesOf = (artifact: (typeof artifacts)[number] | undefined) =>
  unzipSync(artifact === undefined ? new Uint8Array() : archiveOf(artifact))

describe('the packages of the components', () => {
  it('have the same bytes whenever they are built: what the simulator runs was made by another process', () => {
    const compared = artifacts.flatMap((artifact) => {
      const folder = join('dist/unarchived', artifact.component, basename(artifact.file, '.zip'))
      // On another platform there is no runtime of this one.
      if (!existsSync(folder)) return []
      return Object.entries(filesOf(artifact)).map(([path, content]) => {
        expect(readFileSync(join(folder, path)).equals(content), join(folder, path)).toBe(true)
        return path
      })
    })
    expect(compared.filter((path) => path === 'main.mjs').length).toBeGreaterThan(3)
  })

  it('have the same bytes in every time zone and in whatever order their files come', async () => {
    const ours = artifacts.filter(({ component }) => component !== 'genba.Runtime')
    for (const zone of ['Asia/Tokyo', 'America/Anchorage']) {
      vi.stubEnv('TZ', zone)
      // As a process that was started there has it.
      vi.resetModules()
      const { zipOf } = await import('../../recipes/build/packages/zip.mjs')
      for (const artifact of ours) {
        const files = Object.entries(filesOf(artifact)).reverse()
        expect(archiveOf(artifact).equals(zipOf(new Map(files))), `${artifact.file} in ${zone}`).toBe(true)
      }
    }
  })

  it('stay small enough for a slow line, one by one', () => {
    for (const { component, file, sizeBytes } of artifacts) {
      const limit = component === 'genba.Runtime' ? RUNTIME_BYTES_MAX : ARTIFACT_BYTES_MAX
      expect(sizeBytes, file).toBeLessThanOrEqual(limit)
    }
  })

  it('lie where a recipe and a local deployment look for them, with the digest that the recipe states', () => {
    const stated = recipeFiles().flatMap((file) => {
      const { ComponentName: component, ComponentVersion: version, Manifests } = recipeOf(file)
      expect(file).toBe(`${component}-${version}.json`)
      return Manifests.flatMap(({ Artifacts }) => Artifacts).map(({ Uri, Digest }) => ({
        path: join(component, version, Uri.split('/').at(-1) ?? ''),
        digest: Digest,
      }))
    })
    const there = artifacts.map((artifact) => ({
      path: join(artifact.component, artifact.version, artifact.file),
      digest: createHash('sha256').update(archiveOf(artifact)).digest('base64'),
    }))
    const once = new Map(stated.map(({ path, digest }) => [path, digest]))
    expect(Object.fromEntries(once)).toEqual(
      Object.fromEntries(there.map(({ path, digest }) => [path, digest])),
    )
  })

  it('have the one recipe by the name under which the GDK publishes it, and a folder for its artifacts', () => {
    const recipe = recipeOf('recipe.json')
    expect(recipe).toEqual(recipeOf(`genba.Gateway-${recipe.ComponentVersion}.json`))
    expect(readdirSync(join(out, 'artifacts', 'genba.Gateway'))).toEqual([recipe.ComponentVersion])
  })

  it('have recipes that a nucleus takes, for nothing but the platform that was built', () => {
    for (const file of recipeFiles()) {
      const parsed: unknown = JSON.parse(readFileSync(join(out, 'recipes', file), 'utf8'))
      expect(parseRecipe(parsed, file).manifests.length).toBeGreaterThan(0)
    }
    const [runtime] = recipeFiles().filter((file) => file.startsWith('genba.Runtime'))
    const { Manifests } = recipeOf(runtime ?? '')
    expect(Manifests.map(({ Platform }) => `${Platform.os} ${Platform.architecture}`)).toEqual([
      'linux amd64',
    ])
  })

  it('carry native code for their own platform alone, and the licenses of all they carry', () => {
    const x64 = artifacts.find(({ file }) => file === 'Runtime-linux-x64.zip')
    const files = filesOf(x64)
    const native = Object.keys(files).filter((path) => path.endsWith('.node'))
    expect(native.sort()).toEqual([
      'node_modules/aws-crt/dist/bin/linux-x64-glibc/aws-crt-nodejs.node',
      'node_modules/classic-level/prebuilds/linux-x64/classic-level.node',
    ])
    const { libraries } = z
      .object({ libraries: z.record(z.string(), z.string()) })
      .parse(JSON.parse(Buffer.from(files['package.json'] ?? []).toString()))
    const notices = Buffer.from(files['NOTICES.txt'] ?? []).toString()
    for (const [name, version] of Object.entries(libraries))
      expect(notices).toContain(`\n${name} ${version} (`)
    expect(Object.keys(libraries)).toEqual(
      expect.arrayContaining(['aws-crt', 'classic-level', 'level', 'rxjs']),
    )
  })

  it('keep the names that a stack trace shows, in lines that can be read', () => {
    const processor = artifacts.find(({ file }) => file === 'Processor.zip')
    const files = filesOf(processor)
    const code = Buffer.from(files['main.mjs'] ?? []).toString()
    const names = ['function startOnGreengrass(', 'GenbaError=class extends Error', 'HandoffSender=class']
    expect(names.filter((name) => !code.includes(name))).toEqual([])
    const lengths = code.split('\n').map(({ length }) => length)
    const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length
    expect(mean).toBeLessThan(400)
  })
})
