import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FrameClient, openFrameClient } from '../../../simulator/conformance/frame-client.ts'
import { openSecretVault } from '../../../simulator/nucleus/add-ons/secret-file.ts'
import { openShadows } from '../../../simulator/nucleus/add-ons/shadow-file.ts'
import { errorOf } from '../../support/error-of.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { startTestCore, type TestCore } from './test-core.ts'

/** Goal: operations that the components of AWS bring along. Method: a raw client at a core of flavour java. */
const folder = temporaryFolder()
afterAll(folder.remove)

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:oven-a1'
const SHADOW = '$aws/things/oven-1/shadow'
const everything = { operations: ['*'] }
const accessControl = {
  'aws.greengrass.ipc.pubsub': { p: { ...everything, resources: ['*'] } },
  'aws.greengrass.ShadowManager': { s: { ...everything, resources: [`${SHADOW}*`, 'oven-1'] } },
  'aws.greengrass.SecretManager': { v: { ...everything, resources: [ARN] } },
  'aws.greengrass.Cli': { c: { ...everything, resources: ['*'] } },
  'aws.greengrass.ipc.componentmetric': { m: { ...everything, resources: ['heat'] } },
}

function secretsFile(name: string, content: unknown, mode = 0o600): string {
  const path = join(folder.path, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  chmodSync(path, mode)
  return path
}

const SECRETS = {
  secrets: [
    { arn: ARN, name: 'oven', versionId: 'v2', secretString: 'hot' },
    { arn: ARN, name: 'oven', versionId: 'v1', versionStages: ['AWSPREVIOUS'], secretBinary: 'b2xk' },
    { arn: `${ARN}-other`, name: 'other', secretString: 'not yours' },
  ],
}

describe('a java core with components of AWS', () => {
  let core: TestCore
  let client: FrameClient
  let streamId = 0

  beforeAll(async () => {
    core = await startTestCore({
      flavour: 'java',
      secretsFile: secretsFile('secrets.json', SECRETS),
      components: {
        'test.Alpha': { accessControl },
        'aws.greengrass.ShadowManager': {},
        'aws.greengrass.SecretManager': {},
        'aws.greengrass.Cli': { accessControl },
      },
    })
    client = await clientOf('test.Alpha')
  })
  afterAll(() => core.stop())

  async function clientOf(component: string): Promise<FrameClient> {
    const { socketPath, token } = await core.identityOf(component)
    const opened = openFrameClient(socketPath)
    opened.connect(JSON.stringify({ authToken: token }))
    await opened.take(1, 10_000)
    return opened
  }

  /** Shape and body of the next answer. */
  async function ask(
    operation: string,
    request: object,
    asker = client,
  ): Promise<[unknown, Record<string, unknown>]> {
    asker.request(++streamId, operation, JSON.stringify(request))
    const [answer] = await asker.take(1, 10_000)
    return [answer?.headers['service-model-type'], JSON.parse(answer?.payload ?? '')]
  }
  const blob = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64')
  const unfold = (body: Record<string, unknown>) =>
    JSON.parse(Buffer.from(String(body['payload']), 'base64').toString())

  it('keeps shadows, answers by name, and publishes each outcome locally', async () => {
    const listener = await clientOf('test.Alpha')
    listener.request(
      1,
      'SubscribeToTopic',
      JSON.stringify({ topic: `${SHADOW}/#`, receiveMode: 'RECEIVE_ALL_MESSAGES' }),
    )
    await listener.take(1, 10_000)
    const [shape, body] = await ask('UpdateThingShadow', {
      thingName: 'oven-1',
      payload: blob({ state: { desired: { heat: 200 } } }),
    })
    expect(shape).toBe('aws.greengrass#UpdateThingShadowResponse')
    expect(unfold(body)).toMatchObject({ state: { desired: { heat: 200 } }, version: 1 })
    const told = await listener.take(3, 10_000)
    const topics = told.map(({ payload }) => JSON.parse(payload).binaryMessage.context.topic)
    expect(topics).toEqual(['delta', 'documents', 'accepted'].map((suffix) => `${SHADOW}/update/${suffix}`))
    listener.close()
    expect(unfold((await ask('GetThingShadow', { thingName: 'oven-1', shadowName: '' }))[1])).toMatchObject({
      state: { desired: { heat: 200 }, delta: { heat: 200 } },
    })
    const path = join(core.rootDir, 'work', 'aws.greengrass.ShadowManager', 'shadows.json')
    expect(openShadows(path).get({ thing: 'oven-1', name: undefined }, 1)).toMatchObject({
      accepted: { version: 1 },
    })
  })

  it('refuses as the model of the operations has it', async () => {
    const version = { state: {}, version: 9 }
    const named = { thingName: 'oven-1', shadowName: 'none' }
    const shapes = [
      await ask('GetThingShadow', named),
      await ask('UpdateThingShadow', { thingName: 'oven-1', payload: blob(version) }),
      await ask('UpdateThingShadow', { thingName: 'oven-1' }),
      await ask('DeleteThingShadow', { thingName: 'oven/1' }),
      await ask('GetThingShadow', { thingName: 'kiln-1' }),
    ].map(([shape]) => String(shape).replace('aws.greengrass#', ''))
    expect(shapes).toEqual([
      'ResourceNotFoundError',
      'ConflictError',
      'InvalidArgumentsError',
      'InvalidArgumentsError',
      'UnauthorizedError',
    ])
  })

  it('lists named shadows by pages', async () => {
    for (const shadowName of ['c', 'a', 'b']) {
      await ask('UpdateThingShadow', { thingName: 'oven-1', shadowName, payload: blob({ state: {} }) })
    }
    await ask('DeleteThingShadow', { thingName: 'oven-1', shadowName: 'b' })
    const [, first] = await ask('ListNamedShadowsForThing', { thingName: 'oven-1', pageSize: 1 })
    expect(first).toMatchObject({ results: ['a'], nextToken: expect.any(String) })
    const { nextToken } = first
    const [, second] = await ask('ListNamedShadowsForThing', { thingName: 'oven-1', pageSize: 1, nextToken })
    expect(second).toEqual({ results: ['c'], timestamp: expect.any(Number) })
    expect((await ask('ListNamedShadowsForThing', { thingName: 'oven-1', nextToken: '?' }))[0]).toContain(
      'InvalidArguments',
    )
  })

  it('gives secrets to whom their ARN is allowed, by stage and by version', async () => {
    expect((await ask('GetSecretValue', { secretId: 'oven' }))[1]).toEqual({
      secretId: ARN,
      versionId: 'v2',
      versionStage: ['AWSCURRENT'],
      secretValue: { secretString: 'hot' },
    })
    const previous = await ask('GetSecretValue', {
      secretId: ARN,
      versionStage: 'AWSPREVIOUS',
      refresh: true,
    })
    expect(previous[1]).toMatchObject({ secretValue: { secretBinary: 'b2xk' } })
    expect((await ask('GetSecretValue', { secretId: 'other' }))[0]).toContain('UnauthorizedError')
    expect((await ask('GetSecretValue', { secretId: 'oven', versionId: 'v9' }))[0]).toContain(
      'ResourceNotFound',
    )
    const logs = readdirSync(join(core.rootDir, 'logs')).map((name) =>
      readFileSync(join(core.rootDir, 'logs', name), 'utf8'),
    )
    expect(logs.join()).not.toContain('hot')
  })

  it('takes metrics from components of AWS alone', async () => {
    const metrics = (name: string) => ({ metrics: [{ name, unit: 'COUNT', value: 2 }] })
    expect((await ask('PutComponentMetric', metrics('heat')))[0]).toContain('UnauthorizedError')
    const own = await clientOf('aws.greengrass.Cli')
    expect((await ask('PutComponentMetric', metrics('heat'), own))[0]).toContain('PutComponentMetricResponse')
    expect((await ask('PutComponentMetric', metrics('cold'), own))[0]).toContain('UnauthorizedError')
    expect((await ask('PutComponentMetric', { metrics: [] }, own))[0]).toContain('InvalidArgumentsError')
    own.close()
    const kept = readFileSync(join(core.rootDir, 'telemetry', 'aws.greengrass.Cli.log'), 'utf8')
    expect(kept).toContain('{"name":"heat","unit":"COUNT","value":2}')
  })

  it('makes a password for the debug console, another one each time', async () => {
    const [, first] = await ask('CreateDebugPassword', {})
    const [, second] = await ask('CreateDebugPassword', {})
    expect(first).toMatchObject({ username: 'debug', passwordExpiration: expect.any(Number) })
    expect(first['password']).not.toBe(second['password'])
  })

  it('does not know what a component would bring along that is not deployed', async () => {
    const [shape, body] = await ask('GetClientDeviceAuthToken', {})
    expect(shape).toBeUndefined()
    expect(body).toMatchObject({ error: 'Unsupported Operation' })
  })
})

describe('a java core without them', () => {
  it('knows none of their operations', async () => {
    const core = await startTestCore({ flavour: 'java', components: { 'test.Alpha': { accessControl } } })
    const { socketPath, token } = await core.identityOf('test.Alpha')
    const client = openFrameClient(socketPath)
    client.connect(JSON.stringify({ authToken: token }))
    const operations = ['GetThingShadow', 'ListNamedShadowsForThing', 'GetSecretValue', 'CreateDebugPassword']
    for (const [index, operation] of operations.entries()) client.request(index + 1, operation, '{}')
    const [, ...answers] = await client.take(1 + operations.length, 10_000)
    expect(answers.map(({ payload }) => JSON.parse(payload).message)).toEqual(
      operations.map((operation) => `${operation} is an unsupported operation.`),
    )
    client.close()
    await core.stop()
  })
})

describe('a file of secrets', () => {
  it.each<[string, () => string]>([
    ['is missing', () => join(folder.path, 'none.json')],
    ['others may read', () => secretsFile('open.json', SECRETS, 0o644)],
    ['is no JSON', () => secretsFile('text.json', 'password=hot')],
    [
      'has a secret of two kinds',
      () => secretsFile('both.json', { secrets: [{ ...SECRETS.secrets[0], secretBinary: 'b2xk' }] }),
    ],
  ])('is refused when it %s, and nothing of it is shown', (_, path) => {
    const error = errorOf(() => openSecretVault(path()))
    expect(error.code).toBe('GENBA_SECRETS_FILE')
    expect(JSON.stringify(error.issues)).not.toContain('hot')
  })
})
