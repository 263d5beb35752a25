import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRawClient } from './raw-client.ts'
import { type IpcIdentity, startTestCore, type TestCore, until } from './test-core.ts'

/** Goal: the limits of nucleus lite. Method: a raw client. What a real one answered is replayed in test/simulator/conformance. */
const ACK = '[71] :message-type=5 :message-flags=1 :stream-id=0 | '

describe('nucleus lite on the wire', () => {
  let core: TestCore
  let alpha: IpcIdentity

  beforeAll(async () => {
    core = await startTestCore({
      components: {
        'com.example.Alpha': {
          accessControl: {
            'aws.greengrass.ipc.pubsub': { p: { operations: ['*'], resources: ['oracle/*'] } },
          },
        },
      },
    })
    alpha = await core.identityOf('com.example.Alpha')
  })
  afterAll(() => core.stop())

  const open = () => openRawClient(alpha.socketPath)
  const connected = async () => {
    const client = open()
    client.connect(JSON.stringify({ authToken: alpha.token }))
    expect(await client.take(1)).toEqual([ACK])
    return client
  }

  it('closes without a word on bytes that are no frame', async () => {
    const client = open()
    client.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
    expect(await client.take(1)).toEqual(['CLOSED'])
  })

  it('closes on a frame over ten thousand bytes, without an answer', async () => {
    const client = await connected()
    const publish = (messageBytes: number) =>
      client.request(
        1,
        'PublishToTopic',
        JSON.stringify({
          topic: 'oracle/a',
          publishMessage: { binaryMessage: { message: Buffer.alloc(messageBytes).toString('base64') } },
        }),
      )
    publish(7300)
    expect((await client.take(1))[0]).toContain('PublishToTopicResponse')
    publish(7400)
    expect(await client.take(1)).toEqual(['CLOSED'])
  })

  it('takes fifty connections and closes the next', async () => {
    const clients = await Promise.all(Array.from({ length: 50 }, connected))
    const next = open()
    expect(await next.take(1)).toEqual(['CLOSED'])
    for (const client of clients) client.close()
    await until('a place is free again', async () => {
      const client = open()
      client.connect(JSON.stringify({ authToken: alpha.token }))
      const [answer] = await client.take(1)
      client.close()
      return answer === ACK
    })
  })

  it('takes ninety-nine local subscriptions and refuses the next', async () => {
    const client = await connected()
    for (let streamId = 1; streamId <= 99; streamId++) {
      client.request(streamId, 'SubscribeToTopic', `{"topic":"oracle/${streamId}"}`)
    }
    const answers = await client.take(99)
    expect(answers.every((answer) => answer.includes('SubscribeToTopicResponse'))).toBe(true)
    client.request(100, 'SubscribeToTopic', '{"topic":"oracle/100"}')
    expect((await client.take(1))[0]).toContain('ServiceError')
    client.close()
  })

  it('waits with its answer to a publisher until a slow subscriber has caught up', async () => {
    const reader = await connected()
    reader.request(1, 'SubscribeToTopic', '{"topic":"oracle/slow"}')
    await reader.take(1)
    reader.pause(true)
    const publisher = await connected()
    const message = Buffer.alloc(6000).toString('base64')
    const payload = JSON.stringify({ topic: 'oracle/slow', publishMessage: { binaryMessage: { message } } })
    for (let streamId = 1; streamId <= 200; streamId++) publisher.request(streamId, 'PublishToTopic', payload)
    const early = await publisher.idleCount()
    expect(early).toBeLessThan(150)
    reader.pause(false)
    expect(await publisher.take(200)).toHaveLength(200)
    expect(await reader.take(200)).toHaveLength(200)
    reader.close()
    publisher.close()
  })
})
