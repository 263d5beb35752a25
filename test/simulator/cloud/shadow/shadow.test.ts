import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../shared/bytes/json.ts'
import { realClock } from '../../../../simulator/cloud/clock.ts'
import { type IotCore, startIotCore } from '../../../../simulator/cloud/iot-core.ts'
import { connectIotCore, type MqttLink } from '../../../../simulator/cloud/mqtt-link.ts'
import { deltaOf, mergeSection } from '../../../../simulator/cloud/shadow/merge-state.ts'
import { readShadow, type Shadow, updateShadow } from '../../../../simulator/cloud/shadow/shadow.ts'
import { ShadowService } from '../../../../simulator/cloud/shadow/shadow-service.ts'
import { readShadowUpdate } from '../../../../simulator/cloud/shadow/shadow-update.ts'
import { eventually } from '../../../support/genba-process.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

/** Applies updates one after another, a second apart; the last answer. */
function apply(...requests: object[]) {
  let shadow: Shadow | undefined
  let answer: object = {}
  requests.forEach((request, index) => {
    const update = readShadowUpdate(Buffer.from(JSON.stringify(request)))
    const outcome = 'code' in update ? update : updateShadow(shadow, update, index + 1)
    if (!('code' in outcome)) shadow = outcome.shadow
    answer = outcome
  })
  return { answer, document: readShadow(shadow, 100) }
}

describe('a shadow', () => {
  it('merges objects, replaces the rest and deletes by null', () => {
    const { document } = apply(
      { state: { desired: { a: { b: 1, c: [1, 2] }, d: 1 } } },
      { state: { desired: { a: { c: [3] }, d: null } } },
    )
    expect(document).toEqual({
      state: { desired: { a: { b: 1, c: [3] } }, delta: { a: { b: 1, c: [3] } } },
      metadata: { desired: { a: { b: { timestamp: 1 }, c: [{ timestamp: 2 }] } } },
      version: 2,
      timestamp: 100,
    })
  })

  it('tells what the device has not reported, and nothing when it has', () => {
    const { answer } = apply(
      { state: { desired: { a: 1, b: { c: 2, d: 3 } } } },
      { state: { reported: { a: 1, b: { c: 9 } } }, clientToken: 't' },
    )
    expect(answer).toMatchObject({
      accepted: { state: { reported: { a: 1, b: { c: 9 } } }, clientToken: 't', version: 2 },
      delta: { state: { b: { c: 2, d: 3 } }, metadata: { b: { c: { timestamp: 1 } } } },
      documents: { previous: { version: 1 }, current: { version: 2 } },
    })
    expect(apply({ state: { desired: { a: 1 }, reported: { a: 1 } } }).answer).toMatchObject({
      delta: undefined,
    })
  })

  it.each([
    [{}, 400, 'Missing required node: state'],
    [{ state: 1 }, 400, 'State node must be an object'],
    [{ state: { desired: [] } }, 400, 'Desired node must be an object'],
    [{ state: { reported: { a: [null] } } }, 400, 'State contains an invalid node'],
    [{ state: {}, clientToken: 'x'.repeat(65) }, 400, 'Invalid clientToken'],
    [{ state: {}, version: 7 }, 400, 'Invalid version'],
    [{ state: { reported: { a: 'x'.repeat(8192) } } }, 413, 'The payload exceeds the maximum size allowed'],
    [
      { state: { reported: { a: { b: { c: { d: { e: { f: {} } } } } } } } },
      400,
      'JSON contains too many levels of nesting; maximum is 6',
    ],
  ])('refuses %# with a code and a message', (request, code, message) => {
    expect(apply(request).answer).toEqual({ code, message })
  })

  it('refuses a version that is not the current one', () => {
    const state = { reported: { a: 1 } }
    expect(apply({ state }, { state, version: 2 }).answer).toEqual({ code: 409, message: 'Version conflict' })
    expect(apply({ state }, { state, version: 1 }).answer).toHaveProperty('accepted')
  })

  it('has no delta once the device reports what is desired', () => {
    const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.array(fc.integer(), { maxLength: 3 }))
    const key = fc.constantFrom('a', 'b', 'c', '__proto__x')
    const tree = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf, { minKeys: 1 })), { minKeys: 1 })
    fc.assert(
      fc.property(tree, tree, (desired, reported) => {
        const wanted = mergeSection(undefined, desired as JsonObject, 1)
        const before = mergeSection(undefined, reported as JsonObject, 1)
        if (wanted === undefined || before === undefined) throw new Error('nothing was merged')
        const delta = deltaOf(wanted, before.state)
        const after = mergeSection(before, delta?.state ?? {}, 2)
        expect(deltaOf(wanted, after?.state ?? {})).toBeUndefined()
      }),
    )
  })
})

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
  })
})
