import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { componentCommand } from '../../../../simulator/cli/commands/component.ts'
import { configCommand } from '../../../../simulator/cli/commands/config.ts'
import { deployCommand } from '../../../../simulator/cli/commands/deploy.ts'
import { deploymentsCommand } from '../../../../simulator/cli/commands/deployments.ts'
import type { Context } from '../../../../simulator/cli/context.ts'
import { listenForControl } from '../../../../simulator/cli/control-server.ts'
import type { DeployingNucleus } from '../../../../simulator/cli/deploying/nucleus.ts'
import { deploymentRoutes } from '../../../../simulator/cli/deploying/routes.ts'
import { stateDirectory } from '../../../../simulator/cli/state-directory.ts'
import type { DeploymentRequest } from '../../../../simulator/nucleus/deployments/document/deployment-request.ts'
import type { DeploymentStatus } from '../../../../simulator/nucleus/deployments/engine/deployment-record.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { printedBy } from '../command-world.ts'

const folder = temporaryFolder()
const state = stateDirectory(join(folder.path, 'gateway'))
const asked: DeploymentRequest[] = []
const orders: string[] = []
const ended: DeploymentStatus[] = []

/** Each deployment ends at once: with success, unless it adds `site.Broken`. */
const nucleus: DeployingNucleus = {
  deploy(request) {
    asked.push(request)
    const isBroken = request.rootComponentVersionsToAdd?.['site.Broken'] !== undefined
    const deploymentId = `d-${asked.length}`
    const about = { deploymentId, source: 'local', targetArn: 'LOCAL_DEPLOYMENT', createdMs: 0 } as const
    ended.unshift(
      isBroken
        ? {
            ...about,
            status: 'FAILED',
            detailedStatus: 'FAILED_ROLLBACK_COMPLETE',
            failureCause: 'it is BROKEN',
          }
        : { ...about, status: 'SUCCEEDED', detailedStatus: 'SUCCESSFUL' },
    )
    return deploymentId
  },
  deployments: () => ended,
  cancel: () => false,
  groups: () => [],
  plan: async () => ({
    added: [],
    removed: [],
    updated: [{ name: 'site.Press', from: '1.0.0', to: '1.1.0' }],
    restarted: [{ name: 'site.Press', why: 'version 1.1.0 replaces 1.0.0' }],
    configuration: [{ component: 'site.Press', path: ['limit'], before: undefined, after: 5 }],
    artifacts: [{ component: 'site.Press', uri: 's3://b/Press.zip', sizeBytes: 57_000 }],
  }),
  configurationOf: () => [
    { path: ['limit', 'high'], value: 5, timeMs: 1, origin: { kind: 'default', detail: '1.0.0' } },
    { path: ['limit', 'low'], value: 2, timeMs: 1000, origin: { kind: 'deployment', detail: 'd-1' } },
  ],
  components: () => [
    { name: 'site.Press', version: '1.0.0', state: 'RUNNING', pid: 1, restarts: 0, rssBytes: null },
  ],
  restart: async (name) => void orders.push(`restart ${name}`),
  stopOne: async (name) => void orders.push(`stop ${name}`),
}

let close = async (): Promise<void> => {}
beforeAll(async () => {
  mkdirSync(state.greengrass, { recursive: true })
  const server = await listenForControl(state.path)
  server.serve(new Map(deploymentRoutes(nucleus)))
  close = server.close
})
afterAll(async () => {
  await close()
  folder.remove()
})

const run = (command: (context: Context) => Command, ...args: readonly string[]) =>
  printedBy(command, ...args, '--state', state.path)

describe('a local deployment', () => {
  it('asks the nucleus for what greengrass-cli would ask it', async () => {
    const limit = '{"site.Press":{"MERGE":{"limit":5},"RESET":["/old"]}}'
    const places = ['--recipe-dir', folder.path, '--artifact-dir', folder.path]
    const what = ['--merge', 'site.Press=1.1.0', '--remove', 'site.Saw', '--update-config', limit]
    const options = ['--group', 'presses', '--on-failure', 'nothing', '--wait']
    const said = await run(deployCommand, ...places, ...what, ...options)
    expect(said).toContain('d-1: SUCCEEDED\n')
    expect(asked).toEqual([
      {
        rootComponentVersionsToAdd: { 'site.Press': '1.1.0' },
        rootComponentsToRemove: ['site.Saw'],
        componentToConfiguration: { 'site.Press': { merge: { limit: 5 }, reset: ['/old'] } },
        recipeDirectoryPath: folder.path,
        artifactsDirectoryPath: folder.path,
        groupName: 'presses',
        failureHandlingPolicy: 'DO_NOTHING',
      },
    ])
  })

  it('carries a configuration longer than an address may be', async () => {
    const text = 'x'.repeat(100_000)
    await run(deployCommand, '--update-config', JSON.stringify({ 'site.Press': { MERGE: { text } } }))
    expect(asked.at(-1)?.componentToConfiguration?.['site.Press']?.merge).toEqual({ text })
  })

  it('fails with the cause when it is waited for', async () => {
    await expect(run(deployCommand, '--merge', 'site.Broken=1.0.0', '--wait')).rejects.toMatchObject({
      code: 'GENBA_DEPLOYMENT_FAILED',
      issues: [{ received: 'it is BROKEN' }],
    })
  })

  it('says before what it would do, and does nothing', async () => {
    const before = asked.length
    expect(await run(deployCommand, '--merge', 'site.Press=1.1.0', '--dry-run')).toBe(
      [
        '~ site.Press 1.0.0 → 1.1.0',
        'restarts site.Press: version 1.1.0 replaces 1.0.0',
        'configuration site.Press /limit: nothing → 5',
        'downloads s3://b/Press.zip for site.Press (57.0 kB)',
        '',
      ].join('\n'),
    )
    expect(asked.length).toBe(before)
  })

  it.each([
    ['nothing', []],
    ['a version that is none', ['--merge', 'site.Press=new']],
    ['a file where a version belongs', ['--merge', 'windows.yaml']],
    ['what only a cloud can do', ['--component', 'site.Press=1.0.0']],
    ['configuration in another shape', ['--update-config', '{"site.Press":{"limit":5}}']],
  ])('refuses %s', async (_what, args) => {
    await expect(run(deployCommand, ...args)).rejects.toMatchObject({ code: 'GENBA_USAGE' })
  })
})

describe('what a gateway was given', () => {
  it('is listed, shown one by one, and cancelled only while it waits', async () => {
    expect(await run(deploymentsCommand)).toContain('FAILED')
    expect(await run(deploymentsCommand, 'd-1')).toContain('Detailed Status: SUCCESSFUL')
    const unknown = run(deploymentsCommand, 'd-99')
    await expect(unknown).rejects.toMatchObject({ code: 'GENBA_DEPLOYMENT_UNKNOWN' })
    const late = run(deploymentsCommand, 'd-1', '--cancel')
    await expect(late).rejects.toMatchObject({ code: 'GENBA_DEPLOYMENT_FIXED' })
  })

  it('runs in components that are listed and ordered by their short names', async () => {
    expect(await run(componentCommand, 'list')).toBe(
      [
        'Components currently running in Greengrass:',
        'Component Name: site.Press',
        '    Version: 1.0.0',
        '    State: RUNNING',
        '    Configuration: {"limit":{"high":5,"low":2}}',
        '',
      ].join('\n'),
    )
    await run(componentCommand, 'stop', 'press')
    await run(componentCommand, 'restart', 'press')
    expect(orders).toEqual(['stop site.Press', 'restart site.Press'])
    const unknown = run(componentCommand, 'stop', 'saw')
    await expect(unknown).rejects.toMatchObject({ code: 'GENBA_COMPONENT_UNKNOWN' })
  })

  it('shows where each value comes from', async () => {
    expect(await run(configCommand, 'show', 'press', '--origin')).toBe(
      [
        'path         origin            since                     value',
        '/limit/high  default of 1.0.0                            5',
        '/limit/low   deployment d-1    1970-01-01T00:00:01.000Z  2',
        '',
      ].join('\n'),
    )
  })
})
