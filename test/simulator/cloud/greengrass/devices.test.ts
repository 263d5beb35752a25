import {
  BatchAssociateClientDeviceWithCoreDeviceCommand,
  BatchDisassociateClientDeviceFromCoreDeviceCommand,
  CreateDeploymentCommand,
  DeleteCoreDeviceCommand,
  GetCoreDeviceCommand,
  GreengrassV2Client,
  ListClientDevicesAssociatedWithCoreDeviceCommand,
  ListComponentsCommand,
  ListCoreDevicesCommand,
  ListInstalledComponentsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
} from '@aws-sdk/client-greengrassv2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signRequest } from '../../../../simulator/cloud/signature/sign-request.ts'
import { eventually } from '../../../support/genba-process.ts'
import { type CloudWorld, connectDevice, type Device, groupArn, startCloudWorld } from './cloud-world.ts'

let world: CloudWorld
let press: Device
beforeAll(async () => {
  world = await startCloudWorld()
  await world.cloud.registry.addToGroup('press-1', 'presses')
  await world.cloud.registry.addToGroup('press-1', 'all')
  await world.cloud.registry.putThing('sensor-1')
  press = await connectDevice(world, 'press-1')
})
afterAll(async () => {
  await press.close()
  await world.close()
})

const status = (timestamp: number, more: object = {}) => ({
  ggcVersion: '2.6.0',
  platform: 'linux',
  architecture: 'amd64',
  runtime: 'aws_nucleus_lite',
  thing: 'press-1',
  overallDeviceStatus: 'HEALTHY',
  timestamp,
  sequenceNumber: 1,
  messageType: 'COMPLETE',
  trigger: 'NUCLEUS_LAUNCH',
  components: [],
  ...more,
})
const component = (componentName: string, more: object = {}) => ({
  componentName,
  version: '1.0.0',
  fleetConfigArns: [],
  isRoot: true,
  status: 'RUNNING',
  ...more,
})
const coreDeviceThingName = 'press-1'
const get = () => world.greengrass.send(new GetCoreDeviceCommand({ coreDeviceThingName }))
const installed = async (topologyFilter?: 'ALL') => {
  const command = new ListInstalledComponentsCommand({
    coreDeviceThingName,
    ...(topologyFilter && { topologyFilter }),
  })
  return (await world.greengrass.send(command)).installedComponents ?? []
}
/** Reports, and waits until the cloud shows that time. */
async function report(timestamp: number, more: object = {}): Promise<void> {
  await press.report(status(timestamp, more))
  await eventually('the report', 10_000, async () => {
    const device = await get().catch(() => undefined)
    return device?.lastStatusUpdateTimestamp?.getTime() === timestamp ? true : undefined
  })
}

describe('core devices of the simulated Greengrass', () => {
  it('are there from their first report on', async () => {
    await expect(get()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      resourceType: 'coreDevice',
    })
    await report(1_000_000)
    expect(await get()).toMatchObject({
      coreDeviceThingName,
      coreVersion: '2.6.0',
      platform: 'linux',
      architecture: 'amd64',
      runtime: 'aws_nucleus_lite',
      status: 'HEALTHY',
    })
  })

  it('are listed by status, runtime and group', async () => {
    const list = async (more = {}) =>
      (await world.greengrass.send(new ListCoreDevicesCommand(more))).coreDevices?.map(
        (device) => device.coreDeviceThingName,
      )
    expect(await list()).toEqual(['press-1'])
    expect(await list({ status: 'UNHEALTHY' })).toEqual([])
    expect(await list({ runtime: 'aws_nucleus_classic' })).toEqual([])
    expect(await list({ thingGroupArn: groupArn('presses') })).toEqual(['press-1'])
    expect(await list({ thingGroupArn: groupArn('kilns') })).toEqual([])
  })

  it('show their components: roots, or all, whole or changed', async () => {
    const { deploymentId } = await world.greengrass.send(
      new CreateDeploymentCommand({ targetArn: groupArn('presses') }),
    )
    const source = 'arn:aws:greengrass:ap-northeast-1:123456789012:configuration:thinggroup/presses:1'
    await report(2_000_000, {
      components: [
        component('press.Watch', { fleetConfigArns: [source] }),
        component('press.Runtime', { isRoot: false, status: 'FINISHED' }),
      ],
    })
    expect(await installed()).toMatchObject([
      { componentName: 'press.Watch', isRoot: true, lastInstallationSource: deploymentId },
    ])
    expect((await installed('ALL')).map((item) => item.componentName)).toEqual([
      'press.Runtime',
      'press.Watch',
    ])
    await report(3_000_000, {
      messageType: 'PARTIAL',
      overallDeviceStatus: 'UNHEALTHY',
      components: [
        component('press.Runtime', {
          isRoot: false,
          status: 'BROKEN',
          statusDetails: { statusCodes: ['INSTALL_ERROR'], statusReason: 'The installer failed' },
        }),
      ],
    })
    const [runtime, watch] = await installed('ALL')
    expect(runtime).toMatchObject({
      lifecycleState: 'BROKEN',
      lifecycleStatusCodes: ['INSTALL_ERROR'],
      lifecycleStateDetails: 'The installer failed',
      lastStatusChangeTimestamp: new Date(3_000_000),
      lastInstallationSource: 'LOCAL',
    })
    expect(watch?.lastStatusChangeTimestamp).toEqual(new Date(2_000_000))
    expect((await get()).status).toBe('UNHEALTHY')
  })

  it('ignore reports that are older, or none', async () => {
    await press.report(status(1_500_000, { ggcVersion: '1.0.0' }))
    await press.report({ overallDeviceStatus: 'FINE' })
    await report(4_000_000)
    expect((await get()).coreVersion).toBe('2.6.0')
  })

  it('tell a device its groups', async () => {
    const ask = async (thing: string) => {
      const { endpoints, region, credentials: accessKey } = world.cloud
      const url = `${endpoints.greengrassv2}/greengrass/v2/coreDevices/${thing}/thingGroups`
      const pathRule = 'normalised'
      const timeMs = world.time.clock.nowMs()
      const service = 'greengrass'
      const headers = signRequest({ method: 'GET', url, accessKey, region, service, pathRule, timeMs })
      return (await fetch(url, { headers })).json()
    }
    expect(await ask('press-1')).toEqual({
      thingGroups: ['all', 'presses'].map((thingGroupName) => ({
        thingGroupName,
        thingGroupArn: groupArn(thingGroupName),
      })),
    })
    expect(await ask('nobody')).toMatchObject({ resourceType: 'thing', resourceId: 'nobody' })
  })

  it('have client devices', async () => {
    const entries = [{ thingName: 'sensor-1' }, { thingName: 'unknown' }]
    const associated = await world.greengrass.send(
      new BatchAssociateClientDeviceWithCoreDeviceCommand({ coreDeviceThingName, entries }),
    )
    expect(associated.errorEntries).toMatchObject([
      { thingName: 'unknown', code: 'ResourceNotFoundException', message: expect.any(String) },
    ])
    const list = async () =>
      (
        await world.greengrass.send(
          new ListClientDevicesAssociatedWithCoreDeviceCommand({ coreDeviceThingName }),
        )
      ).associatedClientDevices
    expect(await list()).toMatchObject([{ thingName: 'sensor-1', associationTimestamp: expect.any(Date) }])
    await world.greengrass.send(
      new BatchDisassociateClientDeviceFromCoreDeviceCommand({
        coreDeviceThingName,
        entries: [{ thingName: 'sensor-1' }],
      }),
    )
    expect(await list()).toEqual([])
  })

  it('are there after a restart, with their tags, until they are deleted', async () => {
    const resourceArn = 'arn:aws:greengrass:ap-northeast-1:123456789012:coreDevices:press-1'
    await world.greengrass.send(new TagResourceCommand({ resourceArn, tags: { hall: 'A' } }))
    await world.restart()
    expect((await get()).tags).toEqual({ hall: 'A' })
    const { tags } = await world.greengrass.send(new ListTagsForResourceCommand({ resourceArn }))
    expect(tags).toEqual({ hall: 'A' })
    await world.greengrass.send(new DeleteCoreDeviceCommand({ coreDeviceThingName }))
    await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})

describe('who asks the simulated Greengrass', () => {
  it.each([
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
    ['an unknown key', { accessKeyId: 'AKIAUNKNOWN' }, 'UnrecognizedClientException'],
  ])('must not have %s', async (_what, wrong, name) => {
    const { endpoints, region, credentials } = world.cloud
    const client = new GreengrassV2Client({
      endpoint: endpoints.greengrassv2,
      region,
      credentials: { ...credentials, ...wrong },
      maxAttempts: 1,
    })
    await expect(client.send(new ListComponentsCommand())).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: 403 },
    })
    client.destroy()
  })

  it('must sign, and must ask for something that is there', async () => {
    const response = await fetch(`${world.cloud.endpoints.greengrassv2}/greengrass/v2/components`)
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([
      403,
      'MissingAuthenticationTokenException',
    ])
  })
})
