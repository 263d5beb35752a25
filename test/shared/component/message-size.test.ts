import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../shared/bytes/json.ts'
import { countSubobjects, jsonDepth } from '../../../shared/component/json-extent.ts'
import {
  checkPublish,
  cloudPublishFrameBytes,
  IPC_FRAME_BYTES_MAX,
  JSON_SUBOBJECTS_MAX,
  publishFrameBytes,
} from '../../../shared/component/message-size.ts'

/** Frame lengths as the client and a real nucleus lite write them: headers by name and type, 16 bytes around. */
const INT_HEADERS = 19 + 20 + 16
const text = (name: string, value: string): number => 4 + name.length + value.length
const request = (operation: string, body: unknown): number =>
  16 +
  INT_HEADERS +
  text('operation', `aws.greengrass#${operation}`) +
  Buffer.byteLength(JSON.stringify(body))
const event = (body: unknown): number =>
  16 +
  INT_HEADERS +
  text(':content-type', 'application/json') +
  text('service-model-type', 'aws.greengrass#SubscriptionResponseMessage') +
  Buffer.byteLength(JSON.stringify(body))

describe('the size of a message on the local bus', () => {
  it('is the larger of the request and the delivery, to the byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.uint8Array({ maxLength: 50 }), (topic, bytes) => {
        const message = Buffer.from(bytes).toString('base64')
        const expected = Math.max(
          request('PublishToTopic', { topic, publishMessage: { binaryMessage: { message } } }),
          event({ binaryMessage: { message, context: { topic } } }),
        )
        expect(publishFrameBytes(topic, { bytes })).toBe(expected)
      }),
    )
  })

  it('counts JSON as it is spelt', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (topic, value) => {
          const json = JSON.parse(JSON.stringify(value)) as JsonObject
          const expected = Math.max(
            request('PublishToTopic', { topic, publishMessage: { jsonMessage: { message: json } } }),
            event({ jsonMessage: { message: json, context: { topic } } }),
          )
          expect(publishFrameBytes(topic, { json })).toBe(expected)
        },
      ),
    )
  })

  it('agrees with the delivery frame of 235 bytes that a real nucleus lite sent', () => {
    expect(publishFrameBytes('oracle/g', { bytes: Buffer.from('hi') })).toBe(235)
  })

  it('is known for IoT Core as well', () => {
    const payload = Buffer.from('four')
    const body = { topicName: 'a/b', qos: '1', payload: payload.toString('base64') }
    expect(cloudPublishFrameBytes('a/b', payload)).toBe(request('PublishToIoTCore', body))
  })
})

describe('the check before a publish', () => {
  it('takes 7,300 bytes and refuses 7,400, as measured on nucleus lite', () => {
    expect(() => checkPublish('oracle/a', { bytes: new Uint8Array(7300) })).not.toThrow()
    expect(() => checkPublish('oracle/a', { bytes: new Uint8Array(7400) })).toThrow(
      expect.objectContaining({ code: 'GENBA_BUS_TOO_LARGE' }),
    )
  })

  it('draws the line at exactly ten thousand bytes', () => {
    const spare = IPC_FRAME_BYTES_MAX - publishFrameBytes('', { bytes: new Uint8Array(7200) })
    const topic = 't'.repeat(spare)
    expect(() => checkPublish(topic, { bytes: new Uint8Array(7200) })).not.toThrow()
    expect(() => checkPublish(`${topic}t`, { bytes: new Uint8Array(7200) })).toThrow()
  })

  it('refuses JSON with more values than the memory of nucleus lite holds', () => {
    const fits = { list: Array.from({ length: JSON_SUBOBJECTS_MAX - 2 }, () => 0) }
    expect(() => checkPublish('t', { json: fits })).not.toThrow()
    expect(() => checkPublish('t', { json: { list: [...fits.list, 0] } })).toThrow('too many values')
  })

  it('refuses JSON nested deeper than nucleus lite goes', () => {
    const nest = (depth: number): JsonObject => (depth === 1 ? {} : { a: nest(depth - 1) })
    expect(() => checkPublish('t', { json: nest(11) })).not.toThrow()
    expect(() => checkPublish('t', { json: nest(14) })).toThrow('too many values')
  })
})

describe('the extent of a JSON value', () => {
  it('counts an element of a list once and an entry of a map twice', () => {
    expect(countSubobjects({ a: [1, 2, { b: null }], c: 'x' })).toBe(4 + 3 + 2)
    expect(countSubobjects('x')).toBe(0)
  })

  it('counts the root as the first level', () => {
    expect([jsonDepth(5), jsonDepth({ a: 5 }), jsonDepth([{ a: 5 }])]).toEqual([1, 2, 3])
  })
})
