import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Chunk } from '../../../shared/chunk/chunk.ts'
import { decodeChunk, inspectChunk } from '../../../shared/chunk/decode.ts'
import { chunkCrc, encodeChunk } from '../../../shared/chunk/encode.ts'
import { ChunkError } from '../../../shared/chunk/errors.ts'
import type { Column } from '../../../shared/frame/frame.ts'
import { columns as frameColumns, sampleTexts } from '../frame/columns.ts'

const column = frameColumns.map((list) => list.find(({ timesUs }) => timesUs.length > 0)).filter(isThere)

function isThere(found: Column | undefined): found is Column {
  return found !== undefined
}

/** Columns of one tag, some samples with their order of arrival. */
const chunk: fc.Arbitrary<Chunk> = fc
  .record({
    columns: fc.array(column, { minLength: 1, maxLength: 3 }),
    fromLsn: fc.integer({ min: 1, max: 2 ** 40 }),
    frames: fc.integer({ min: 0, max: 2 ** 20 }),
    receipt: fc.record({
      fromUs: fc.integer({ min: 0, max: 2 ** 30 }).map((seconds) => seconds * 1e6),
      spanUs: fc.integer({ min: 0, max: 2 ** 30 }).map((seconds) => seconds * 1e6),
      lawRevision: fc.nat(1000),
    }),
    kept: fc.array(fc.tuple(fc.nat(2 ** 20), fc.nat(2 ** 31)), { maxLength: 20 }),
  })
  .map(({ columns, fromLsn, frames, receipt: { spanUs, ...receipt }, kept }) => {
    let next = 0
    return {
      tag: 'line1/a',
      fromLsn,
      toLsn: fromLsn + frames,
      receipt: { ...receipt, toUs: receipt.fromUs + spanUs },
      columns: columns.map((one) => {
        const count = one.timesUs.length
        const lsns = new Float64Array(count).fill(fromLsn)
        const indexes = new Uint32Array(count)
        for (let i = 0; i < count; i += 3) {
          const [lsn, index] = kept[next++] ?? [0, 0]
          lsns[i] = fromLsn + Math.min(lsn, frames)
          indexes[i] = index
        }
        return { column: { ...one, tag: 'line1/a' }, lsns, indexes }
      }),
    }
  })

describe('a chunk', () => {
  it('comes back as it was, every bit of every value', () => {
    fc.assert(
      fc.property(chunk, (given) => {
        const { columns, ...rest } = decodeChunk(encodeChunk(given))
        const { columns: givenColumns, ...givenRest } = given
        expect(rest).toEqual(givenRest)
        expect(columns.map(textsOf)).toEqual(givenColumns.map(textsOf))
      }),
    )
  })

  it('says without being decoded what it holds', () => {
    fc.assert(
      fc.property(chunk, (given) => {
        const times = given.columns.flatMap(({ column }) => [...column.timesUs])
        const { columns: _, ...rest } = given
        expect(inspectChunk(encodeChunk(given))).toEqual({
          ...rest,
          sampleCount: times.length,
          minTimeUs: Math.min(...times),
          maxTimeUs: Math.max(...times),
        })
      }),
    )
  })

  it('seems to have been received no later than its first sample, and no earlier than its last', () => {
    const [given] = fc.sample(chunk, { seed: 1, numRuns: 1 })
    const receipt = { fromUs: 1_700_000_000_999_999, toUs: 1_700_000_001_000_001, lawRevision: 3 }
    expect(decodeChunk(encodeChunk({ ...(given as Chunk), receipt })).receipt).toEqual({
      fromUs: 1_700_000_000_000_000,
      toUs: 1_700_000_002_000_000,
      lawRevision: 3,
    })
  })

  it('is refused when any bit of it is another, or an end is missing', () => {
    fc.assert(
      fc.property(chunk, fc.nat(), fc.nat(7), fc.boolean(), (given, place, bit, isCut) => {
        const bytes = encodeChunk(given)
        const at = place % bytes.length
        const damaged = isCut ? bytes.subarray(0, at) : Uint8Array.from(bytes)
        if (!isCut) damaged[at] = (damaged[at] ?? 0) ^ (1 << bit)
        expect(() => decodeChunk(damaged)).toThrow(ChunkError)
        expect(() => inspectChunk(damaged)).toThrow(ChunkError)
      }),
    )
  })

  it('with other content under a right CRC is decoded or refused, and nothing else', () => {
    fc.assert(
      fc.property(chunk, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1 }), (given, changes) => {
        const bytes = encodeChunk(given)
        for (const [place, byte] of changes) bytes[8 + (place % (bytes.length - 8))] = byte
        new DataView(bytes.buffer).setUint32(4, chunkCrc(bytes), true)
        try {
          decodeChunk(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(ChunkError)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('of a later format is refused by name', () => {
    const [given] = fc.sample(chunk, { seed: 1, numRuns: 1 })
    const bytes = encodeChunk(given as Chunk)
    bytes[2] = 9
    expect(() => decodeChunk(bytes)).toThrow(expect.objectContaining({ code: 'GENBA_CHUNK_VERSION' }))
  })
})

const textsOf = ({ column, lsns, indexes }: Chunk['columns'][number]) =>
  sampleTexts(column).map((text, i) => `${text} ${lsns[i]} ${indexes[i]}`)
