import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { afterEach, describe, expect, it } from 'vitest'
import type { NucleusOptions } from '../../../../simulator/nucleus/core-device.ts'
import { until } from '../test-core.ts'
import { type ComponentParts, type DeployedCore, removeFolders, startDeployedCore } from './deployed-core.ts'

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

const digestOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('base64')

const withArtifact = (file: string, digest: string, unarchive = 'NONE'): ComponentParts => ({
  lifecycle: { run: 'cat {artifacts:decompressedPath}/bundle/deep/a.txt > seen; exec sleep 600' },
  artifacts: [{ Uri: `s3://bucket/${file}`, Unarchive: unarchive, Digest: digest, Algorithm: 'SHA-256' }],
})

const ADD_A = { rootComponentVersionsToAdd: { 'test.A': '1.0.0' } }

describe('a deployment that cannot be carried out', () => {
  it('is refused at once when the request cannot be read, naming the place', async () => {
    const { nucleus } = await start()
    const wrong = { rootComponentVersionsToAdd: { 'test.A': 'latest' } }
    expect(() => nucleus.deploy(wrong)).toThrow(
      expect.objectContaining({
        code: 'GENBA_DEPLOYMENT_INVALID',
        issues: [
          expect.objectContaining({ where: 'rootComponentVersionsToAdd["test.A"]', received: '"latest"' }),
        ],
      }),
    )
    expect(() => nucleus.deploy({ recipeDirectoryPath: '/not/there' })).toThrow('a folder that is not there')
    expect(nucleus.deployments()).toEqual([])
  })

  it('changes nothing where a version is missing, and says which and who asks', async () => {
    const { offer, deploy, running } = await start()
    offer('test.A', { needs: { 'test.B': '^2.0.0' } })
    offer('test.B', { version: '1.0.0' })
    const status = await deploy(ADD_A)
    expect(status).toMatchObject({
      status: 'FAILED',
      detailedStatus: 'FAILED_NO_STATE_CHANGE',
      errorStack: ['DEPLOYMENT_FAILURE', 'NO_AVAILABLE_COMPONENT_VERSION'],
      errorTypes: ['REQUEST_ERROR'],
    })
    expect(status.failureCause).toMatch(/test\.B.*\^2\.0\.0 for test\.A.*1\.0\.0/)
    expect(running()).toEqual([])
  })

  it('changes nothing where an artifact is not what its recipe says', async () => {
    const { offer, artifact, deploy, rootDir } = await start()
    offer('test.A', withArtifact('tool.sh', digestOf('expected')))
    artifact('test.A', '1.0.0', 'tool.sh', 'another')
    const status = await deploy(ADD_A)
    expect(status.errorStack).toEqual([
      'DEPLOYMENT_FAILURE',
      'ARTIFACT_DOWNLOAD_ERROR',
      'ARTIFACT_CHECKSUM_MISMATCH',
    ])
    expect(status.failureCause).toContain(digestOf('another'))
    expect(readdirSync(join(rootDir, 'packages', 'artifacts', 'test.A'))).toEqual([])
  })

  it('unpacks an archive, and refuses one that would leave its folder', async () => {
    const { offer, artifact, deploy, work, running } = await start()
    const good = zipSync({ 'deep/a.txt': strToU8('unpacked') })
    offer('test.A', withArtifact('bundle.zip', digestOf(good), 'ZIP'))
    artifact('test.A', '1.0.0', 'bundle.zip', good)
    expect(await deploy(ADD_A)).toMatchObject({ status: 'SUCCEEDED' })
    await until('it has read the file', () => work('test.A', 'seen') === 'unpacked')
    const bad = zipSync({ '../../escaped.txt': strToU8('out') })
    offer('test.A', { ...withArtifact('bundle.zip', digestOf(bad), 'ZIP'), version: '2.0.0' })
    artifact('test.A', '2.0.0', 'bundle.zip', bad)
    const status = await deploy({ rootComponentVersionsToAdd: { 'test.A': '2.0.0' } })
    expect(status).toMatchObject({
      detailedStatus: 'FAILED_NO_STATE_CHANGE',
      failureCause: expect.stringContaining('../../escaped.txt'),
    })
    expect(running()).toEqual(['test.A 1.0.0 RUNNING'])
  })

  it('takes what is in packages when nothing else can be reached', async () => {
    const { offer, deploy, nucleus, ended, running } = await start()
    offer('test.A', {})
    await deploy(ADD_A)
    await deploy({ rootComponentsToRemove: ['test.A'], rootComponentVersionsToAdd: {} })
    expect(running()).toEqual([])
    offer('test.A', { version: '1.1.0' })
    await deploy({ rootComponentVersionsToAdd: { 'test.A': '1.1.0' } })
    // The version before is kept; the folders that it came from are not named this time.
    const merge = { level: 3 }
    const id = nucleus.deploy({ componentToConfiguration: { 'test.A': { merge } } })
    expect(await ended(id)).toMatchObject({ status: 'SUCCEEDED' })
    const missing = nucleus.deploy({ rootComponentVersionsToAdd: { 'test.A': '3.0.0' } })
    expect(await ended(missing)).toMatchObject({ detailedStatus: 'FAILED_NO_STATE_CHANGE' })
    expect(running()).toEqual(['test.A 1.1.0 RUNNING'])
  })

  it('goes back when its components do not come up in time, and the next one goes on', async () => {
    const { offer, begin, ended, running } = await start({ deploymentTimeLimitMs: 400 })
    offer('test.A', { lifecycle: { startup: 'exec sleep 600' } })
    offer('test.B', {})
    const stuck = begin(ADD_A)
    const next = begin({ rootComponentVersionsToAdd: { 'test.B': '1.0.0' } })
    expect(await ended(stuck)).toMatchObject({
      detailedStatus: 'FAILED_ROLLBACK_COMPLETE',
      errorStack: expect.arrayContaining(['DEPLOYMENT_TIMED_OUT']),
    })
    expect(await ended(next)).toMatchObject({ status: 'SUCCEEDED' })
    expect(running()).toEqual(['test.B 1.0.0 RUNNING'])
  })

  it('is cancelled while it waits, and while it is prepared', async () => {
    let held: (() => void) | undefined
    const { nucleus, offer, begin, ended, running } = await start({
      onStage: (stage) =>
        stage === 'fetching' && held === undefined ? new Promise((go) => (held = go)) : undefined,
    })
    offer('test.A', {})
    const first = begin(ADD_A)
    const second = begin(ADD_A)
    await until('the first is being prepared', () => held !== undefined)
    expect(nucleus.cancel(second)).toBe(true)
    expect(nucleus.cancel(first)).toBe(true)
    held?.()
    expect((await ended(first)).status).toBe('CANCELED')
    expect((await ended(second)).status).toBe('CANCELED')
    expect(nucleus.cancel(first)).toBe(false)
    expect(running()).toEqual([])
  })

  it('stays as it is on lite, which has no way back', async () => {
    const { offer, deploy, running } = await start({ flavour: 'lite' })
    offer('test.A', {})
    await deploy(ADD_A)
    offer('test.A', { version: '2.0.0', lifecycle: { install: 'exit 1' } })
    const status = await deploy({ rootComponentVersionsToAdd: { 'test.A': '2.0.0' } })
    expect(status).toMatchObject({ status: 'FAILED', detailedStatus: 'FAILED_ROLLBACK_NOT_REQUESTED' })
    expect(running()).toEqual(['test.A 2.0.0 BROKEN'])
  }, 20_000)
})

describe('a dry run', () => {
  it('says what would change and why, and changes nothing', async () => {
    const { offer, nucleus, deploy, rootDir, running } = await start()
    offer('test.A', {
      configuration: { label: 'one' },
      lifecycle: { run: 'echo {configuration:/label}; exec sleep 600' },
    })
    offer('test.B', {})
    await deploy({ rootComponentVersionsToAdd: { 'test.A': '1.0.0', 'test.B': '1.0.0' } })
    const plan = await nucleus.plan({
      rootComponentsToRemove: ['test.B'],
      componentToConfiguration: { 'test.A': { merge: { label: 'two' } } },
    })
    expect(plan).toEqual({
      added: [],
      removed: [{ name: 'test.B', version: '1.0.0' }],
      updated: [],
      restarted: [{ name: 'test.A', why: 'its run step has changed' }],
      configuration: [{ component: 'test.A', path: ['label'], before: 'one', after: 'two' }],
      artifacts: [],
    })
    expect(running()).toEqual(['test.A 1.0.0 RUNNING', 'test.B 1.0.0 RUNNING'])
    expect(readdirSync(join(rootDir, 'deployments'))).toEqual(['deployments.json'])
  })
})
