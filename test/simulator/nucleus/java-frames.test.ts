import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openRawClient } from './raw-client.ts'
import { type IpcIdentity, startTestCore, type TestCore } from './test-core.ts'

/** Goal: where the Java nucleus differs on the wire from lite, the option `java` differs too. */
const MODELLED = ':content-type="application/json" service-model-type="aws.greengrass#'
const protocol = (type: number, flags: number, streamId: number): string =>
  `:message-type=${type} :message-flags=${flags} :stream-id=${streamId}`

describe('the Java nucleus on the wire', () => {
  let core: TestCore
  let identity: IpcIdentity

  beforeAll(async () => {
    core = await startTestCore({ flavour: 'java', components: { 'test.A': { configuration: { n: 1 } } } })
    identity = await core.identityOf('test.A')
  })
  afterAll(() => core.stop())

  const connected = async () => {
    const client = openRawClient(identity.socketPath)
    client.connect(JSON.stringify({ authToken: identity.token }))
    expect(await client.take(1)).toEqual([`[71] ${protocol(5, 1, 0)} | `])
    return client
  }
  /** The frames without their lengths. */
  const withoutLength = (frames: readonly string[]): string[] =>
    frames.map((frame) => frame.replace(/^\[\d+\] /, ''))

  it('answers a refused connection before it closes', async () => {
    const client = openRawClient(identity.socketPath)
    client.connect('{"authToken":"AAAAAAAAAAAAAAAA"}')
    expect(withoutLength(await client.take(2))).toEqual([`${protocol(5, 0, 0)} | `, 'CLOSED'])
  })

  it('ends the stream of a single answer, and writes its own headers before those of the protocol', async () => {
    const client = await connected()
    client.request(1, 'GetConfiguration', '{"keyPath":["n"]}')
    expect(withoutLength(await client.take(1))).toEqual([
      `${MODELLED}GetConfigurationResponse" ${protocol(0, 2, 1)} | {"componentName":"test.A","value":{"n":1}}`,
    ])
    client.request(2, 'SubscribeToTopic', '{"topic":"a"}')
    expect((await client.take(1))[0]).toContain(protocol(0, 0, 2))
    client.close()
  })

  it('spells errors both ways', async () => {
    const client = await connected()
    client.request(1, 'GetConfiguration', '{"keyPath":["none"]}')
    const [frame = ''] = withoutLength(await client.take(1))
    expect(frame).toContain(`${MODELLED}ResourceNotFoundError" ${protocol(1, 2, 1)} | `)
    expect(JSON.parse(frame.slice(frame.indexOf('| ') + 2))).toEqual({
      message: 'Key not found',
      _message: 'Key not found',
      _errorCode: 'ResourceNotFoundError',
      _service: 'aws.greengrass#GreengrassCoreIPC',
    })
    client.close()
  })

  it('has no model for an operation that it does not know, and plain text for what breaks inside', async () => {
    const client = await connected()
    client.request(1, 'Nonsense', '{}')
    client.request(2, 'GetConfiguration', 'no JSON')
    expect(withoutLength(await client.take(2))).toEqual([
      `:content-type="application/json" ${protocol(1, 2, 1)} | {"error":"Unsupported Operation","message":"Nonsense is an unsupported operation."}`,
      `:content-type="text/plain" ${protocol(1, 2, 2)} | InternalServerError`,
    ])
    client.close()
  })

  it('answers a ping with what it carried', async () => {
    const client = await connected()
    client.send({ type: 2, streamId: 0, payload: 'are you there' })
    expect(withoutLength(await client.take(1))).toEqual([`${protocol(3, 0, 0)} | are you there`])
    client.close()
  })

  it('ignores messages of a stream that is closed, and closes on one that was never opened', async () => {
    const client = await connected()
    client.request(1, 'GetConfiguration', '{"keyPath":["n"]}')
    await client.take(1)
    client.send({ type: 0, streamId: 1 })
    client.request(2, 'GetConfiguration', '{"keyPath":["n"]}')
    expect((await client.take(1))[0]).toContain(':stream-id=2')
    client.send({ type: 0, streamId: 9 })
    expect(await client.take(1)).toEqual(['CLOSED'])
  })

  it('takes frames far over the limit of lite', async () => {
    const client = await connected()
    const message = Buffer.alloc(200_000).toString('base64')
    client.request(
      1,
      'PublishToTopic',
      JSON.stringify({ topic: 'a', publishMessage: { binaryMessage: { message } } }),
    )
    expect((await client.take(1))[0]).toContain('PublishToTopicResponse')
    client.close()
  })
})
