import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteWriter } from '../../../shared/bytes/writer.ts'
import { decodeFrame, inspectFrame } from '../../../shared/frame/decode.ts'
import { encodeContent, frameCrc, sealFrame } from '../../../shared/frame/encode.ts'
import { FrameError } from '../../../shared/frame/errors.ts'
import { FRAME_BYTES_HARD_MAX, FRAME_SAMPLES_MAX } from '../../../shared/frame/limits.ts'
import { goldenContents, goldenIdentity } from './golden.ts'

const frames = Object.entries(goldenContents).map(([name, content]): [string, Uint8Array] => [
  name,
  sealFrame(encodeContent(content), goldenIdentity),
])

/** Makes the CRC right, so that what lies behind it has to defend itself. */
function resealed(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  if (copy.length >= 8) new DataView(copy.buffer).setUint32(4, frameCrc(copy), true)
  return copy
}

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = bytes.slice()
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

function codeOf(decode: () => unknown): string | undefined {
  try {
    decode()
  } catch (error) {
    if (error instanceof FrameError) return error.code
    throw error
  }
  return undefined
}

/** A samples frame with a right CRC around a body written by hand. */
function withBody(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter()
  write(writer)
  const empty = encodeContent({ body: 'samples', columns: [], completeBeforeUs: 0, position: '' })
  return sealFrame({ ...empty, bytes: writer.finish() }, goldenIdentity)
}

/** The directory of one boolean column that claims `count` samples at one time. */
function claim(writer: ByteWriter, count: number): void {
  writer.varint(1)
  writer.varint(count * 2 + 1)
  writer.signed(0)
  writer.varint(0)
  writer.varint(1)
  writer.varint(0)
  writer.block(Uint8Array.of(0x74))
  writer.varint(1)
}

describe.each(frames)('the frame of %s', (_, bytes) => {
  it('is refused with any one bit flipped', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const code = codeOf(() => decodeFrame(flipped(bytes, bit)))
      expect(code, `bit ${bit}`).toMatch(/^GENBA_FRAME_(CORRUPT|VERSION)$/)
    }
  })

  it('is refused at any shorter length, and with bytes after its end', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => decodeFrame(bytes.subarray(0, length)))).toBe('GENBA_FRAME_CORRUPT')
      expect(codeOf(() => decodeFrame(resealed(bytes.subarray(0, length))))).toBe('GENBA_FRAME_CORRUPT')
    }
    expect(codeOf(() => decodeFrame(resealed(Uint8Array.of(...bytes, 0))))).toBe('GENBA_FRAME_CORRUPT')
  })

  it('gives a frame or a typed error when its bits change under a right CRC', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      if (bit >= 32 && bit < 64) continue
      const changed = resealed(flipped(bytes, bit))
      codeOf(() => decodeFrame(changed))
      codeOf(() => inspectFrame(changed))
    }
  })
})

describe('bytes that are no frame', () => {
  it('give a typed error, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(codeOf(() => decodeFrame(bytes))).toBe('GENBA_FRAME_CORRUPT')
        expect(codeOf(() => inspectFrame(bytes))).toBe('GENBA_FRAME_CORRUPT')
      }),
    )
  })

  it('give a frame or a typed error behind a right prefix and CRC', () => {
    const bodies = fc.uint8Array({ maxLength: 120 })
    fc.assert(
      fc.property(bodies, fc.constantFrom(1, 2), (body, kind) => {
        const bytes = resealed(Uint8Array.of(0x47, 0x46, 1, kind, 0, 0, 0, 0, ...body))
        codeOf(() => decodeFrame(bytes))
        codeOf(() => inspectFrame(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  it('are not even looked at beyond the largest frame', () => {
    expect(codeOf(() => decodeFrame(new Uint8Array(FRAME_BYTES_HARD_MAX + 1)))).toBe('GENBA_FRAME_CORRUPT')
  })
})

describe('a frame of a later format', () => {
  it('is refused as such, whatever else has changed in it', () => {
    const [, bytes = new Uint8Array(0)] = frames[0] ?? []
    const later = bytes.slice(0, 12)
    later[2] = 2
    expect(codeOf(() => decodeFrame(later))).toBe('GENBA_FRAME_VERSION')
    expect(codeOf(() => inspectFrame(later))).toBe('GENBA_FRAME_VERSION')
  })
})

describe('a small frame that claims much', () => {
  it('is taken up to the limit of samples', () => {
    const bytes = withBody((writer) => {
      claim(writer, FRAME_SAMPLES_MAX)
      writer.bytes(Uint8Array.of(0, 0))
    })
    expect(inspectFrame(bytes).sampleCount).toBe(FRAME_SAMPLES_MAX)
    const frame = decodeFrame(bytes)
    expect(frame.body === 'samples' && frame.columns[0]?.timesUs.length).toBe(FRAME_SAMPLES_MAX)
  })

  it.each([FRAME_SAMPLES_MAX + 1, 2 ** 32, 2 ** 51])('is refused at %i samples in a vector', (count) => {
    const bytes = withBody((writer) => {
      claim(writer, count)
      writer.bytes(Uint8Array.of(0, 0))
    })
    expect(codeOf(() => decodeFrame(bytes))).toBe('GENBA_FRAME_CORRUPT')
    expect(codeOf(() => inspectFrame(bytes))).toBe('GENBA_FRAME_CORRUPT')
  })

  it('is refused when many columns share one large vector', () => {
    const bytes = withBody((writer) => {
      writer.varint(1)
      writer.varint(FRAME_SAMPLES_MAX * 2 + 1)
      writer.signed(0)
      writer.varint(0)
      writer.varint(1000)
      for (let i = 0; i < 1000; i++) {
        writer.varint(0)
        writer.block(Uint8Array.of(0x74))
        writer.varint(1)
      }
    })
    expect(codeOf(() => decodeFrame(bytes))).toBe('GENBA_FRAME_CORRUPT')
  })

  it('is refused when many large vectors serve no column', () => {
    const bytes = withBody((writer) => {
      writer.varint(1000)
      for (let i = 0; i < 1000; i++) {
        writer.varint(FRAME_SAMPLES_MAX * 2 + 1)
        writer.signed(0)
        writer.varint(0)
      }
      writer.varint(0)
    })
    expect(codeOf(() => decodeFrame(bytes))).toBe('GENBA_FRAME_CORRUPT')
  })
})
