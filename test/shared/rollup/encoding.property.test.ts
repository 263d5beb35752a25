import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeRollup } from '../../../shared/rollup/decode.ts'
import { encodeRollup, rollupCrc } from '../../../shared/rollup/encode.ts'
import { RollupError } from '../../../shared/rollup/errors.ts'
import { RESOLUTIONS_US } from '../../../shared/rollup/resolution.ts'
import { rollUp } from '../../../shared/rollup/roll-up.ts'
import { bitsOf, column } from './samples.ts'

const cells = fc
  .tuple(fc.array(column, { minLength: 1, maxLength: 2 }), fc.constantFrom(...RESOLUTIONS_US))
  .map(([columns, widthUs]) => rollUp(columns, widthUs))
  .filter(({ startsUs }) => startsUs.length > 0)

describe('the bytes of a rollup', () => {
  it('give back every bit of every cell', () => {
    fc.assert(
      fc.property(cells, (given) => {
        const { widthUs, ...rest } = decodeRollup(encodeRollup(given))
        expect(widthUs).toBe(given.widthUs)
        expect(bitsOf({ widthUs, ...rest })).toEqual(bitsOf(given))
      }),
      { numRuns: 500 },
    )
  })

  it('give back a sum that passed the largest double', () => {
    const values = Float64Array.of(Number.MAX_VALUE, Number.MAX_VALUE, 1.5, 1)
    const timesUs = Float64Array.of(0, 1, 2, 10_000_000)
    const given = rollUp(
      [{ tag: 'a', timesUs, quality: new Uint8Array(4), data: { kind: 'number', values } }],
      10_000_000,
    )
    expect(bitsOf(decodeRollup(encodeRollup(given)))).toEqual(bitsOf(given))
  })

  it('are refused when any bit of them is another, or an end is missing', () => {
    fc.assert(
      fc.property(cells, fc.nat(), fc.nat(7), fc.boolean(), (given, place, bit, isCut) => {
        const bytes = encodeRollup(given)
        const at = place % bytes.length
        const damaged = isCut ? bytes.subarray(0, at) : Uint8Array.from(bytes)
        if (!isCut) damaged[at] = (damaged[at] ?? 0) ^ (1 << bit)
        expect(() => decodeRollup(damaged)).toThrow(RollupError)
      }),
    )
  })

  it('with other content under a right CRC are decoded or refused, and nothing else', () => {
    fc.assert(
      fc.property(cells, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1 }), (given, changes) => {
        const bytes = encodeRollup(given)
        for (const [place, byte] of changes) bytes[8 + (place % (bytes.length - 8))] = byte
        new DataView(bytes.buffer).setUint32(4, rollupCrc(bytes), true)
        try {
          decodeRollup(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(RollupError)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('of a later format or an unknown resolution are refused by name', () => {
    const [given] = fc.sample(cells, { seed: 1, numRuns: 1 })
    const later = encodeRollup(given ?? rollUp([], 10))
    const unknown = Uint8Array.from(later)
    later[2] = 9
    expect(() => decodeRollup(later)).toThrow(expect.objectContaining({ code: 'GENBA_ROLLUP_VERSION' }))
    unknown[3] = RESOLUTIONS_US.length
    new DataView(unknown.buffer).setUint32(4, rollupCrc(unknown), true)
    expect(() => decodeRollup(unknown)).toThrow(expect.objectContaining({ code: 'GENBA_ROLLUP_CORRUPT' }))
  })

  it('are not made of cells that no chunk has', () => {
    expect(() => encodeRollup(rollUp([], 10_000_000))).toThrow(RangeError)
    const [some] = fc.sample(column, { seed: 1, numRuns: 1 })
    expect(() => encodeRollup(rollUp(some === undefined ? [] : [some], 7))).toThrow(RangeError)
  })
})
