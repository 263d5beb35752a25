import { rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  CancelDeploymentCommand,
  CreateDeploymentCommand,
  type CreateDeploymentCommandInput,
  GetDeploymentCommand,
  ListEffectiveDeploymentsCommand,
} from '@aws-sdk/client-greengrassv2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../../../support/genba-process.ts'
import {
  type CloudWorld,
  components,
  connectDevice,
  type Device,
  groupArn,
  startCloudWorld,
  thingArn,
} from './cloud-world.ts'

let world: CloudWorld
const devices: Device[] = []
beforeAll(async () => {
  world = await startCloudWorld()
})
afterAll(async () => {
  for (const device of devices) await device.close()
  await world.close()
})

let groups = 0
/** A group of its own with things that are on the broker. */
async function group(...names: string[]) {
  const name = `group-${++groups}`
  await world.cloud.registry.putGroup(name)
  const members: Device[] = []
  for (const thing of names) members.push(await enlist(`${name}-${thing}`, name))
  return { name, members, things: names.map((thing) => `${name}-${thing}`) }
}
async function enlist(thing: string, name: string): Promise<Device> {
  const device = await connectDevice(world, thing)
  devices.push(device)
  await world.cloud.registry.addToGroup(thing, name)
  return device
}
const deploy = (targetArn: string, more: Partial<CreateDeploymentCommandInput> = {}) =>
  world.greengrass.send(
    new CreateDeploymentCommand({ targetArn, components: components({ 'press.Watch': '1.0.0' }), ...more }),
  )
const statusOf = async (deploymentId = '') =>
  (await world.greengrass.send(new GetDeploymentCommand({ deploymentId }))).deploymentStatus
const update = (device: Device, jobId: unknown, status: string, more = {}) =>
  device.ask(`jobs/${jobId}/update`, { status, clientToken: 't', ...more })
const health = { overallDeviceStatus: 'HEALTHY', timestamp: 1, components: [] }
const effective = (coreDeviceThingName: string) =>
  eventually('the device', 10_000, () =>
    world.greengrass
      .send(new ListEffectiveDeploymentsCommand({ coreDeviceThingName }))
      .catch(() => undefined),
  ).then(({ effectiveDeployments }) => effectiveDeployments ?? [])

/** The device, which a test has made. */
function first(members: readonly Device[]): Device {
  const [device] = members
  if (device === undefined) throw new Error('the group is empty')
  return device
}

describe('a deployment to a group', () => {
  it('reaches its things as a job, and what they report is shown', async () => {
    const { name, members, things } = await group('a')
    const device = first(members)
    const { deploymentId, iotJobId } = await deploy(groupArn(name), {
      components: {
        'press.Watch': {
          componentVersion: '1.0.0',
          configurationUpdate: { merge: '{"limit":5}', reset: ['/old'] },
          runWith: { posixUser: 'ggc' },
        },
      },
    })
    const { execution } = await device.next('jobs/notify-next', 0)
    expect(execution).toMatchObject({
      jobId: iotJobId,
      status: 'QUEUED',
      versionNumber: 1,
      executionNumber: 1,
    })
    const asked = await device.ask('jobs/$next/get', { clientToken: 'mine' })
    expect(asked).toMatchObject({
      clientToken: 'mine',
      timestamp: expect.any(Number),
      execution: {
        jobDocument: {
          deploymentId,
          configurationArn: `arn:aws:greengrass:ap-northeast-1:123456789012:configuration:thinggroup/${name}:1`,
          targetArn: groupArn(name),
          creationTimestamp: expect.any(Number),
          failureHandlingPolicy: 'ROLLBACK',
          componentUpdatePolicy: { timeout: 60, action: 'NOTIFY_COMPONENTS' },
          configurationValidationPolicy: { timeout: 30 },
          components: {
            'press.Watch': {
              version: '1.0.0',
              runWith: { posixUser: 'ggc' },
              configurationUpdate: { merge: { limit: 5 }, reset: ['/old'] },
            },
          },
        },
      },
    })
    await update(device, iotJobId, 'IN_PROGRESS', { expectedVersion: 1 })
    const from = device.heard.length
    await update(device, iotJobId, 'FAILED', {
      statusDetails: {
        'detailed-deployment-status': 'FAILED_ROLLBACK_COMPLETE',
        'deployment-failure-cause': 'press.Watch is broken',
        'deployment-error-stack': '[DEPLOYMENT_FAILURE, COMPONENT_BROKEN]',
        'deployment-error-types': '[USER_COMPONENT_ERROR]',
      },
    })
    expect(await device.next('jobs/notify-next', from)).toEqual({ timestamp: expect.any(Number) })
    await device.report(health)
    expect(await effective(things[0] ?? '')).toMatchObject([
      {
        deploymentId,
        iotJobId,
        targetArn: groupArn(name),
        coreDeviceExecutionStatus: 'FAILED',
        reason: 'press.Watch is broken',
        statusDetails: {
          errorStack: ['DEPLOYMENT_FAILURE', 'COMPONENT_BROKEN'],
          errorTypes: ['USER_COMPONENT_ERROR'],
        },
      },
    ])
    expect(await statusOf(deploymentId)).toBe('ACTIVE')
  })

  it('refuses reports that do not fit', async () => {
    const { name, members } = await group('a')
    const device = first(members)
    const { iotJobId } = await deploy(groupArn(name))
    const refused = (end: string, message: object) => device.ask(end, message, 'rejected')
    expect(await refused('jobs/nothing/update', { status: 'SUCCEEDED' })).toMatchObject({
      code: 'ResourceNotFound',
    })
    expect(await refused('jobs/nothing/get', {})).toMatchObject({ code: 'ResourceNotFound' })
    expect(await refused(`jobs/${iotJobId}/update`, { status: 'DONE' })).toMatchObject({
      code: 'InvalidRequest',
    })
    expect(await refused(`jobs/${iotJobId}/update`, [])).toMatchObject({ code: 'InvalidJson' })
    expect(
      await refused(`jobs/${iotJobId}/update`, { status: 'SUCCEEDED', expectedVersion: 7, clientToken: 'x' }),
    ).toMatchObject({ code: 'VersionMismatch', clientToken: 'x', executionState: { versionNumber: 1 } })
    await update(device, iotJobId, 'SUCCEEDED')
    expect(await refused(`jobs/${iotJobId}/update`, { status: 'FAILED' })).toMatchObject({
      code: 'InvalidStateTransition',
      executionState: { status: 'SUCCEEDED' },
    })
  })

  it('reaches a thing that joins the group later, also after a restart', async () => {
    const { name } = await group()
    const { iotJobId } = await deploy(groupArn(name))
    await world.restart()
    const device = await enlist(`${name}-late`, name)
    const { execution } = await device.next('jobs/notify-next', 0)
    expect(execution).toMatchObject({ jobId: iotJobId })
    const started = await device.ask('jobs/start-next', {})
    expect(started).toMatchObject({ execution: { jobId: iotJobId, status: 'IN_PROGRESS', versionNumber: 2 } })
    expect(await device.ask('jobs/get', {})).toMatchObject({
      inProgressJobs: [{ jobId: iotJobId }],
      queuedJobs: [],
    })
  })

  it('reaches its things though the cloud died between the deployment and its job', async () => {
    const { name, members } = await group('a')
    const { iotJobId, deploymentId } = await deploy(groupArn(name))
    const device = first(members)
    await device.next('jobs/notify-next', 0)
    await world.restart({
      meanwhile: () => rmSync(join(world.folder.path, 'cloud', 'jobs'), { recursive: true }),
    })
    expect(await device.ask('jobs/$next/get', {})).toMatchObject({
      execution: { jobId: iotJobId, jobDocument: { deploymentId } },
    })
  })

  it('is called back when it is cancelled or replaced', async () => {
    const { name, members } = await group('a')
    const device = first(members)
    const old = await deploy(groupArn(name))
    await update(device, old.iotJobId, 'IN_PROGRESS')
    const from = device.heard.length
    const next = await deploy(groupArn(name))
    await eventually('the next job', 10_000, () =>
      device.heard
        .slice(from)
        .find(
          ({ topic, message }) =>
            topic.endsWith('notify-next') && JSON.stringify(message).includes(next.iotJobId ?? ''),
        ),
    )
    const described = await device.ask(`jobs/${old.iotJobId}/get`, { includeJobDocument: false })
    expect(described['execution']).toMatchObject({ status: 'CANCELED' })
    expect(described['execution']).not.toHaveProperty('jobDocument')
    const cancelling = device.heard.length
    await world.greengrass.send(new CancelDeploymentCommand({ deploymentId: next.deploymentId }))
    expect(await device.next('jobs/notify-next', cancelling)).toEqual({ timestamp: expect.any(Number) })
    expect(await device.ask('jobs/$next/get', {})).not.toHaveProperty('execution')
  })

  it('is rolled out minute by minute', async () => {
    const { name, members } = await group('a', 'b', 'c')
    await deploy(groupArn(name), {
      iotJobConfiguration: { jobExecutionsRolloutConfig: { maximumPerMinute: 2 } },
    })
    const notified = () =>
      members.filter(({ heard }) => heard.some(({ topic }) => topic.endsWith('notify-next')))
    await eventually('two things', 10_000, () => (notified().length === 2 ? true : undefined))
    world.time.turn(59_000)
    expect(notified()).toHaveLength(2)
    world.time.turn(1000)
    await eventually('the third', 10_000, () => (notified().length === 3 ? true : undefined))
  })

  it('is given up when too many things fail or take too long', async () => {
    const { name, members, things } = await group('a', 'b', 'c')
    const { deploymentId, iotJobId } = await deploy(groupArn(name), {
      iotJobConfiguration: {
        jobExecutionsRolloutConfig: { maximumPerMinute: 2 },
        timeoutConfig: { inProgressTimeoutInMinutes: 1 },
        abortConfig: {
          criteriaList: [
            { failureType: 'ALL', action: 'CANCEL', thresholdPercentage: 60, minNumberOfExecutedThings: 2 },
          ],
        },
      },
    })
    const [one, two] = members
    if (one === undefined || two === undefined) throw new Error('two devices are needed')
    await update(two, iotJobId, 'IN_PROGRESS')
    await update(one, iotJobId, 'FAILED')
    expect(await statusOf(deploymentId)).toBe('ACTIVE')
    world.time.turn(60_000)
    await eventually('the end', 10_000, async () =>
      (await statusOf(deploymentId)) === 'CANCELED' ? true : undefined,
    )
    await two.report(health)
    expect(await effective(things[1] ?? '')).toMatchObject([{ coreDeviceExecutionStatus: 'TIMED_OUT' }])
  })
})

describe('a deployment to a thing', () => {
  const shadow = 'shadow/name/AWSManagedGreengrassV2Deployment'
  const desiredOf = async (device: Device) => {
    const { state } = await device.ask(`${shadow}/get`, {})
    return (state as { desired: Record<string, string> }).desired
  }

  it('reaches it by a shadow, and is over when the thing is done', async () => {
    const { members, things } = await group('solo')
    const device = first(members)
    const { deploymentId, iotJobId } = await deploy(thingArn(things[0] ?? ''))
    expect(iotJobId).toBeUndefined()
    await device.next(`${shadow}/update/delta`, 0)
    const { fleetConfig, fleetConfigurationArnForStatus } = await desiredOf(device)
    expect(JSON.parse(fleetConfig ?? '')).toMatchObject({
      deploymentId,
      configurationArn: fleetConfigurationArnForStatus,
      components: { 'press.Watch': { version: '1.0.0' } },
    })
    await device.report(health)
    expect(await effective(things[0] ?? '')).toMatchObject([{ coreDeviceExecutionStatus: 'QUEUED' }])
    const statusDetails = { 'detailed-deployment-status': 'SUCCESSFUL' }
    const reported = { status: 'SUCCEEDED', statusDetails, fleetConfigurationArnForStatus }
    await device.ask(`${shadow}/update`, { state: { reported } })
    await eventually('the end', 10_000, async () =>
      (await statusOf(deploymentId)) === 'COMPLETED' ? true : undefined,
    )
    expect(await effective(things[0] ?? '')).toMatchObject([
      { deploymentId, coreDeviceExecutionStatus: 'SUCCEEDED', reason: 'SUCCESSFUL' },
    ])
  })

  it('is marked when it is cancelled', async () => {
    const { members, things } = await group('solo')
    const device = first(members)
    const { deploymentId } = await deploy(thingArn(things[0] ?? ''))
    await world.greengrass.send(new CancelDeploymentCommand({ deploymentId }))
    expect(await desiredOf(device)).toMatchObject({ desiredStatus: 'CANCELED' })
    await deploy(thingArn(things[0] ?? ''))
    expect(await desiredOf(device)).not.toHaveProperty('desiredStatus')
  })
})
