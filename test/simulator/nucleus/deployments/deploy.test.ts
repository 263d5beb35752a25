import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { NucleusOptions } from '../../../../simulator/nucleus/core-device.ts'
import type { DeploymentStage } from '../../../../simulator/nucleus/deployments/engine/engine-parts.ts'
import { type DeployedCore, removeFolders, startDeployedCore } from './deployed-core.ts'

/** A foreign component as a shell script, with two others that it needs; real processes, java's order of things. */
let core: DeployedCore | undefined

async function start(options: Partial<NucleusOptions> = {}): Promise<DeployedCore> {
  core = await startDeployedCore(options)
  return core
}

afterEach(async () => {
  await core?.stop()
  core = undefined
  removeFolders()
})

const APP = {
  lifecycle: {
    bootstrap: 'echo bootstrap {configuration:/label} >> story',
    install: 'echo install {configuration:/label} >> story',
    run: 'echo run {configuration:/label} >> story; exec sleep 600',
  },
  configuration: { label: 'one', nested: { deep: { level: 1 }, list: [1, 2] } },
  needs: { 'test.Base': '^1.0.0', 'test.Tool': '^1.0.0' },
}

function offerAll({ offer }: DeployedCore): void {
  offer('test.Base', { lifecycle: { startup: 'echo base up', shutdown: 'echo base down' } })
  offer('test.Tool', { needs: { 'test.Base': '^1.0.0' } })
  offer('test.App', APP)
  offer('test.App', { ...APP, version: '2.0.0', lifecycle: { ...APP.lifecycle, startup: 'exit 1' } })
}

const ADD = { rootComponentVersionsToAdd: { 'test.App': '1.0.0' } }
const RUNNING = ['test.App 1.0.0 RUNNING', 'test.Base 1.0.0 RUNNING', 'test.Tool 1.0.0 RUNNING']

describe('a local deployment of a component in sh with two dependencies', () => {
  it('installs them in order, bootstraps, configures and runs', async () => {
    const stages: DeploymentStage[] = []
    const deployed = await start({ onStage: (stage) => void stages.push(stage) })
    offerAll(deployed)
    const merge = { nested: { deep: { level: 2 } } }
    const status = await deployed.deploy({ ...ADD, componentToConfiguration: { 'test.App': { merge } } })
    expect(status).toMatchObject({
      status: 'SUCCEEDED',
      detailedStatus: 'SUCCESSFUL',
      source: 'local',
      targetArn: 'LOCAL_DEPLOYMENT',
    })
    expect(deployed.running()).toEqual(RUNNING)
    expect(deployed.work('test.App', 'story')).toBe('bootstrap one\ninstall one\nrun one\n')
    expect(deployed.value('test.App', 'nested', 'deep', 'level')).toBe(2)
    expect(stages).toEqual(
      ['begun', 'resolving', 'fetching', 'configuring', 'notifying', 'validating', 'journaled']
        .concat(['bootstrapping', 'merging', 'merged', 'settling', 'removing', 'committed'])
        .concat(['recorded', 'ended']),
    )
    expect(deployed.nucleus.groups()).toMatchObject([
      { name: 'LOCAL_DEPLOYMENT', roots: { 'test.App': '1.0.0' } },
    ])
  })

  it('restarts only what now runs otherwise, and says who set a value', async () => {
    const deployed = await start()
    offerAll(deployed)
    const first = await deployed.deploy(ADD)
    const update = { merge: { label: 'two' }, reset: ['/nested/deep'] }
    const second = await deployed.deploy({ componentToConfiguration: { 'test.App': update } })
    expect([first.status, second.status]).toEqual(['SUCCEEDED', 'SUCCEEDED'])
    expect(deployed.work('test.App', 'story').split('\n').slice(3)).toEqual([
      'bootstrap two',
      'install two',
      'run two',
      '',
    ])
    const origins = deployed.nucleus.configurationOf('test.App').map(({ path, origin }) => [path[0], origin])
    expect(origins).toContainEqual(['label', { kind: 'deployment', detail: second.deploymentId }])
    expect(origins).toContainEqual(['nested', { kind: 'default', detail: '1.0.0' }])
  })

  it('removes what no group needs any more, and deletes its packages', async () => {
    const deployed = await start()
    offerAll(deployed)
    await deployed.deploy(ADD)
    await deployed.deploy({ rootComponentVersionsToAdd: { 'test.Tool': '1.0.0' } })
    await deployed.deploy({ rootComponentsToRemove: ['test.App'] })
    expect(deployed.running()).toEqual(RUNNING.slice(1))
    expect(readdirSync(join(deployed.rootDir, 'packages', 'recipes')).sort()).toEqual([
      'test.Base-1.0.0.json',
      'test.Tool-1.0.0.json',
    ])
    expect(existsSync(join(deployed.rootDir, 'packages', 'artifacts', 'test.App', '1.0.0'))).toBe(false)
  })

  it('goes back to the old version and configuration when the new one breaks', async () => {
    const deployed = await start()
    offerAll(deployed)
    await deployed.deploy(ADD)
    const status = await deployed.deploy({
      rootComponentVersionsToAdd: { 'test.App': '2.0.0' },
      componentToConfiguration: { 'test.App': { merge: { label: 'broken' } } },
    })
    expect(status).toMatchObject({
      status: 'FAILED',
      detailedStatus: 'FAILED_ROLLBACK_COMPLETE',
      errorStack: ['DEPLOYMENT_FAILURE', 'COMPONENT_UPDATE_ERROR', 'COMPONENT_BROKEN'],
      errorTypes: ['USER_COMPONENT_ERROR'],
      failureCause: expect.stringContaining('test.App'),
    })
    expect(deployed.running()).toEqual(RUNNING)
    expect(deployed.value('test.App', 'label')).toBe('one')
    expect(deployed.nucleus.groups()).toMatchObject([{ roots: { 'test.App': '1.0.0' } }])
    const states = deployed
      .log('greengrass')
      .split('\n')
      .filter((line) => line.includes('test.App: '))
    expect(states.filter((line) => line.includes('→ BROKEN'))).toHaveLength(1)
    expect(states.filter((line) => line.includes('→ ERRORED')).length).toBeGreaterThanOrEqual(2)
    expect(states.at(-1)).toContain('→ RUNNING')
  })

  it('leaves the new version when nobody asks for the way back', async () => {
    const deployed = await start()
    offerAll(deployed)
    const status = await deployed.deploy({
      rootComponentVersionsToAdd: { 'test.App': '2.0.0' },
      failureHandlingPolicy: 'DO_NOTHING',
    })
    expect(status).toMatchObject({ status: 'FAILED', detailedStatus: 'FAILED_ROLLBACK_NOT_REQUESTED' })
    expect(deployed.running()).toContain('test.App 2.0.0 BROKEN')
    expect(deployed.nucleus.groups()).toMatchObject([{ roots: { 'test.App': '2.0.0' } }])
  })

  it('fails and changes nothing when a bootstrap step fails', async () => {
    const deployed = await start()
    offerAll(deployed)
    await deployed.deploy(ADD)
    const lifecycle = { ...APP.lifecycle, bootstrap: 'exit 7' }
    deployed.offer('test.App', { ...APP, version: '3.0.0', lifecycle })
    const status = await deployed.deploy({ rootComponentVersionsToAdd: { 'test.App': '3.0.0' } })
    expect(status).toMatchObject({
      detailedStatus: 'FAILED_ROLLBACK_COMPLETE',
      errorStack: expect.arrayContaining(['COMPONENT_BOOTSTRAP_ERROR']),
    })
    expect(deployed.running()).toEqual(RUNNING)
  })

  it('goes on after a bootstrap step that asks for a restart', async () => {
    const deployed = await start()
    deployed.offer('test.A', { lifecycle: { bootstrap: 'exit 100', run: 'exec sleep 600' } })
    deployed.offer('test.B', {
      lifecycle: { bootstrap: 'exit 101', run: 'exec sleep 600' },
      needs: { 'test.A': '*' },
    })
    const status = await deployed.deploy({ rootComponentVersionsToAdd: { 'test.B': '1.0.0' } })
    expect(status.status).toBe('SUCCEEDED')
    expect(deployed.log('greengrass')).toContain('test.A asks for a restart of the nucleus')
    expect(deployed.running()).toEqual(['test.A 1.0.0 RUNNING', 'test.B 1.0.0 RUNNING'])
  })
})
