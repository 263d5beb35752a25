import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from 'aws-iot-device-sdk-v2/dist/greengrasscoreipc/client.js'
import { ConfigurationValidityStatus } from 'aws-iot-device-sdk-v2/dist/greengrasscoreipc/model.js'
import { afterEach, describe, expect, it } from 'vitest'
import type { NucleusOptions } from '../../../../simulator/nucleus/core-device.ts'
import { createSdkClient } from '../sdk-client.ts'
import { until } from '../test-core.ts'
import { type DeployedCore, removeFolders, startDeployedCore } from './deployed-core.ts'
import { type FakeIotCore, fakeIotCore } from './fake-iot-core.ts'

/** Deployments over MQTT, with a control plane whose HTTP cannot be reached: the device has the versions itself. */
let core: DeployedCore | undefined
let client: Client | undefined

async function start(options: Partial<NucleusOptions> = {}): Promise<DeployedCore & { iot: FakeIotCore }> {
  const iot = fakeIotCore('line-9')
  core = await startDeployedCore({
    cloud: iot.link,
    cloudEndpoints: {
      greengrassv2: 'http://127.0.0.1:9',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    ...options,
  })
  return { ...core, iot }
}

afterEach(async () => {
  await client?.close()
  client = undefined
  await core?.stop()
  core = undefined
  removeFolders()
})

const GROUP = 'arn:aws:iot:ap-northeast-1:123456789012:thinggroup/presses'
const document = (revision: number, rest: object = {}) => ({
  deploymentId: `deployment-${revision}`,
  configurationArn: `arn:aws:greengrass:ap-northeast-1:123456789012:configuration:thinggroup/presses:${revision}`,
  creationTimestamp: Date.now(),
  targetArn: GROUP,
  failureHandlingPolicy: 'ROLLBACK',
  componentUpdatePolicy: { timeout: 5, action: 'NOTIFY_COMPONENTS' },
  configurationValidationPolicy: { timeout: 5 },
  components: { 'test.A': { version: '1.0.0' } },
  unknownKey: 'is ignored',
  ...rest,
})
const configured = (merge: object) => ({
  components: { 'test.A': { version: '1.0.0', configurationUpdate: { MERGE: merge } } },
})

const IDENTITY =
  'printf "%s\\n%s" "$AWS_GG_NUCLEUS_DOMAIN_SOCKET_FILEPATH_FOR_COMPONENT" "$SVCUID" > ipc; exec sleep 600'

async function install({ offer, deploy }: DeployedCore): Promise<void> {
  offer('test.A', { lifecycle: { run: IDENTITY }, configuration: { level: 1 } })
  await deploy({ rootComponentVersionsToAdd: { 'test.A': '1.0.0' } })
}

async function connect({ rootDir }: DeployedCore): Promise<Client> {
  const path = join(rootDir, 'work', 'test.A', 'ipc')
  await until('it has its identity', () => existsSync(path) && readFileSync(path, 'utf8').includes('\n'))
  const [socketPath = '', token = ''] = readFileSync(path, 'utf8').split('\n')
  client = createSdkClient({ socketPath, token })
  await client.connect()
  return client
}

describe('a deployment of the control plane', () => {
  it('comes as a job, is taken once, and is reported to its end', async () => {
    const started = await start()
    const { iot, nucleus } = started
    await install(started)
    iot.queueJob('job-1', document(1))
    await until('it has succeeded', () => iot.statusesOf('job-1').includes('SUCCEEDED'))
    expect(iot.statusesOf('job-1')).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'SUCCEEDED'])
    expect(nucleus.deployments()[0]).toMatchObject({
      deploymentId: 'deployment-1',
      source: 'job',
      targetArn: GROUP,
    })
    expect(nucleus.groups().map(({ name }) => name)).toEqual(['LOCAL_DEPLOYMENT', 'thinggroup/presses'])
    const health = iot.sent.filter(({ topic }) => topic === 'greengrassv2/health/json')
    expect(health.map(({ message }) => message['trigger'])).toEqual([
      'NUCLEUS_LAUNCH',
      'LOCAL_DEPLOYMENT',
      'THING_GROUP_DEPLOYMENT',
    ])
    expect(health.at(-1)?.message).toMatchObject({
      overallDeviceStatus: 'HEALTHY',
      messageType: 'COMPLETE',
      components: expect.arrayContaining([
        expect.objectContaining({
          componentName: 'test.A',
          version: '1.0.0',
          isRoot: true,
          status: 'RUNNING',
        }),
      ]),
      deploymentInformation: { deploymentId: 'deployment-1', status: 'SUCCEEDED' },
    })
  })

  it('waits while the link is down, and tells its end when the link is up again', async () => {
    const started = await start()
    const { iot, nucleus } = started
    await install(started)
    iot.setUp(false)
    iot.queueJob('job-1', document(1))
    expect(iot.statusesOf('job-1')).toEqual([])
    iot.setUp(true)
    await until('it is taken', () => nucleus.deployments()[0]?.deploymentId === 'deployment-1')
    iot.setUp(false)
    await until('it has ended', () => nucleus.deployments()[0]?.status === 'SUCCEEDED')
    iot.setUp(true)
    await until('it is told', () => iot.statusesOf('job-1').at(-1) === 'SUCCEEDED')
  })

  it('is rejected when a later revision is there, and fails when it cannot be read', async () => {
    const started = await start()
    const { iot } = started
    await install(started)
    iot.queueJob('job-2', document(2))
    await until('it has succeeded', () => iot.statusesOf('job-2').includes('SUCCEEDED'))
    iot.queueJob('job-1', document(1))
    await until('it is rejected', () => iot.statusesOf('job-1').includes('REJECTED'))
    iot.queueJob('job-3', { deploymentId: 'x' })
    await until('it has failed', () => iot.statusesOf('job-3').includes('FAILED'))
    const { message } = iot.sent.findLast(({ topic }) => topic === 'jobs/job-3/update') ?? {}
    expect(message).toMatchObject({
      statusDetails: {
        'detailed-deployment-status': 'FAILED_NO_STATE_CHANGE',
        'deployment-failure-cause': expect.stringContaining('targetArn'),
      },
    })
  })

  it('comes to the thing itself by its shadow', async () => {
    const started = await start()
    const { iot, nucleus } = started
    await install(started)
    const arn = 'arn:aws:greengrass:ap-northeast-1:123456789012:configuration:thing/line-9:1'
    const targetArn = 'arn:aws:iot:ap-northeast-1:123456789012:thing/line-9'
    iot.desire(arn, document(1, { targetArn, configurationArn: arn }))
    const reports = () =>
      iot.sent.flatMap(({ topic, message }) =>
        topic.startsWith('shadow') && message['state'] ? [message] : [],
      )
    await until('it has succeeded', () => JSON.stringify(reports()).includes('SUCCEEDED'))
    expect(reports().at(-1)).toMatchObject({
      state: { reported: { status: 'SUCCEEDED', fleetConfigurationArnForStatus: arn } },
    })
    expect(nucleus.deployments()[0]).toMatchObject({ source: 'shadow', status: 'SUCCEEDED' })
  })
})

describe('a component that is told of deployments', () => {
  it('may put one off, is asked again, and hears when it is done', async () => {
    const started = await start()
    const { iot, value } = started
    await install(started)
    const component = await connect(started)
    const heard: string[] = []
    const updates = component.subscribeToComponentUpdates({})
    updates.on('message', ({ preUpdateEvent, postUpdateEvent }) => {
      if (postUpdateEvent !== undefined) heard.push(`done ${postUpdateEvent.deploymentId}`)
      if (preUpdateEvent === undefined) return
      const { deploymentId = '', isGgcRestarting } = preUpdateEvent
      heard.push(`asked ${deploymentId} ${isGgcRestarting}`)
      void component.deferComponentUpdate({
        deploymentId,
        recheckAfterMs: heard.length < 3 ? 30 : 0,
      })
    })
    await updates.activate()
    iot.queueJob('job-1', document(1, configured({ level: 2 })))
    await until('it is done', () => heard.includes('done deployment-1'))
    expect(heard).toEqual([...Array(3).fill('asked deployment-1 false'), 'done deployment-1'])
    expect(value('test.A', 'level')).toBe(2)
  })

  it('may cancel by its silence: a job that is taken back while it is put off changes nothing', async () => {
    const started = await start()
    const { iot, nucleus, value } = started
    await install(started)
    const component = await connect(started)
    const updates = component.subscribeToComponentUpdates({})
    updates.on('message', ({ preUpdateEvent }) => {
      const deploymentId = preUpdateEvent?.deploymentId ?? ''
      void component.deferComponentUpdate({ deploymentId, recheckAfterMs: 600_000 })
    })
    await updates.activate()
    iot.queueJob('job-1', document(1, configured({ level: 2 })))
    await until('it is in progress', () => nucleus.deployments()[0]?.status === 'IN_PROGRESS')
    iot.cancelJob()
    await until('it is cancelled', () => nucleus.deployments()[0]?.status === 'CANCELED')
    expect(value('test.A', 'level')).toBe(1)
  })

  it('may refuse a configuration, which then stays as it is', async () => {
    const started = await start()
    const { iot, value } = started
    await install(started)
    const component = await connect(started)
    const asked: unknown[] = []
    const validation = component.subscribeToValidateConfigurationUpdates({})
    validation.on('message', ({ validateConfigurationUpdateEvent: event }) => {
      asked.push(event?.configuration)
      void component.sendConfigurationValidityReport({
        configurationValidityReport: {
          status: ConfigurationValidityStatus.REJECTED,
          deploymentId: event?.deploymentId ?? '',
          message: 'too high',
        },
      })
    })
    await validation.activate()
    iot.queueJob('job-1', document(1, configured({ level: 99 })))
    await until('it has failed', () => iot.statusesOf('job-1').includes('FAILED'))
    expect(asked).toEqual([{ level: 99 }])
    expect(iot.sent.findLast(({ topic }) => topic === 'jobs/job-1/update')?.message).toMatchObject({
      statusDetails: {
        'detailed-deployment-status': 'FAILED_NO_STATE_CHANGE',
        'deployment-failure-cause': expect.stringContaining('test.A refuses the configuration: too high'),
      },
    })
    expect(value('test.A', 'level')).toBe(1)
  })
})
