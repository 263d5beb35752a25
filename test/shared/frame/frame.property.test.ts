import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeFrame, inspectFrame } from '../../../shared/frame/decode.ts'
import { encodeContent, sealFrame } from '../../../shared/frame/encode.ts'
import type { FrameContent } from '../../../shared/frame/frame.ts'
import { columns, exactly } from './columns.ts'

const watermarks = fc.oneof(fc.constantFrom(Infinity, -Infinity), fc.maxSafeInteger())
const identities = fc.record({
  producer: fc.string({ unit: 'grapheme', maxLength: 12 }),
  epoch: fc.maxSafeNat(),
  sequence: fc.maxSafeNat(),
})
const marks = fc.record({
  completeBeforeUs: watermarks,
  position: fc.string({ unit: 'grapheme', maxLength: 40 }),
})

describe('a sealed frame', () => {
  it('gives back every column, time, quality and value to the bit', () => {
    fc.assert(
      fc.property(columns, marks, identities, (columns, mark, identity) => {
        const frame = decodeFrame(sealFrame(encodeContent({ body: 'samples', columns, ...mark }), identity))
        expect(frame.header).toEqual({ ...identity, ...mark })
        expect(frame.body === 'samples' && frame.columns.map(exactly)).toEqual(columns.map(exactly))
      }),
      { numRuns: 400 },
    )
  })

  it('tells the kinds, counts and time ranges of its columns without decoding them', () => {
    fc.assert(
      fc.property(columns, marks, identities, (columns, mark, identity) => {
        const inspection = inspectFrame(
          sealFrame(encodeContent({ body: 'samples', columns, ...mark }), identity),
        )
        expect(inspection).toEqual({
          ...identity,
          ...mark,
          body: 'samples',
          recordCount: 0,
          sampleCount: columns.reduce((sum, column) => sum + column.timesUs.length, 0),
          columns: columns.map((column) => ({
            tag: column.tag,
            kind: column.data.kind,
            sampleCount: column.timesUs.length,
            minTimeUs: column.timesUs.reduce((a, b) => Math.min(a, b)),
            maxTimeUs: column.timesUs.reduce((a, b) => Math.max(a, b)),
          })),
        })
      }),
    )
  })

  it('gives back records as they were', () => {
    const records = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 20 })
    fc.assert(
      fc.property(records, marks, identities, (records, mark, identity) => {
        const content: FrameContent = { body: 'records', records, ...mark }
        const bytes = sealFrame(encodeContent(content), identity)
        expect(decodeFrame(bytes)).toEqual({ body: 'records', header: { ...identity, ...mark }, records })
        expect(inspectFrame(bytes)).toMatchObject({
          ...identity,
          body: 'records',
          recordCount: records.length,
        })
      }),
    )
  })
})
