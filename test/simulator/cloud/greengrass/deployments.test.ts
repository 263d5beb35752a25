import {
  CancelDeploymentCommand,
  CreateDeploymentCommand,
  type CreateDeploymentCommandInput,
  DeleteDeploymentCommand,
  GetDeploymentCommand,
  ListDeploymentsCommand,
  ListTagsForResourceCommand,
  paginateListDeployments,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-greengrassv2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CloudWorld, components, groupArn, startCloudWorld, thingArn } from './cloud-world.ts'

let world: CloudWorld
beforeAll(async () => {
  world = await startCloudWorld()
  for (const group of ['presses', 'kilns', 'canaries', 'paged']) await world.cloud.registry.putGroup(group)
  await world.cloud.registry.putThing('press-1')
})
afterAll(() => world.close())

const create = (input: CreateDeploymentCommandInput) =>
  world.greengrass.send(new CreateDeploymentCommand(input))
const get = (deploymentId = '') => world.greengrass.send(new GetDeploymentCommand({ deploymentId }))
const statusOf = async (deploymentId = '') => (await get(deploymentId)).deploymentStatus
const one = { components: components({ 'press.Watch': '1.0.0' }) }

describe('deployments of the simulated Greengrass', () => {
  it('come back as they were made, with what was left out', async () => {
    const made = await create({
      targetArn: groupArn('kilns'),
      deploymentName: 'All kilns',
      components: {
        'kiln.Control': {
          componentVersion: '1.2.0',
          configurationUpdate: { merge: '{"limitC":180}', reset: ['/old'] },
          runWith: { posixUser: 'ggc:ggc', systemResourceLimits: { memory: 65536, cpus: 0.5 } },
        },
      },
      iotJobConfiguration: { jobExecutionsRolloutConfig: { maximumPerMinute: 10 } },
      deploymentPolicies: { componentUpdatePolicy: { timeoutInSeconds: 30, action: 'NOTIFY_COMPONENTS' } },
      tags: { line: '2' },
    })
    expect(made).toMatchObject({
      iotJobArn: `arn:aws:iot:ap-northeast-1:123456789012:job/${made.iotJobId}`,
      $metadata: { httpStatusCode: 201 },
    })
    expect(await get(made.deploymentId)).toMatchObject({
      targetArn: groupArn('kilns'),
      deploymentName: 'All kilns',
      revisionId: '1',
      deploymentStatus: 'ACTIVE',
      isLatestForTarget: true,
      iotJobId: made.iotJobId,
      components: { 'kiln.Control': { configurationUpdate: { merge: '{"limitC":180}', reset: ['/old'] } } },
      iotJobConfiguration: { jobExecutionsRolloutConfig: { maximumPerMinute: 10 } },
      deploymentPolicies: {
        failureHandlingPolicy: 'ROLLBACK',
        componentUpdatePolicy: { timeoutInSeconds: 30, action: 'NOTIFY_COMPONENTS' },
        configurationValidationPolicy: { timeoutInSeconds: 30 },
      },
      creationTimestamp: expect.any(Date),
      tags: { line: '2' },
    })
  })

  it('replace the one before them at their target', async () => {
    const first = await create({ targetArn: groupArn('presses'), ...one })
    const second = await create({ targetArn: groupArn('presses'), ...one })
    expect(await get(first.deploymentId)).toMatchObject({
      deploymentStatus: 'INACTIVE',
      isLatestForTarget: false,
      revisionId: '1',
    })
    expect(await get(second.deploymentId)).toMatchObject({ deploymentStatus: 'ACTIVE', revisionId: '2' })
    const list = (historyFilter?: 'ALL') =>
      world.greengrass.send(
        new ListDeploymentsCommand({
          targetArn: groupArn('presses'),
          ...(historyFilter && { historyFilter }),
        }),
      )
    const ids = async (filter?: 'ALL') => (await list(filter)).deployments?.map((item) => item.deploymentId)
    expect(await ids()).toEqual([second.deploymentId])
    expect((await ids('ALL'))?.sort()).toEqual([first.deploymentId, second.deploymentId].sort())
  })

  it('of a subgroup stand beside those of its parent, until the parent has a new one', async () => {
    const parentTargetArn = groupArn('presses')
    const sub = { targetArn: groupArn('canaries'), parentTargetArn, ...one }
    const own = await create({ targetArn: groupArn('canaries'), ...one })
    const trial = await create(sub)
    expect(await statusOf(own.deploymentId)).toBe('ACTIVE')
    const byParent = await world.greengrass.send(new ListDeploymentsCommand({ parentTargetArn }))
    expect(byParent.deployments).toMatchObject([{ deploymentId: trial.deploymentId, parentTargetArn }])
    await create({ targetArn: parentTargetArn, ...one })
    expect(await statusOf(trial.deploymentId)).toBe('INACTIVE')
    expect(await statusOf(own.deploymentId)).toBe('ACTIVE')
    await expect(create({ ...sub, targetArn: thingArn('press-1') })).rejects.toMatchObject({
      name: 'ValidationException',
      fields: [{ name: 'parentTargetArn' }],
    })
  })

  it('are cancelled, and then deleted', async () => {
    const { deploymentId } = await create({ targetArn: thingArn('press-1'), ...one })
    const remove = () => world.greengrass.send(new DeleteDeploymentCommand({ deploymentId }))
    await expect(remove()).rejects.toMatchObject({
      name: 'ConflictException',
      message: expect.stringContaining('cancel it first'),
      resourceId: deploymentId,
    })
    const cancel = () => world.greengrass.send(new CancelDeploymentCommand({ deploymentId }))
    expect((await cancel()).message).toBeTypeOf('string')
    expect(await statusOf(deploymentId)).toBe('CANCELED')
    await expect(cancel()).rejects.toMatchObject({ name: 'ConflictException' })
    await remove()
    await expect(get(deploymentId)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      resourceType: 'deployment',
    })
    const next = await create({ targetArn: thingArn('press-1'), ...one })
    expect((await get(next.deploymentId)).revisionId).toBe('2')
  })

  it.each([
    ['targetArn', { targetArn: 'arn:aws:iot:eu-west-1:123456789012:thing/x' }],
    ['components.press.componentVersion', { components: { press: { componentVersion: '' } } }],
    [
      'components.press.configurationUpdate.merge',
      { components: { press: { componentVersion: '1.0.0', configurationUpdate: { merge: '[1]' } } } },
    ],
    [
      'iotJobConfiguration.jobExecutionsRolloutConfig.maximumPerMinute',
      { iotJobConfiguration: { jobExecutionsRolloutConfig: { maximumPerMinute: 1001 } } },
    ],
    [
      'iotJobConfiguration.timeoutConfig.inProgressTimeoutInMinutes',
      { iotJobConfiguration: { timeoutConfig: { inProgressTimeoutInMinutes: 0 } } },
    ],
    [
      'deploymentPolicies.failureHandlingPolicy',
      { deploymentPolicies: { failureHandlingPolicy: 'PRAY' as 'ROLLBACK' } },
    ],
  ])('are refused where %s is not valid', async (name, more) => {
    const refused = create({ targetArn: groupArn('presses'), ...more })
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationException',
      reason: 'FIELD_VALIDATION_FAILED',
      fields: [{ name }],
      $metadata: { httpStatusCode: 400 },
    })
  })

  it('need a target that is there', async () => {
    await expect(create({ targetArn: groupArn('nobody') })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      resourceType: 'thinggroup',
    })
  })

  it('are made once by one client token, also after a restart', async () => {
    const input = { targetArn: groupArn('kilns'), ...one, clientToken: 'once' }
    const first = await create(input)
    await world.restart()
    expect((await create(input)).deploymentId).toBe(first.deploymentId)
    await expect(create({ ...input, components: {} })).rejects.toMatchObject({ name: 'ConflictException' })
    expect(await statusOf(first.deploymentId)).toBe('ACTIVE')
  })

  it('are listed newest first, in pages', async () => {
    const made: (string | undefined)[] = []
    for (let count = 0; count < 5; count++) {
      made.push((await create({ targetArn: groupArn('paged') })).deploymentId)
      world.time.turn(1000)
    }
    const seen: (string | undefined)[] = []
    const input = { targetArn: groupArn('paged'), historyFilter: 'ALL' } as const
    for await (const page of paginateListDeployments({ client: world.greengrass, pageSize: 2 }, input)) {
      seen.push(...(page.deployments ?? []).map((item) => item.deploymentId))
    }
    expect(seen).toEqual(made.reverse())
  })

  it('bear tags', async () => {
    const { deploymentId } = await create({ targetArn: groupArn('kilns'), tags: { a: '1', b: '2' } })
    const resourceArn = `arn:aws:greengrass:ap-northeast-1:123456789012:deployments:${deploymentId}`
    await world.greengrass.send(new TagResourceCommand({ resourceArn, tags: { b: '3', c: '4' } }))
    await world.greengrass.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a', 'c'] }))
    const list = (arn: string) => world.greengrass.send(new ListTagsForResourceCommand({ resourceArn: arn }))
    expect((await list(resourceArn)).tags).toEqual({ b: '3' })
    await expect(list(`${resourceArn}x`)).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    await expect(list('arn:aws:s3:::x')).rejects.toMatchObject({ name: 'ValidationException' })
    await expect(
      world.greengrass.send(new TagResourceCommand({ resourceArn, tags: { 'aws:x': 'y' } })),
    ).rejects.toMatchObject({ name: 'ValidationException' })
  })
})
