import { lstatSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { NucleusOptions } from '../../../../simulator/nucleus/core-device.ts'
import { until } from '../test-core.ts'
import {
  type ComponentParts,
  type DeployedCore,
  newFolder,
  recipeOf,
  removeFolders,
  startDeployedCore,
} from './deployed-core.ts'

let core: DeployedCore | undefined

async function start(
  rootDir: string,
  components: Readonly<Record<string, ComponentParts>>,
  options: Partial<NucleusOptions> = {},
): Promise<DeployedCore> {
  await core?.stop()
  core = await startDeployedCore({
    rootDir,
    initial: {
      groupName: 'genba-gateways',
      components: Object.entries(components).map(([name, parts]) => ({
        recipe: recipeOf(name, parts),
        artifactsDir: tmpdir(),
        configuration: { site: 'north' },
      })),
    },
    ...options,
  })
  return core
}

afterEach(async () => {
  await core?.stop()
  core = undefined
  removeFolders()
})

const deploymentIdOf = ({ nucleus }: DeployedCore): string | undefined =>
  nucleus.groups().find(({ name }) => name === 'thinggroup/genba-gateways')?.deploymentId

describe('the components that a gateway is made with', () => {
  it('are links, and the first revision of their group', async () => {
    const rootDir = newFolder()
    const { nucleus, value, running } = await start(rootDir, { 'test.A': { configuration: { level: 1 } } })
    expect(nucleus.groups()).toMatchObject([
      {
        name: 'thinggroup/genba-gateways',
        targetArn: 'arn:aws:iot:ap-northeast-1:123456789012:thinggroup/genba-gateways',
        deploymentId: expect.stringMatching(/^initial-[0-9a-f]+$/),
        roots: { 'test.A': '1.0.0' },
      },
    ])
    expect(lstatSync(join(rootDir, 'packages', 'artifacts', 'test.A', '1.0.0')).isSymbolicLink()).toBe(true)
    expect(value('test.A', 'site')).toBe('north')
    expect(nucleus.deployments()).toEqual([])
    await until('it runs', () => running()[0] === 'test.A 1.0.0 RUNNING')
  })

  it('are deployed again only when they have changed, and what was changed by hand stays', async () => {
    const rootDir = newFolder()
    const first = await start(rootDir, { 'test.A': { configuration: { level: 1 } }, 'test.B': {} })
    const firstId = deploymentIdOf(first)
    await first.nucleus.mergeConfiguration('test.A', { site: 'south' })
    const second = await start(rootDir, { 'test.A': { configuration: { level: 1 } }, 'test.B': {} })
    expect(deploymentIdOf(second)).toBe(firstId)
    const third = await start(rootDir, {
      'test.A': { configuration: { level: 1 } },
      'test.C': { version: '2.0.0' },
    })
    expect(deploymentIdOf(third)).not.toBe(firstId)
    expect(third.value('test.A', 'site')).toBe('south')
    expect(third.nucleus.components().map(({ name }) => name)).toEqual(['test.A', 'test.C'])
    const fourth = await start(rootDir, { 'test.A': { configuration: { level: 1, more: true } } })
    expect(fourth.value('test.A', 'site')).toBe('north')
    expect(fourth.value('test.A', 'more')).toBe(true)
  })

  it('give way to a deployment, and say so', async () => {
    const rootDir = newFolder()
    const first = await start(rootDir, { 'test.A': {} })
    first.offer('test.A', { version: '1.1.0' })
    await first.deploy({
      groupName: 'genba-gateways',
      rootComponentVersionsToAdd: { 'test.A': '1.1.0' },
    })
    const second = await start(rootDir, { 'test.A': { version: '1.2.0' } })
    expect(second.nucleus.notes).toEqual([
      expect.stringContaining('the built-in components are not deployed'),
    ])
    await until('it runs', () => second.running()[0] === 'test.A 1.1.0 RUNNING')
  })

  it('live beside what was deployed locally', async () => {
    const rootDir = newFolder()
    const first = await start(rootDir, { 'test.A': {} })
    first.offer('test.Own', { needs: { 'test.A': '^1.0.0' } })
    await first.deploy({ rootComponentVersionsToAdd: { 'test.Own': '1.0.0' } })
    const second = await start(rootDir, { 'test.A': { version: '1.3.0' } })
    await until('both run', () => second.running().join() === 'test.A 1.3.0 RUNNING,test.Own 1.0.0 RUNNING')
    const third = await start(rootDir, { 'test.A': { version: '2.0.0' } })
    expect(third.nucleus.notes).toEqual([expect.stringContaining('not deployed again')])
    const effective = JSON.parse(readFileSync(join(rootDir, 'config', 'effectiveConfig.yaml'), 'utf8'))
    expect(effective.services['test.A'].version).toBe('1.3.0')
  })

  it('conflict with another version that only the local group wants', async () => {
    const { offer, deploy } = await start(newFolder(), { 'test.A': {} })
    offer('test.A', { version: '1.1.0' })
    expect(await deploy({ rootComponentVersionsToAdd: { 'test.A': '1.1.0' } })).toMatchObject({
      detailedStatus: 'FAILED_NO_STATE_CHANGE',
      errorStack: expect.arrayContaining(['COMPONENT_VERSION_REQUIREMENTS_NOT_MET']),
    })
  })
})
