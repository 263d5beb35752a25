import type { Client } from 'aws-iot-device-sdk-v2/dist/greengrasscoreipc/client.js'
import { QOS, ReceiveMode } from 'aws-iot-device-sdk-v2/dist/greengrasscoreipc/model.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FlavourName } from '../../../simulator/nucleus/flavour.ts'
import { createSdkClient } from './sdk-client.ts'
import { startTestCore, type TestCore, until } from './test-core.ts'

/** Goal: the client that components really use finds in the simulated core what it finds in a real one. */
const UNAUTHORIZED = { serviceError: expect.objectContaining({ _errorCode: 'UnauthorizedError' }) }

describe.each<FlavourName>(['lite', 'java'])('the device SDK on a core of flavour %s', (flavour) => {
  let core: TestCore
  let first: Client
  let second: Client

  beforeAll(async () => {
    core = await startTestCore({
      flavour,
      components: {
        'test.First': {
          configuration: { speed: 3, nested: { deep: 'x' }, list: [1, 'two'] },
          accessControl: {
            'aws.greengrass.ipc.pubsub': { p: { operations: ['*'], resources: ['line/*'] } },
            'aws.greengrass.ipc.mqttproxy': { q: { operations: ['*'], resources: ['cloud/#'] } },
          },
        },
        'test.Second': {},
      },
    })
    first = createSdkClient(await core.identityOf('test.First'))
    second = createSdkClient(await core.identityOf('test.Second'))
    await Promise.all([first.connect(), second.connect()])
  })
  afterAll(async () => {
    await Promise.all([first.close(), second.close()])
    await core.stop()
  })

  async function subscribe(client: Client, topic: string, receiveMode?: ReceiveMode) {
    const seen: unknown[] = []
    const operation = client.subscribeToTopic({
      topic,
      ...(receiveMode === undefined ? {} : { receiveMode }),
    })
    operation.on('message', ({ jsonMessage, binaryMessage }) => {
      seen.push(jsonMessage?.message ?? Buffer.from(binaryMessage?.message as Uint8Array).toString('utf8'))
    })
    await operation.activate()
    return { seen, operation }
  }
  const publish = (client: Client, topic: string, text: string) =>
    client.publishToTopic({ topic, publishMessage: { binaryMessage: { message: text } } })

  it('is refused with a token that is none', async () => {
    const { socketPath } = await core.identityOf('test.First')
    const stranger = createSdkClient({ socketPath, token: 'x'.repeat(16) })
    await expect(stranger.connect()).rejects.toThrow()
  })

  it('carries JSON and bytes from one component to another in order', async () => {
    const { seen, operation } = await subscribe(second, 'line/a')
    await first.publishToTopic({ topic: 'line/a', publishMessage: { jsonMessage: { message: { n: 1 } } } })
    for (const text of ['one', 'two', 'three']) await publish(first, 'line/a', text)
    await until('all have come', () => seen.length === 4)
    expect(seen).toEqual([{ n: 1 }, 'one', 'two', 'three'])
    await operation.close()
  })

  it('delivers by wildcards, and no more after the subscription is closed', async () => {
    const { seen, operation } = await subscribe(second, 'line/+/heat')
    const { seen: all } = await subscribe(second, 'line/#')
    await publish(first, 'line/1/heat', 'a')
    await publish(first, 'line/1/2/heat', 'b')
    await until('both have come', () => all.length === 2)
    await operation.close()
    await publish(first, 'line/3/heat', 'c')
    await until('the third has come', () => all.length === 3)
    expect(seen).toEqual(['a'])
  })

  it('hears itself as the flavour does', async () => {
    const plain = await subscribe(first, 'line/self')
    const wild = await subscribe(first, 'line/self/#')
    const others = await subscribe(first, 'line/self', ReceiveMode.RECEIVE_MESSAGES_FROM_OTHERS)
    await publish(first, 'line/self', 'mine')
    await publish(second, 'line/self', 'yours')
    await until('all have heard the other', () =>
      [plain, wild, others].every(({ seen }) => seen.includes('yours')),
    )
    const heard = [plain, wild, others].map(({ seen }) => seen.includes('mine'))
    expect(heard).toEqual(flavour === 'lite' ? [true, true, true] : [true, false, false])
  })

  it('is refused what its recipe does not allow', async () => {
    await expect(publish(first, 'other/t', 'x')).rejects.toMatchObject(UNAUTHORIZED)
    await expect(first.subscribeToTopic({ topic: 'other/t' }).activate()).rejects.toMatchObject(UNAUTHORIZED)
    const request = { topicName: 'other/t', qos: QOS.AT_LEAST_ONCE, payload: 'x' }
    await expect(first.publishToIoTCore(request)).rejects.toMatchObject(UNAUTHORIZED)
  })

  it('reads configuration bare when it is a map, under its key when it is a leaf', async () => {
    expect((await first.getConfiguration({ keyPath: ['nested'] })).value).toEqual({ deep: 'x' })
    expect((await first.getConfiguration({ keyPath: ['list'] })).value).toEqual({ list: [1, 'two'] })
    const other = await second.getConfiguration({ componentName: 'test.First', keyPath: ['speed'] })
    expect(other).toMatchObject({ componentName: 'test.First', value: { speed: 3 } })
    expect((await first.getConfiguration({ keyPath: [] })).value).toHaveProperty('accessControl')
    await expect(first.getConfiguration({ keyPath: ['none'] })).rejects.toMatchObject({
      serviceError: { _errorCode: 'ResourceNotFoundError' },
    })
  })

  it('changes its own configuration and hears of every leaf', async () => {
    const paths: string[] = []
    const operation = second.subscribeToConfigurationUpdate({ componentName: 'test.First', keyPath: [] })
    operation.on('message', ({ configurationUpdateEvent: event }) =>
      paths.push(event?.keyPath?.join('/') ?? ''),
    )
    await operation.activate()
    const timestamp = new Date(4_102_444_800_500)
    await first.updateConfiguration({ timestamp, valueToMerge: { nested: { deep: 'y', more: 1 }, speed: 3 } })
    await until('both leaves are told', () => paths.length === 2)
    expect(paths).toEqual(['nested/deep', 'nested/more'])
    expect((await first.getConfiguration({ keyPath: ['nested'] })).value).toEqual({ deep: 'y', more: 1 })
  })

  it('cannot change its rights', async () => {
    const request = { timestamp: new Date(4_102_444_900_500), valueToMerge: { accessControl: {} } }
    await expect(first.updateConfiguration(request)).rejects.toMatchObject({
      serviceError: { _errorCode: 'InvalidArgumentsError' },
    })
  })

  it('treats a stale value as the flavour does', async () => {
    const update = first.updateConfiguration({
      keyPath: ['speed'],
      timestamp: new Date(1500),
      valueToMerge: { speed: 9 },
    })
    const write = first.updateConfiguration({
      timestamp: new Date(4_102_445_000_500),
      valueToMerge: { fresh: 1 },
    })
    await Promise.allSettled([update, write])
    const stale = first.updateConfiguration({ timestamp: new Date(2500), valueToMerge: { fresh: 2 } })
    if (flavour === 'lite') await stale
    else
      await expect(stale).rejects.toMatchObject({
        serviceError: { _errorCode: 'FailedUpdateConditionCheckError' },
      })
    expect((await first.getConfiguration({ keyPath: ['fresh'] })).value).toEqual({ fresh: 1 })
  })

  it('reaches the cloud, and fails at once while the link is down', async () => {
    const request = { topicName: 'cloud/a', qos: QOS.AT_LEAST_ONCE, payload: 'hello' }
    await first.publishToIoTCore(request)
    expect(core.cloud.sent.at(-1)).toEqual({ topic: 'cloud/a', payload: 'hello', qos: 1 })
    core.cloud.isUp = false
    await expect(first.publishToIoTCore(request)).rejects.toMatchObject({
      serviceError: { _errorCode: 'ServiceError' },
    })
    core.cloud.isUp = true
  })

  it('gets messages from the cloud, except those that lite loses for their size', async () => {
    const seen: number[] = []
    const operation = first.subscribeToIoTCore({ topicName: 'cloud/#', qos: QOS.AT_LEAST_ONCE })
    operation.on('message', ({ message }) => {
      if (message?.payload instanceof Uint8Array) seen.push(message.payload.byteLength)
    })
    await operation.activate()
    for (const sizeBytes of [100, 5100, 200]) core.cloud.deliver('cloud/cmd', new Uint8Array(sizeBytes))
    await until('the last has come', () => seen.includes(200))
    expect(seen).toEqual(flavour === 'lite' ? [100, 200] : [100, 5100, 200])
  })

  it('may report that it runs', async () => {
    expect(await first.updateState({ state: 'RUNNING' as never })).toEqual({})
  })

  it('finds operations that the flavour does not have refused', async () => {
    await expect(first.listComponents({})).rejects.toThrow()
    const validate = first.subscribeToValidateConfigurationUpdates({}).activate()
    if (flavour === 'lite') await expect(validate).rejects.toThrow()
    else await validate
  })

  it('takes a publish to a wildcard for a topic on lite, and refuses it on Java', async () => {
    const published = publish(first, 'line/+', 'x')
    if (flavour === 'lite') await published
    else await expect(published).rejects.toThrow()
  })

  it('shares topics with code in the nucleus itself', async () => {
    const { seen } = await subscribe(second, 'line/cli')
    const bus = core.nucleus.bus('cli')
    const heard: string[] = []
    const subscription = await bus.subscribe('line/+', ({ topic }) => heard.push(topic))
    await bus.publish('line/cli', { bytes: Buffer.from('from inside') })
    await bus.publish('line/cli', { json: { a: 1 } })
    await until('both have come', () => seen.length === 2)
    expect({ seen, heard }).toEqual({ seen: ['from inside', { a: 1 }], heard: ['line/cli', 'line/cli'] })
    await subscription.close()
    await expect(bus.publish('line/cli', { bytes: new Uint8Array(8000) })).rejects.toMatchObject({
      code: 'GENBA_BUS_TOO_LARGE',
    })
  })
})
