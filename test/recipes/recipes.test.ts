import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { collector } from '../../components/collector/component.ts'
import { gateway } from '../../components/gateway/component.ts'
import { historian } from '../../components/historian/component.ts'
import { processor } from '../../components/processor/component.ts'
import { uplink } from '../../components/uplink/component.ts'
import { compileAccess } from '../../simulator/nucleus/authorization/access-control.ts'
import { parseRecipe } from '../../simulator/nucleus/recipe/parse-recipe.ts'
import { chooseManifest, describePlatform } from '../../simulator/nucleus/recipe/platform.ts'
import { CONFIGURED, NEEDS, SPELLED_ONLY, topicsInCode } from './needs.ts'
import { schemaDefaults } from './schema-defaults.ts'

const RECIPES = resolve('recipes')
/** What GreengrassV2 takes, as the GDK checks it. */
const RECIPE_BYTES_MAX = 16_000
/** The buffer of nucleus lite for the policies of one component. */
const ACCESS_BYTES_MAX = 4096

const DEFINITIONS = [collector, historian, processor, uplink, gateway]
const NAMES = [...DEFINITIONS.map(({ name }) => name), 'genba.Runtime']

const textOf = (name: string): string => readFileSync(join(RECIPES, `${name}.json`), 'utf8')
const recipeOf = (name: string) => parseRecipe(JSON.parse(textOf(name)), name)

const PUBSUB = 'aws.greengrass.ipc.pubsub'
const MQTT = 'aws.greengrass.ipc.mqttproxy'

/** Policies by id, by service. */
const AccessControl = z.record(
  z.string(),
  z.record(z.string(), z.object({ operations: z.array(z.string()), resources: z.array(z.string()) })),
)

describe.each(NAMES)('the recipe of %s', (name) => {
  it('is one that both nuclei take on Linux, within the size that the service allows', () => {
    const recipe = recipeOf(name)
    expect(Buffer.byteLength(textOf(name))).toBeLessThanOrEqual(RECIPE_BYTES_MAX)
    for (const flavour of ['lite', 'java'] as const) {
      const device = { ...describePlatform(flavour), os: 'linux' }
      expect(chooseManifest(recipe.manifests, device, flavour)?.platform['os']).toBe('linux')
    }
  })

  it('needs only what it can be deployed with', () => {
    for (const { name: dependency } of recipeOf(name).dependencies) expect(NAMES).toContain(dependency)
  })
})

describe.each(DEFINITIONS)('the recipe of the component $name', ({ name, version, config }) => {
  const { defaultConfiguration, version: recipeVersion, dependencies } = recipeOf(name)
  const { accessControl: access, ...defaults } = defaultConfiguration
  const accessControl = AccessControl.parse(access)

  it('has the version of its code', () => {
    expect(recipeVersion).toBe(version)
  })

  it('states the defaults of its schema', () => {
    expect(defaults).toEqual(schemaDefaults(config))
  })

  it('asks for exactly the rights that its topics need', () => {
    const policies = Object.values(accessControl).flatMap((each) => Object.values(each))
    const pairs = policies.flatMap(({ operations, resources }) =>
      operations.flatMap((operation) => resources.map((topic) => ({ operation, topic }))),
    )
    const operations = [...new Set(pairs.map(({ operation }) => operation))]
    const rights = operations.map((wanted) => {
      const topics = pairs.flatMap(({ operation, topic }) => (operation === wanted ? topic : []))
      return [wanted.replace('aws.greengrass#', ''), topics.sort()] as const
    })
    const needs = Object.entries(NEEDS[name] ?? {}).map(([operation, topics]) => [
      operation,
      Object.values(topics).sort(),
    ])
    expect(Object.fromEntries(rights)).toEqual(Object.fromEntries(needs))
  })

  it('has rights for the topics in its code and for no others', async () => {
    const named = new Set<string>(Object.values(NEEDS[name] ?? {}).flatMap(Object.keys))
    for (const topic of CONFIGURED[name] ?? []) named.delete(topic)
    for (const topic of SPELLED_ONLY[name] ?? []) named.add(topic)
    expect(await topicsInCode(name)).toEqual([...named].sort())
  })

  it('has policies that both nuclei take, under ids that no other component has', () => {
    expect(Buffer.byteLength(JSON.stringify(access))).toBeLessThanOrEqual(ACCESS_BYTES_MAX)
    for (const flavour of ['lite', 'java'] as const) {
      expect(compileAccess(access, { flavour }).faults).toEqual([])
    }
    for (const [service, each] of Object.entries(accessControl)) {
      const kind = { [PUBSUB]: 'pubsub', [MQTT]: 'mqttproxy' }[service]
      Object.keys(each).forEach((id, index) => {
        expect(id).toBe(`${name}:${kind}:${index + 1}`)
      })
    }
  })

  it('waits for the native packages, and works while the historian is away', () => {
    expect(dependencies).toContainEqual(expect.objectContaining({ name: 'genba.Runtime', type: 'HARD' }))
    const historianNeed = dependencies.find((dependency) => dependency.name === 'genba.Historian')
    const need = { 'genba.Historian': undefined, 'genba.Gateway': 'HARD' }
    expect(historianNeed?.type).toBe(name in need ? need[name as keyof typeof need] : 'SOFT')
  })
})

describe('genba.Gateway', () => {
  it('judges the components that it brings', () => {
    const { components } = gateway.config.parse({})
    expect([...components].sort()).toEqual(
      DEFINITIONS.map(({ name }) => name)
        .filter((name) => name !== gateway.name)
        .sort(),
    )
  })

  it('brings the whole stack, and is the component that the GDK builds', () => {
    const names = recipeOf('genba.Gateway').dependencies.map(({ name }) => name)
    expect(names.sort()).toEqual(NAMES.filter((name) => name !== 'genba.Gateway').sort())
    const gdk = JSON.parse(readFileSync('gdk-config.json', 'utf8'))
    expect(Object.keys(gdk.component)).toEqual(['genba.Gateway'])
    expect(gdk.component['genba.Gateway'].version).toBe(recipeOf('genba.Gateway').version)
    expect(JSON.parse(readFileSync('recipe.json', 'utf8'))).toEqual(JSON.parse(textOf('genba.Gateway')))
  })
})
