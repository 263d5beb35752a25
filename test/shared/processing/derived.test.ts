import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OutputFramer } from '../../../components/processor/output-framer.ts'
import { encodeContent, sealFrame } from '../../../shared/frame/encode.ts'
import type { FrameHeader } from '../../../shared/frame/frame.ts'
import { FRAME_BYTES_MAX, TAG_BYTES_MAX } from '../../../shared/frame/limits.ts'
import { type DerivedBatch, DerivedSamples, DerivedState } from '../../../shared/processing/derived.ts'
import type { DerivedSample } from '../../../shared/processing/rules/outcome.ts'

const SECOND_US = 1_000_000

const header = (completeBeforeUs: number, producer = 'p'): FrameHeader => ({
  producer,
  epoch: 1,
  sequence: 0,
  completeBeforeUs,
  position: '',
})

const derived = (value: DerivedSample['value'], own: Partial<DerivedSample> = {}): DerivedSample => ({
  kind: 'derive',
  rule: 'r',
  key: 'k',
  timeUs: SECOND_US,
  tag: 'd',
  value,
  quality: 0,
  ...own,
})

/** Samples of batches as they were given, column by column. */
const valuesOf = (batches: readonly DerivedBatch[]) =>
  batches.flatMap(({ columns }) =>
    columns.flatMap(({ tag, data, timesUs }) =>
      [...data.values].map((value, index) => [tag, data.kind, timesUs[index], value]),
    ),
  )

describe('derived samples', () => {
  it('are one column a tag and kind, in order of their first', () => {
    const samples = [
      derived(1),
      derived('idle', { timeUs: 2 }),
      derived(true, { tag: 'e' }),
      derived(2, { quality: 1, timeUs: 3 }),
    ]
    const [batch, ...others] = new DerivedSamples().take(header(5), samples)
    expect(others).toEqual([])
    expect(batch?.columns).toEqual([
      {
        tag: 'd',
        timesUs: Float64Array.of(SECOND_US, 3),
        quality: Uint8Array.of(0, 1),
        data: { kind: 'number', values: Float64Array.of(1, 2) },
      },
      {
        tag: 'd',
        timesUs: Float64Array.of(2),
        quality: Uint8Array.of(0),
        data: { kind: 'text', values: ['idle'] },
      },
      {
        tag: 'e',
        timesUs: Float64Array.of(SECOND_US),
        quality: Uint8Array.of(0),
        data: { kind: 'boolean', values: Uint8Array.of(1) },
      },
    ])
  })

  it('keep the beginning of a text, cut between characters', () => {
    const batches = new DerivedSamples().take(header(0), [derived(`${'x'.repeat(499)}😀 and more`)])
    expect(valuesOf(batches)).toEqual([['d', 'text', SECOND_US, 'x'.repeat(499)]])
  })

  it.each([
    ['the longest texts and tags', '温'.repeat(500), '線'.repeat(170)],
    ['long texts of one tag', '温'.repeat(500), 'd'],
    ['numbers of long tags', Math.PI, '線'.repeat(170)],
    ['numbers of one tag', Math.PI, 'd'],
  ])('fit into frames, none lost: %s', (_, value, tag) => {
    expect(Buffer.byteLength(tag)).toBeLessThanOrEqual(TAG_BYTES_MAX)
    const samples = Array.from({ length: 300 }, (_unused, index) => {
      const own = tag.length > 1 ? `${tag.slice(4)}${String(index).padStart(4, '0')}` : tag
      return derived(typeof value === 'number' ? value * 1.1 ** index : value, {
        tag: own,
        timeUs: index * 7919 ** 2,
      })
    })
    const batches = new DerivedSamples().take(header(1), samples)
    expect(valuesOf(batches)).toHaveLength(300)
    const position = JSON.stringify({
      lsn: 2 ** 53,
      output: 2 ** 53,
      derived: { lsn: 2 ** 53, output: 2 ** 53 },
    })
    const identity = { producer: 'genba.Processor/records', epoch: 2 ** 53 - 1, sequence: 2 ** 53 - 1 }
    for (const batch of batches) {
      const sealed = sealFrame(encodeContent({ body: 'samples', ...batch, position }), identity)
      expect(sealed.length).toBeLessThanOrEqual(FRAME_BYTES_MAX)
    }
    const framer = new OutputFramer({ lsn: 0, output: 0 })
    const framed = [
      ...batches.flatMap((batch, output) => framer.addDerived(batch, { lsn: 1, output: output + 1 })),
      ...framer.close(),
    ]
    expect(framed.reduce((sum, { sampleCount }) => sum + sampleCount, 0)).toBe(300)
    expect(framer.isEmpty).toBe(true)
  })
})

describe('the watermark of derived samples', () => {
  const marks = (batches: readonly DerivedBatch[]) => batches.map(({ completeBeforeUs }) => completeBeforeUs)

  it('is the least of the producers that feed the rules', () => {
    const state = new DerivedSamples()
    expect(marks(state.take(header(10 * SECOND_US), [derived(1)]))).toEqual([10 * SECOND_US])
    expect(marks(state.take(header(5 * SECOND_US, 'q'), [derived(1)]))).toEqual([10 * SECOND_US])
    expect(marks(state.take(header(40 * SECOND_US), [derived(1)]))).toEqual([10 * SECOND_US])
    expect(marks(state.take(header(30 * SECOND_US, 'q'), []))).toEqual([30 * SECOND_US])
  })

  it('does not wait for a producer that has ended, nor for one that has never fed a rule', () => {
    const state = new DerivedSamples()
    expect(state.take(header(1, 'silent'), [])).toEqual([])
    state.take(header(10 * SECOND_US), [derived(1)])
    state.take(header(2 * SECOND_US, 'q'), [derived(1)])
    expect(marks(state.take(header(Number.POSITIVE_INFINITY, 'q'), []))).toEqual([])
    expect(marks(state.take(header(20 * SECOND_US), []))).toEqual([20 * SECOND_US])
  })

  it('is told without samples once it has moved by a second', () => {
    const state = new DerivedSamples()
    state.take(header(SECOND_US), [derived(1)])
    expect(state.take(header(2 * SECOND_US - 1), [])).toEqual([])
    const [batch] = state.take(header(2 * SECOND_US), [])
    expect(batch).toEqual({ columns: [], completeBeforeUs: 2 * SECOND_US })
  })

  it('says nothing while nothing is known', () => {
    const state = new DerivedSamples()
    expect(marks(state.take(header(Number.NEGATIVE_INFINITY), [derived(1)]))).toEqual([
      Number.NEGATIVE_INFINITY,
    ])
    expect(state.take(header(Number.NEGATIVE_INFINITY), [])).toEqual([])
    expect(DerivedState.parse(JSON.parse(JSON.stringify(state.state())))).toEqual({
      feeders: [['p', 'none']],
      saidUs: 'none',
    })
  })

  const frames = fc.array(
    fc.record({
      producer: fc.constantFrom('p', 'q', 'r'),
      before: fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: -5, max: 50 }).map((second) => second * SECOND_US) },
        fc.constantFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
      ),
      samples: fc.array(
        fc.string({ unit: 'grapheme', maxLength: 600 }).map((text) => derived(text)),
        { maxLength: 6 },
      ),
    }),
    { maxLength: 30 },
  )

  it('never goes back, is moved by the last batch of a frame alone, and survives its state', () => {
    fc.assert(
      fc.property(frames, (list) => {
        const whole = new DerivedSamples()
        let restarted = new DerivedSamples()
        let lastUs = Number.NEGATIVE_INFINITY
        for (const { producer, before, samples } of list) {
          const batches = whole.take(header(before, producer), samples)
          expect(restarted.take(header(before, producer), samples)).toEqual(batches)
          restarted = new DerivedSamples(DerivedState.parse(JSON.parse(JSON.stringify(restarted.state()))))
          for (const [index, { completeBeforeUs }] of batches.entries()) {
            if (index < batches.length - 1) expect(completeBeforeUs).toBe(lastUs)
            expect(completeBeforeUs).toBeGreaterThanOrEqual(lastUs)
          }
          lastUs = batches.at(-1)?.completeBeforeUs ?? lastUs
          expect(valuesOf(batches)).toHaveLength(samples.length)
        }
      }),
      { numRuns: 60 },
    )
  })
})
