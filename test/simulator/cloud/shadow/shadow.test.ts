import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realClock } from '../../../../simulator/cloud/clock.ts'
import { type IotCore, startIotCore } from '../../../../simulator/cloud/iot-core.ts'
import { connectIotCore, type MqttLink } from '../../../../simulator/cloud/mqtt-link.ts'
import { ShadowService } from '../../../../simulator/cloud/shadow/shadow-service.ts'
import { eventually } from '../../../support/genba-process.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

describe('shadows on the broker', () => {
  const folder = temporaryFolder()
  let iotCore: IotCore
  let shadows: ShadowService
  let link: MqttLink
  const heard: { topic: string; message: Record<string, unknown> }[] = []
  const open = () => ShadowService.open(join(folder.path, 'shadows'), iotCore, realClock)
  beforeAll(async () => {
    iotCore = await startIotCore({ directory: join(folder.path, 'iot') })
    shadows = await open()
    link = await connectIotCore({ socketPath: iotCore.socketPath, thing: 'press-1' })
    await link.subscribe('$aws/things/press-1/shadow/#', (topic, payload) => {
      // Its own requests come back to it; some of them are no JSON.
      if (/\/(get|update|delete)$/.test(topic)) return
      heard.push({ topic, message: JSON.parse(Buffer.from(payload).toString()) })
    })
  })
  afterAll(async () => {
    await link.close()
    await shadows.close()
    await iotCore.close()
    folder.remove()
  })
  async function ask(end: string, payload: string) {
    const from = heard.length
    await link.publish(`$aws/things/press-1/shadow${end}`, Buffer.from(payload), 1)
    const answer = await eventually(`an answer to ${end}`, 10_000, () =>
      heard.slice(from).find(({ topic }) => /\/(accepted|rejected)$/.test(topic)),
    )
    return { ...answer.message, end: answer.topic.split('/').at(-1) }
  }

  it('are classic and named, and outlive the service', async () => {
    await ask('/update', '{"state":{"reported":{"a":1}},"clientToken":"t"}')
    await ask('/name/heat/update', '{"state":{"desired":{"b":2}}}')
    await shadows.close()
    shadows = await open()
    expect(await ask('/get', '')).toMatchObject({ state: { reported: { a: 1 } }, version: 1 })
    expect(await ask('/name/heat/get', '{"clientToken":"g"}')).toMatchObject({
      state: { desired: { b: 2 }, delta: { b: 2 } },
      clientToken: 'g',
    })
    const order = heard.map(({ topic }) => topic).filter((topic) => topic.includes('heat/update/'))
    expect(order.map((topic) => topic.split('/').at(-1))).toEqual(['delta', 'documents', 'accepted'])
  })

  it('are deleted, and go on with their number', async () => {
    await ask('/name/gone/update', '{"state":{"reported":{"a":1}}}')
    expect(await ask('/name/gone/delete', '')).toMatchObject({ end: 'accepted', version: 1 })
    expect(await ask('/name/gone/get', '')).toMatchObject({ end: 'rejected', code: 404 })
    expect(await ask('/name/gone/delete', '')).toMatchObject({ code: 404 })
    expect(await ask('/name/gone/update', '{"state":{"reported":{"a":2}}}')).toMatchObject({ version: 2 })
  })

  it('answer what is no request with an error', async () => {
    expect(await ask('/update', '{"state":')).toMatchObject({
      end: 'rejected',
      code: 400,
      message: 'Invalid JSON',
    })
    expect(await ask(`/name/${'x'.repeat(65)}/get`, '')).toMatchObject({ code: 400 })
    expect(await ask('/update', '{"state":{},"version":7,"clientToken":"v"}')).toMatchObject({
      code: 409,
      clientToken: 'v',
    })
    expect(await ask('/name/none/get', '{"clientToken":"n"}')).toMatchObject({
      message: "No shadow exists with name: 'none'",
      clientToken: 'n',
    })
  })

  it('may be larger where they carry a deployment', async () => {
    const desired = { text: 'x'.repeat(20_000) }
    expect(await ask('/name/large/update', JSON.stringify({ state: { desired } }))).toMatchObject({
      code: 413,
    })
    const named = { thing: 'press-1', name: 'AWSManagedGreengrass' }
    expect(await shadows.setDesired(named, desired)).toBeUndefined()
    expect(shadows.desiredOf(named)).toEqual(desired)
  })
})
