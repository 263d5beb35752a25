import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader } from '../../../shared/bytes/reader.ts'
import { encodeText, isWellFormed } from '../../../shared/bytes/text.ts'
import { varintLength } from '../../../shared/bytes/varint.ts'
import { ByteWriter } from '../../../shared/bytes/writer.ts'

class Malformed extends Error {}
const readerOf = (bytes: Uint8Array) => new ByteReader(bytes, (reason) => new Malformed(reason))

const wholes = fc.oneof(fc.maxSafeNat(), fc.nat(300), fc.constantFrom(2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53))

describe('bytes written and read back', () => {
  it('give the same whole numbers, with or without sign, in the length that was announced', () => {
    fc.assert(
      fc.property(wholes, fc.boolean(), (magnitude, negative) => {
        const writer = new ByteWriter(1)
        writer.varint(magnitude)
        expect(writer.length).toBe(varintLength(magnitude))
        const signed = negative && magnitude > 0 ? -magnitude : magnitude
        writer.signed(signed)
        const reader = readerOf(writer.finish())
        expect([reader.varint(), reader.signed(), reader.remaining]).toEqual([magnitude, signed, 0])
      }),
      { numRuns: 1000 },
    )
  })

  it('give the same texts, byte order marks included', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 60 })), (texts) => {
        const writer = new ByteWriter()
        for (const text of [...texts, '\uFEFFmark']) writer.block(encodeText(text))
        const reader = readerOf(writer.finish())
        expect([...texts, '\uFEFFmark'].map(() => reader.text(1000))).toEqual([...texts, '\uFEFFmark'])
      }),
    )
  })

  it('give the same doubles', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const writer = new ByteWriter()
        writer.f64(value)
        expect(readerOf(writer.finish()).f64()).toBe(value)
      }),
    )
  })
})

describe('a reader of hostile bytes', () => {
  const reads: ((reader: ByteReader) => unknown)[] = [
    (reader) => reader.varint(),
    (reader) => reader.varint(100),
    (reader) => reader.signed(),
    (reader) => reader.f64(),
    (reader) => reader.u32(),
    (reader) => reader.block(1000),
    (reader) => reader.text(1000),
  ]

  it('returns values within bounds or throws the error of its format, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), fc.array(fc.constantFrom(...reads)), (bytes, steps) => {
        const reader = readerOf(bytes)
        try {
          for (const step of steps) {
            const value = step(reader)
            if (step === reads[1]) expect(value).toBeLessThanOrEqual(100)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
        }
        expect(reader.offset).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 1000 },
    )
  })

  it('refuses text that is no UTF-8, short or long', () => {
    for (const length of [1, 50]) {
      const bytes = new Uint8Array(length + 1).fill(0xc3)
      bytes[0] = length
      expect(() => readerOf(bytes).text(100)).toThrow(Malformed)
    }
  })

  it('refuses a number that never ends', () => {
    expect(() => readerOf(new Uint8Array(64).fill(0x80)).varint()).toThrow(Malformed)
  })
})

describe('well-formed text', () => {
  it('is any text without half a surrogate pair', () => {
    expect(isWellFormed('press \u{1F6D1} 日本')).toBe(true)
    for (const text of ['\uD83D', 'a\uDED1', '\uD83Dx', '\uDED1\uD83D'])
      expect(isWellFormed(text)).toBe(false)
  })
})
