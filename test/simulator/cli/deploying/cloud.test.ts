import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployCommand } from '../../../../simulator/cli/commands/deploy.ts'
import { deploymentsCommand } from '../../../../simulator/cli/commands/deployments.ts'
import { publishCommand } from '../../../../simulator/cli/commands/publish.ts'
import { listenForControl, sendJson } from '../../../../simulator/cli/control-server.ts'
import { stateDirectory } from '../../../../simulator/cli/state-directory.ts'
import { startControlPlane } from '../../../../simulator/cloud/control-plane.ts'
import { startIotCore } from '../../../../simulator/cloud/iot-core.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { printedBy } from '../command-world.ts'

const folder = temporaryFolder()
const packages = join(folder.path, 'greengrass-build')
const closers: (() => Promise<void>)[] = []
let state = ''

beforeAll(async () => {
  const directory = stateDirectory(join(folder.path, 'gateway'))
  state = directory.path
  mkdirSync(directory.greengrass, { recursive: true })
  const iotCore = await startIotCore({ directory: join(folder.path, 'iot') })
  closers.push(() => iotCore.close())
  const cloud = await startControlPlane({ directory: directory.cloud, iotCore })
  closers.push(() => cloud.close())
  await cloud.registry.putGroup('presses')
  const control = await listenForControl(directory.path)
  closers.push(() => control.close())
  const { region, account } = cloud
  const endpoints = { ...cloud.endpoints, region, account }
  control.serve(
    new Map([
      ['GET /status', async (_request, response) => sendJson(response, { endpoints })],
      ['GET /groups', async (_request, response) => sendJson(response, [])],
    ]),
  )
  build('site.Press', '1.0.0', 'first')
})
afterAll(async () => {
  for (const close of closers.reverse()) await close()
  folder.remove()
})

/** A component as the build leaves it. */
function build(name: string, version: string, content: string): void {
  const artifacts = join(packages, 'artifacts', name, version)
  for (const path of [artifacts, join(packages, 'recipes')]) mkdirSync(path, { recursive: true })
  writeFileSync(join(artifacts, 'Press.zip'), content)
  const Digest = createHash('sha256').update(content).digest('base64')
  const Uri = `s3://BUCKET_NAME/COMPONENT_NAME/COMPONENT_VERSION/Press.zip`
  const recipe = {
    RecipeFormatVersion: '2020-01-25',
    ComponentName: name,
    ComponentVersion: version,
    ComponentPublisher: 'Site',
    Manifests: [
      {
        Platform: { os: 'linux', runtime: '*' },
        Lifecycle: { run: { Script: 'true' } },
        Artifacts: [{ Uri, Unarchive: 'ZIP', Digest, Algorithm: 'SHA-256' }],
      },
    ],
  }
  writeFileSync(join(packages, 'recipes', `${name}-${version}.json`), JSON.stringify(recipe))
}

const publish = () =>
  printedBy(publishCommand, '--state', state, '--from', packages, '--bucket', 'site-components', '--json')
const deploy = (...args: readonly string[]) =>
  printedBy(deployCommand, '--state', state, '--to', 'presses', ...args, '--json').then((text) =>
    JSON.parse(text),
  )

describe('publishing', () => {
  it('uploads what is new, and leaves what is there', async () => {
    expect(JSON.parse(await publish())).toMatchObject({
      bucket: 'site-components',
      components: [{ component: 'site.Press', version: '1.0.0', action: 'published', bytesUploaded: 5 }],
    })
    expect(JSON.parse(await publish()).components).toMatchObject([{ action: 'unchanged', bytesUploaded: 0 }])
  })

  it('refuses another artifact under a version that is there, and says what to raise', async () => {
    build('site.Press', '1.0.0', 'second')
    await expect(publish()).rejects.toMatchObject({
      code: 'GENBA_VERSION_TAKEN',
      message: 'site.Press 1.0.0 is published already, and is something else',
      issues: [{ where: 'Press.zip' }, { mend: expect.stringContaining('recipes/site.Press.json') }],
    })
    build('site.Press', '1.0.0', 'first')
  })
})

describe('a deployment to a group', () => {
  it('starts from the latest one, so that nothing is lost', async () => {
    build('site.Press', '1.1.0', 'newer')
    await publish()
    const first = await deploy('--component', 'site.Press=1.0.0')
    expect(first.difference).toMatchObject({ added: [{ name: 'site.Press', version: '1.0.0' }] })
    const file = folder.write('merge.yaml', 'site.Press:\n  limit: 5\n')
    const second = await deploy('--merge', file, '--rollout', 'perMinute=50', '--on-failure', 'nothing')
    expect(second.difference.changed).toEqual([
      { name: 'site.Press', from: '1.0.0', to: '1.0.0', configuration: true },
    ])
    const third = await deploy('--component', 'site.Press=1.1.0', '--wait')
    expect(third).toMatchObject({
      difference: { changed: [{ from: '1.0.0', to: '1.1.0', configuration: false }] },
      devices: [],
    })
    const shown = await printedBy(
      deploymentsCommand,
      third.deploymentId,
      '--cloud',
      '--state',
      state,
      '--json',
    )
    expect(JSON.parse(shown)).toMatchObject({
      components: {
        'site.Press': { componentVersion: '1.1.0', configurationUpdate: { merge: '{"limit":5}' } },
      },
      deploymentPolicies: { failureHandlingPolicy: 'DO_NOTHING' },
      iotJobConfiguration: { jobExecutionsRolloutConfig: { maximumPerMinute: 50 } },
    })
  })

  it('is not made when nothing would change, nor when it is only tried', async () => {
    expect(await deploy('--component', 'site.Press=1.1.0')).toMatchObject({ deploymentId: null })
    expect(await deploy('--remove', 'site.Press', '--dry-run')).toMatchObject({
      deploymentId: null,
      difference: { removed: [{ name: 'site.Press' }] },
    })
  })

  it('refuses what the group does not have, and options of a local one', async () => {
    await expect(deploy('--reset', 'site.Saw:/limit')).rejects.toMatchObject({ code: 'GENBA_USAGE' })
    await expect(deploy('--recipe-dir', packages)).rejects.toMatchObject({ code: 'GENBA_USAGE' })
    await expect(deploy('--merge', 'site.Press=1.0.0')).rejects.toMatchObject({ code: 'GENBA_USAGE' })
  })
})
