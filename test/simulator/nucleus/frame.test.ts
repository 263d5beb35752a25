import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, type EventFrame, FrameFault } from '../../../simulator/nucleus/wire/frame.ts'
import { createFrameReader } from '../../../simulator/nucleus/wire/frame-reader.ts'
import { createFrameWriter } from '../../../simulator/nucleus/wire/frame-writer.ts'

const writer = (headers: readonly (readonly [string, string])[] = []) =>
  createFrameWriter({ messageType: 0, flags: 2, headers, protocolHeadersFirst: true })

function readAll(bytes: Buffer, cuts: readonly number[] = [], limit = 100_000): EventFrame[] {
  const reader = createFrameReader(limit)
  const places = [0, ...[...cuts].map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return places.slice(1).flatMap((end, index) => [...reader.push(bytes.subarray(places[index], end))])
}

describe('an event-stream frame', () => {
  it('is laid out byte by byte as the protocol says', () => {
    const frame = createFrameWriter({
      messageType: 5,
      flags: 1,
      headers: [],
      protocolHeadersFirst: true,
    })(0, Buffer.alloc(0))
    const headers = [
      [13, ...Buffer.from(':message-type'), 4, 0, 0, 0, 5],
      [14, ...Buffer.from(':message-flags'), 4, 0, 0, 0, 1],
      [10, ...Buffer.from(':stream-id'), 4, 0, 0, 0, 0],
    ].flat()
    expect(frame).toHaveLength(71)
    expect([...frame.subarray(0, 8)]).toEqual([0, 0, 0, 71, 0, 0, 0, 55])
    // CRC-32 of the eight length bytes, worked out by hand with the IEEE polynomial.
    expect(frame.readUInt32BE(8)).toBe(crc32Bitwise(frame.subarray(0, 8)))
    expect([...frame.subarray(12, 67)]).toEqual(headers)
    expect(frame.readUInt32BE(67)).toBe(crc32Bitwise(frame.subarray(0, 67)))
  })

  it('comes back as it was written, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ streamId: fc.nat(2 ** 31 - 1), payload: fc.uint8Array({ maxLength: 300 }) }), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (messages, cuts) => {
          const write = writer([['operation', 'aws.greengrass#PublishToTopic']])
          const bytes = Buffer.concat(messages.map(({ streamId, payload }) => write(streamId, payload)))
          const frames = readAll(bytes, cuts)
          expect(
            frames.map(({ streamId, payload }) => ({ streamId, payload: Uint8Array.from(payload) })),
          ).toEqual(messages)
          expect(frames[0]?.headers.get('operation')).toBe('aws.greengrass#PublishToTopic')
        },
      ),
    )
  })

  it('reads every type of header', () => {
    const text = Buffer.from('x')
    const frame = createFrameWriter({
      messageType: 0,
      flags: 0,
      protocolHeadersFirst: false,
      headers: [
        ['yes', true],
        ['no', false],
        ['long', -5n],
        ['bytes', text],
        ['text', 'é'],
      ],
    })(3, text)
    const { headers } = decodeFrame(frame)
    expect([...headers]).toEqual([
      ['yes', true],
      ['no', false],
      ['long', -5n],
      ['bytes', text],
      ['text', 'é'],
    ])
  })

  it('is refused when any bit of it is wrong', () => {
    const frame = writer([['operation', 'x']])(1, Buffer.from('payload'))
    fc.assert(
      fc.property(fc.nat(frame.length - 1), fc.nat(7), (place, bit) => {
        const broken = Buffer.from(frame)
        broken.writeUInt8(broken.readUInt8(place) ^ (1 << bit), place)
        expect(() => readAll(broken)).toThrow(FrameFault)
      }),
    )
  })

  it('is refused over the limit as soon as its length is known', () => {
    const frame = writer()(1, Buffer.alloc(500))
    expect(() => readAll(frame.subarray(0, 12), [], 500)).toThrow('over the limit')
  })

  it('never makes the reader hang or throw anything else on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readAll(Buffer.from(bytes))
          decodeFrame(Buffer.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(FrameFault)
        }
      }),
    )
  })
})

function crc32Bitwise(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}
