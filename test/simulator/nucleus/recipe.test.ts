import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../shared/bytes/json.ts'
import { findProblem } from '../../../simulator/nucleus/recipe/check-recipe.ts'
import { orderByDependency } from '../../../simulator/nucleus/recipe/dependency-order.ts'
import { parseRecipe } from '../../../simulator/nucleus/recipe/parse-recipe.ts'
import { chooseManifest } from '../../../simulator/nucleus/recipe/platform.ts'
import { intersectRanges, satisfies } from '../../../simulator/nucleus/recipe/version.ts'

const smallest = {
  RecipeFormatVersion: '2020-01-25',
  ComponentName: 'test.Kiln',
  ComponentVersion: '1.0.0',
  Manifests: [{ Platform: { os: 'linux' }, Lifecycle: { run: 'node main.js' } }],
}

const withManifest = (manifest: JsonObject) => ({ ...smallest, Manifests: [manifest] })

describe('a recipe', () => {
  it('is read with its defaults', () => {
    expect(parseRecipe(smallest, 'kiln.json')).toMatchObject({
      name: 'test.Kiln',
      type: 'aws.greengrass.generic',
      defaultConfiguration: {},
      dependencies: [],
      manifests: [{ lifecycle: { steps: { run: { script: 'node main.js', timeoutMs: null } } } }],
    })
  })

  it('may spell keys, steps and types in any case', () => {
    const recipe = parseRecipe(
      {
        recipeformatversion: '2020-01-25',
        COMPONENTNAME: 'test.Kiln',
        componentVersion: '1.0.0',
        componentDependencies: { 'test.Lib': { versionRequirement: '^1.0.0', dependencyType: 'soft' } },
        manifests: [{ LIFECYCLE: { Install: { script: 'npm ci', TIMEOUT: '7' } } }],
      },
      'kiln.json',
    )
    expect(recipe.dependencies).toEqual([{ name: 'test.Lib', range: '^1.0.0', type: 'SOFT' }])
    expect(recipe.manifests[0]?.lifecycle.steps.install).toMatchObject({ script: 'npm ci', timeoutMs: 7000 })
  })

  it('takes the global lifecycle, by selection, where a manifest has none of its own', () => {
    const Lifecycle = { arm: { run: 'a' }, all: { run: 'b' } }
    const manifests = [{ Selections: ['arm'] }, {}, { Lifecycle: { run: 'own' } }]
    const recipe = parseRecipe({ ...smallest, Manifests: manifests, Lifecycle }, 'kiln.json')
    expect(recipe.manifests.map(({ lifecycle }) => lifecycle.steps.run?.script)).toEqual(['a', 'b', 'own'])
  })

  it.each<[string, unknown, string]>([
    ['no format', { ...smallest, RecipeFormatVersion: undefined }, '/RecipeFormatVersion'],
    ['a name with a slash', { ...smallest, ComponentName: 'a/b' }, '/ComponentName'],
    ['a version of two numbers', { ...smallest, ComponentVersion: '1.0' }, '/ComponentVersion'],
    ['no manifest', { ...smallest, Manifests: [] }, '/Manifests'],
    [
      'a step without a script',
      withManifest({ Lifecycle: { run: { Timeout: 5 } } }),
      '/Manifests/0/Lifecycle/run/Script',
    ],
    ['a platform that is text', withManifest({ Platform: 'linux' }), '/Manifests/0/Platform'],
    [
      'an artifact without a scheme',
      withManifest({ Artifacts: [{ Uri: 'a.zip' }] }),
      '/Manifests/0/Artifacts/0/Uri',
    ],
    [
      'a range that is none',
      { ...smallest, ComponentDependencies: { x: { VersionRequirement: '>=1.0.0, <2' } } },
      '/ComponentDependencies/x/VersionRequirement',
    ],
    ['a manifest that is null', { ...smallest, Manifests: [null] }, '/Manifests/0'],
    [
      'an address with a space',
      withManifest({ Artifacts: [{ Uri: 's3://b/my file' }] }),
      '/Manifests/0/Artifacts/0/Uri',
    ],
    [
      'a permission that is none',
      withManifest({ Artifacts: [{ Uri: 's3://b/k', Permission: { Execute: 'ANYONE' } }] }),
      '/Manifests/0/Artifacts/0/Permission/Execute',
    ],
    [
      'a half second as the limit of a step',
      withManifest({ Lifecycle: { run: { Script: 'x', Timeout: 0.5 } } }),
      '/Manifests/0/Lifecycle/run/Timeout',
    ],
    [
      'a step of the shared lifecycle that is a list',
      { ...smallest, Lifecycle: { run: [] } },
      '/Lifecycle/run',
    ],
    [
      'a dependency with a slash in its name and no range',
      { ...smallest, ComponentDependencies: { 'a/b': {} } },
      '/ComponentDependencies/a~1b/VersionRequirement',
    ],
    ['17 kB', { ...smallest, ComponentDescription: 'd'.repeat(17_000) }, '(recipe)'],
    ['no map at all', 'recipe', '(recipe)'],
  ])('with %s is refused and the place named', (_, document, place) => {
    expect(() => parseRecipe(document, 'kiln.json')).toThrow(
      expect.objectContaining({
        code: 'GENBA_RECIPE_INVALID',
        issues: [expect.objectContaining({ where: `kiln.json ${place}` })],
      }),
    )
  })
})

describe('the problem of a recipe', () => {
  it('is told as the part and the place, or as none', () => {
    expect(findProblem(smallest)).toBeUndefined()
    expect(findProblem({ ...smallest, COMPONENTNAME: '', ComponentName: undefined })).toEqual({
      part: 'name',
      path: '/COMPONENTNAME',
    })
    expect(findProblem({ ...smallest, ComponentType: 'mine' })).toMatchObject({ part: 'format' })
    expect(findProblem(withManifest({ Platform: { os: ['linux'] } }))).toEqual({
      part: 'platform',
      path: '/Manifests/0/Platform/os',
    })
  })

  it('does not lie in what nuclei are generous about', () => {
    const lifecycle = { run: { Script: '', Timeout: 'soon', Setenv: 'A=1', RequiresPrivilege: 'true' } }
    expect(findProblem(withManifest({ Lifecycle: lifecycle, Platform: { os: null } }))).toBeUndefined()
    expect(
      findProblem({
        ...smallest,
        ComponentType: 'aws.greengrass.plugin',
        Manifests: [{ Lifecycle: { run: { RequiresPrivilege: true } } }],
      }),
    ).toBeUndefined()
    const anyVersion = { a: { VersionRequirement: '' }, b: { VersionRequirement: 'latest' } }
    expect(findProblem({ ...smallest, ComponentDependencies: anyVersion })).toBeUndefined()
  })
})

describe('the choice of a manifest', () => {
  const linux = { os: 'linux', architecture: 'aarch64' }
  const choose = (platforms: readonly Record<string, string>[], flavour: 'java' | 'lite') =>
    chooseManifest(
      platforms.map((platform, index) => ({ platform, index })),
      flavour === 'lite' ? { ...linux, runtime: 'aws_nucleus_lite' } : linux,
      flavour,
    )?.index

  it('takes the first of which every key fits', () => {
    expect(choose([{ os: 'windows' }, { os: 'linux', architecture: 'amd64' }, { os: 'linux' }], 'java')).toBe(
      2,
    )
  })

  it('reads expressions as Java does', () => {
    expect(choose([{ os: '/(?i)LIN.X/' }], 'java')).toBe(0)
    expect(choose([{ os: '/(?!win).*/' }], 'java')).toBe(0)
    expect(choose([{ os: '/lin/' }, { os: '/[/' }, { os: 'linux' }], 'java')).toBe(2)
  })

  it('knows expressions and "all" on Java only', () => {
    expect(choose([{ os: '/lin.*/', architecture: 'all' }], 'java')).toBe(0)
    expect(choose([{ os: '/lin.*/', runtime: '*' }], 'lite')).toBeUndefined()
  })

  it('wants os and runtime on lite, and takes "*" for both', () => {
    expect(choose([{ os: 'linux' }, { os: '*', runtime: '*' }], 'lite')).toBe(1)
  })

  it('passes over what only lite has on Java, unless it is "*"', () => {
    expect(
      choose(
        [
          { os: 'linux', runtime: 'aws_nucleus_lite' },
          { os: 'linux', runtime: '*' },
        ],
        'java',
      ),
    ).toBe(1)
  })
})

describe('a version range', () => {
  it.each([
    ['1.2.3', '^1.0.0', true],
    ['2.0.0', '^1.0.0', false],
    ['0.2.5', '^0.2.3', true],
    ['0.3.0', '^0.2.3', false],
    ['1.2.9', '~1.2.3', true],
    ['1.3.0', '~1.2.3', false],
    ['1.5.0', '>=1.0.0 <2.0.0', true],
    ['2.0.0', '>=1.0.0 <2.0.0', false],
    ['3.1.0', '1.x || 3.x', true],
    ['0.1.0', '*', true],
    ['1.0.0-beta', '^1.0.0', false],
    ['1.0.0-beta', '1.0.0-beta', true],
    ['1.1.0-beta', '^1.1.0-alpha', true],
    ['1.2.0', 'latest', true],
    ['1.0.0', 'newest', false],
    ['1.4.0', '1.0.0 - 1.4.0', true],
  ])('%s lies in %s: %s', (version, range, expected) => {
    expect(satisfies(version, range)).toBe(expected)
  })
})

describe('the common range of several', () => {
  it.each([
    [['^1.0.0', '<1.5.0'], '1.4.9', true],
    [['^1.0.0', '<1.5.0'], '1.5.0', false],
    [['1.0.0 - 1.4.0', '>1.0.0'], '1.0.0', false],
    [['^1.1.0-alpha', '^1.0.0'], '1.1.0-beta', true],
    [['1.x || 3.x', '>=2.0.0'], '3.1.0', true],
    [['1.x || 3.x', '>=2.0.0'], '1.5.0', false],
    [['*', ''], '0.0.1', true],
    [[], '7.0.0', true],
  ])('%j takes %s: %s', (ranges, version, expected) => {
    expect(satisfies(version, intersectRanges(ranges))).toBe(expected)
  })
})

describe('the order of components', () => {
  const component = (name: string, ...needs: string[]) => ({
    name,
    version: '1.0.0',
    dependencies: needs.map((need) => ({
      name: need.replace('?', ''),
      range: '^1.0.0',
      type: need.endsWith('?') ? ('SOFT' as const) : ('HARD' as const),
    })),
  })

  it('puts what is needed before what needs it, hard or soft', () => {
    const ordered = orderByDependency([
      component('d', 'c?', 'a'),
      component('c', 'b'),
      component('b'),
      component('a'),
    ])
    expect(ordered.map(({ name }) => name)).toEqual(['b', 'c', 'a', 'd'])
  })

  it('does without a soft dependency that is not deployed', () => {
    expect(orderByDependency([component('a', 'gone?')])).toHaveLength(1)
  })

  it('does not need the nucleus to be deployed', () => {
    expect(orderByDependency([component('a', 'aws.greengrass.Nucleus')])).toHaveLength(1)
  })

  it.each([
    ['a missing dependency', [component('a', 'gone')]],
    ['a circle', [component('a', 'b'), component('b', 'a')]],
    ['a version out of range', [component('a', 'b'), { ...component('b'), version: '2.0.0' }]],
  ])('refuses %s', (_, components) => {
    expect(() => orderByDependency(components)).toThrow(
      expect.objectContaining({ code: 'GENBA_RECIPE_DEPENDENCY' }),
    )
  })
})
