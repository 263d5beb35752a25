import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPackages } from '../../../simulator/cli/deploying/package-folder.ts'
import { nextVersions } from '../../../simulator/updates/next-versions.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
const built = join(folder.path, 'built')
const out = join(folder.path, 'next')

beforeAll(() => {
  build('site.Press', { 'Press.zip': { 'main.mjs': 'run()' }, 'Worker.zip': { 'worker.mjs': 'work()' } })
  build('site.Oven', { 'Oven.zip': { 'main.mjs': 'heat()' } })
})
afterAll(() => folder.remove())

const digestOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('base64')

/** A component as the build leaves it. */
function build(name: string, archives: Readonly<Record<string, Readonly<Record<string, string>>>>): void {
  const artifacts = join(built, 'artifacts', name, '0.1.0')
  for (const path of [artifacts, join(built, 'recipes')]) mkdirSync(path, { recursive: true })
  const listed = Object.entries(archives).map(([file, texts]) => {
    const content = zipSync(
      Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, strToU8(text)])),
    )
    writeFileSync(join(artifacts, file), content)
    const Uri = `s3://site/${name}/0.1.0/${file}`
    return { Uri, Unarchive: 'ZIP', Digest: digestOf(content), Algorithm: 'SHA-256' }
  })
  const recipe = {
    RecipeFormatVersion: '2020-01-25',
    ComponentName: name,
    ComponentVersion: '0.1.0',
    Manifests: [{ Platform: { os: 'linux' }, Artifacts: listed }, { Lifecycle: {} }],
  }
  writeFileSync(join(built, 'recipes', `${name}-0.1.0.json`), JSON.stringify(recipe))
}

describe('the next versions of built components', () => {
  it('are the same archives under a new version, as a folder of packages', () => {
    const made = nextVersions(built, join(out, 'same'), ['site.Press', 'site.Oven'], 3)
    expect(made.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'site.Press 0.1.3',
      'site.Oven 0.1.3',
    ])
    const [press] = made
    expect(press?.recipe.Manifests[0]?.Artifacts?.map(({ Uri }) => Uri)).toEqual([
      's3://site/site.Press/0.1.3/Press.zip',
      's3://site/site.Press/0.1.3/Worker.zip',
    ])
    for (const { path, digest } of press?.files ?? []) expect(digestOf(readFileSync(path))).toBe(digest)
    expect([...readPackages(join(out, 'same'))].reverse()).toEqual(made)
  })

  it('have another main.mjs and its digest where one is given, and nothing else', () => {
    const mains = { 'site.Press': 'process.exit(1)' }
    const [press, oven] = nextVersions(built, join(out, 'broken'), ['site.Press', 'site.Oven'], 1, { mains })
    const textsOf = (path: string) =>
      Object.entries(unzipSync(readFileSync(path))).map(([name, content]) => [name, strFromU8(content)])
    expect(press?.files.map(({ path }) => textsOf(path))).toEqual([
      [['main.mjs', 'process.exit(1)']],
      [['worker.mjs', 'work()']],
    ])
    expect(oven?.files.map(({ path }) => textsOf(path))).toEqual([[['main.mjs', 'heat()']]])
    for (const { path, digest } of press?.files ?? []) expect(digestOf(readFileSync(path))).toBe(digest)
    expect(press?.recipe.Manifests[0]?.Artifacts?.map(({ Digest }) => Digest)).toEqual(
      press?.files.map(({ digest }) => digest),
    )
  })

  it('cannot be made of what has not been built', () => {
    expect(() => nextVersions(built, out, ['site.Lathe'], 1)).toThrow(/no built component site\.Lathe/)
  })
})
