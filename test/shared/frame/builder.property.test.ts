import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrameBuilder } from '../../../shared/frame/builder.ts'
import { sliceColumn } from '../../../shared/frame/column.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { type EncodedContent, encodeContent, sealFrame } from '../../../shared/frame/encode.ts'
import type { Column } from '../../../shared/frame/frame.ts'
import { PRODUCER_BYTES_MAX } from '../../../shared/frame/limits.ts'
import { batchBytesMax, type FrameBatch } from '../../../shared/frame/round.ts'
import { BODY_BYTES_MIN } from '../../../shared/frame/samples-encode.ts'
import { columns, sampleTexts } from './columns.ts'

const longestProducer = 'p'.repeat(PRODUCER_BYTES_MAX)
const biggestIdentity = { producer: longestProducer, epoch: Number.MAX_SAFE_INTEGER, sequence: 2 ** 52 }

type Step = { batch: FrameBatch; afterMs: number }

/** Batches with rising watermarks and positions that name their index, some of them empty. */
const steps: fc.Arbitrary<Step[]> = fc
  .array(fc.record({ columns, afterMs: fc.nat(40) }), { minLength: 1, maxLength: 40 })
  .map((list) =>
    list.map(({ columns, afterMs }, i) => ({
      afterMs,
      batch: { columns, completeBeforeUs: i * 1000, position: `{"batch":${i}}` },
    })),
  )

function samplesByTag(list: readonly (readonly Column[])[]): Map<string, string[]> {
  const byTag = new Map<string, string[]>()
  for (const column of list.flat()) {
    const key = `${column.data.kind} ${column.tag}`
    byTag.set(key, [...(byTag.get(key) ?? []), ...sampleTexts(column)])
  }
  return new Map([...byTag].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function framesOf(contents: readonly EncodedContent[], maxBytes: number) {
  return contents.map((content) => {
    const bytes = sealFrame(content, biggestIdentity)
    expect(bytes.length).toBeLessThanOrEqual(maxBytes)
    const frame = decodeFrame(bytes)
    if (frame.body !== 'samples') throw new Error('a builder makes samples frames only')
    return frame
  })
}

describe.each([true, false])('a builder (positioned: %s)', (positioned) => {
  it('gives out every sample once, in order, in frames within the limit', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 60_000, max: 90_000 }), (steps, maxBytes) => {
        const builder = createFrameBuilder({ positioned, maxBytes, roundBytes: maxBytes * 2 })
        const contents: EncodedContent[] = []
        let nowMs = 0
        for (const { batch, afterMs } of steps) {
          nowMs += afterMs
          contents.push(...builder.due(nowMs), ...builder.append(batch, nowMs))
        }
        contents.push(...builder.flush())
        const frames = framesOf(contents, maxBytes)
        const given = steps.map(({ batch }) => batch.columns)
        expect(samplesByTag(frames.map((frame) => frame.columns))).toEqual(samplesByTag(given))
      }),
      { numRuns: 60 },
    )
  })

  it('never states a watermark or position whose batch is not in frames up to it', () => {
    fc.assert(
      fc.property(steps, (steps) => {
        const maxBytes = 60_000
        const builder = createFrameBuilder({ positioned, maxBytes, roundBytes: maxBytes })
        const contents = steps.flatMap(({ batch }, i) => builder.append(batch, i))
        const frames = framesOf([...contents, ...builder.flush()], maxBytes)
        const sizes = steps.map(({ batch }) => count(batch.columns))
        let emitted = 0
        let previousUs = Number.NEGATIVE_INFINITY
        for (const { header, columns } of frames) {
          emitted += count(columns)
          expect(header.completeBeforeUs).toBeGreaterThanOrEqual(previousUs)
          previousUs = header.completeBeforeUs
          const last = header.position === '' ? -1 : JSON.parse(header.position).batch
          const covered = sizes.slice(0, last + 1).reduce((sum, size) => sum + size, 0)
          expect(header.completeBeforeUs).toBe(last < 0 ? Number.NEGATIVE_INFINITY : last * 1000)
          if (positioned) expect(emitted).toBe(covered)
          else expect(emitted).toBeGreaterThanOrEqual(covered)
        }
        expect(JSON.parse(frames.at(-1)?.header.position ?? '').batch).toBe(steps.length - 1)
      }),
      { numRuns: 60 },
    )
  })
})

describe('the bound of a batch', () => {
  it('is never exceeded by its encoding, so that what was not measured fits too', () => {
    const oneBatch = fc.oneof(
      columns,
      columns.map((list) => list.map((column) => sliceColumn(column, 0, 3))),
    )
    fc.assert(
      fc.property(oneBatch, (columns) => {
        const batch = { columns, completeBeforeUs: 0, position: '' }
        const { bytes } = encodeContent({ body: 'samples', ...batch })
        expect(bytes.length).toBeLessThanOrEqual(batchBytesMax(batch) + BODY_BYTES_MIN)
      }),
      { numRuns: 300 },
    )
  })
})

function count(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + column.timesUs.length, 0)
}
