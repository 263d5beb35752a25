import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Quality, type SampleFrame } from '../../../shared/frame/frame.ts'
import { createTumblingEngine } from '../../../shared/window/engine.ts'
import type { Cell } from '../../../shared/window/engine-cells.ts'
import type { Pane } from '../../../shared/window/pane.ts'
import { computeWindows } from '../../../simulator/virtual/window-oracle.ts'
import { frameOf, type Sample } from './frames.ts'

const DEFINITIONS = [
  { tags: ['#'], sizeUs: 10, offsetUs: 0, allowedLatenessUs: 7 },
  { tags: ['a/#'], sizeUs: 25, offsetUs: 4, allowedLatenessUs: 0 },
]
const TAGS = ['a', 'a/b', 'c']

const number = fc.oneof(
  { weight: 6, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 3, arbitrary: fc.integer({ min: -5, max: 5 }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY) },
)
/** One kind a tag: columns of two kinds in one frame have no order of arrival between them. */
const reading = fc.oneof(
  { weight: 3, arbitrary: fc.record({ tag: fc.constant('a'), value: number }) },
  fc.record({ tag: fc.constant('a/b'), value: fc.boolean() }),
  fc.record({ tag: fc.constant('c'), value: fc.constantFrom('run', 'idle') }),
)
const sample = fc
  .record({
    reading,
    timeUs: fc.integer({ min: -30, max: 120 }),
    quality: fc.constantFrom(0, 0, 0, Quality.uncertain, Quality.bad, Quality.quarantined),
  })
  .map(({ reading: { tag, value }, timeUs, quality }): Sample => ({ tag, value, timeUs, quality }))

interface Step {
  readonly producer: string
  readonly samples: readonly Sample[]
  /** Undefined leaves the watermark where it is. */
  readonly completeBeforeUs: number | undefined
}
const step: fc.Arbitrary<Step> = fc.record({
  producer: fc.constantFrom('p', 'q'),
  samples: fc.array(sample, { maxLength: 8 }),
  completeBeforeUs: fc.oneof(
    fc.constant(undefined),
    fc.integer({ min: -40, max: 130 }),
    fc.constant(Number.POSITIVE_INFINITY),
  ),
})
const steps = fc.array(step, { maxLength: 25 })

/** Frames of some steps; every producer is heard of every tag first, so that order decides nothing else. */
function framesOf(input: readonly Step[]): SampleFrame[] {
  const watermarks = new Map<string, number>()
  const opening = ['p', 'q'].map((producer) => ({
    ...frameOf([], -Infinity, { producer }),
    columns: TAGS.map((tag) => ({
      tag,
      timesUs: new Float64Array(),
      quality: new Uint8Array(),
      data: { kind: 'number' as const, values: new Float64Array() },
    })),
  }))
  const frames = input.map(({ producer, samples, completeBeforeUs }) => {
    const watermark = completeBeforeUs ?? watermarks.get(producer) ?? -Infinity
    watermarks.set(producer, watermark)
    return frameOf(samples, watermark, { producer })
  })
  return [...opening, ...frames]
}

const panesOf = (frames: readonly SampleFrame[], engine = createTumblingEngine(DEFINITIONS)): Pane[] =>
  frames.flatMap((frame) => engine.take(frame).panes)

const identity = ({ tag, window, startUs }: Pane) => `${tag}|${window}|${startUs}`
const finals = (panes: readonly Pane[]) => new Map(panes.map((pane) => [identity(pane), pane.values]))

const endOf = (producer: string): Step => ({ producer, samples: [], completeBeforeUs: Infinity })
const complete = (input: readonly Step[]) => [
  ...input.filter((one) => one.completeBeforeUs !== Infinity),
  endOf('p'),
  endOf('q'),
]

describe('tumbling windows over any input', () => {
  it('say in the end what a batch computation over all samples says', () => {
    fc.assert(
      fc.property(steps, (input) => {
        const frames = framesOf(complete(input))
        const expected = computeWindows(
          frames.map((frame, index) => ({ lsn: index + 1, frame, bytes: new Uint8Array() })),
          DEFINITIONS,
        )
        const found = finals(panesOf(frames))
        expect([...found.keys()].sort()).toEqual([...expected.keys()].sort())
        for (const [key, { count, bad, uncertain, min, max, last }] of expected) {
          // The oracle tells zero from negative zero, a summary does not.
          const plain = (one: typeof last) => (typeof one === 'number' ? one + 0 : one)
          expect(found.get(key)).toMatchObject({
            count,
            bad,
            uncertain,
            min: plain(min),
            max: plain(max),
            last: plain(last),
          })
        }
      }),
      { numRuns: 300 },
    )
  })

  it('say the same, to the bit, however the samples between two watermarks are packed into frames', () => {
    const isCut = fc.infiniteStream(fc.boolean())
    fc.assert(
      fc.property(steps, isCut, (input, cuts) => {
        const whole = complete(input)
        const cut = whole.flatMap(({ producer, samples, completeBeforeUs }): Step[] => {
          const parts: Sample[][] = [[]]
          for (const one of samples) {
            if (cuts.next().value === true) parts.push([])
            parts.at(-1)?.push(one)
          }
          const before = parts.map((part) => ({ producer, samples: part, completeBeforeUs: undefined }))
          return [...before, { producer, samples: [], completeBeforeUs }]
        })
        const apart = whole.flatMap(({ producer, samples, completeBeforeUs }): Step[] => [
          { producer, samples, completeBeforeUs: undefined },
          { producer, samples: [], completeBeforeUs },
        ])
        expect(finals(panesOf(framesOf(cut)))).toEqual(finals(panesOf(framesOf(apart))))
      }),
      { numRuns: 200 },
    )
  })

  it('go on to the same panes from a checkpoint at any point, written in one piece or in many', () => {
    fc.assert(
      fc.property(steps, fc.nat(), fc.nat(), (input, cutAt, everySteps) => {
        const frames = framesOf(input)
        const cut = cutAt % (frames.length + 1)
        const engine = createTumblingEngine(DEFINITIONS)
        const disk = new Map<string, string>()
        const save = (cells: readonly Cell[]) => {
          for (const { key, text } of cells) {
            if (text === undefined) disk.delete(key)
            else disk.set(key, text)
          }
        }
        for (const [index, frame] of frames.slice(0, cut).entries()) {
          engine.take(frame)
          if (index % ((everySteps % 4) + 1) === 0) save(engine.takeCells())
        }
        save(engine.takeCells())
        const cells = [...disk].map(([key, text]) => ({ key, text }))
        const restored = createTumblingEngine(DEFINITIONS, { cells })
        expect(restored.counters()).toEqual(engine.counters())
        const rest = frames.slice(cut)
        expect(panesOf(rest, restored)).toEqual(panesOf(rest, engine))
        expect(restored.counters()).toEqual(engine.counters())
      }),
      { numRuns: 200 },
    )
  })

  it('do not depend on how producers of different tags are interleaved', () => {
    const own = (producer: string, prefix: string) =>
      steps.map((all) =>
        all.map((one) => ({
          ...one,
          producer,
          samples: one.samples.map((each) => ({ ...each, tag: prefix + each.tag })),
        })),
      )
    fc.assert(
      fc.property(
        own('p', 'a/p'),
        own('q', 'q'),
        fc.infiniteStream(fc.boolean()),
        (first, second, choices) => {
          const mixed: Step[] = []
          const left = [[...first], [...second]]
          while (left.some((queue) => queue.length > 0)) {
            const next = left[choices.next().value === true ? 0 : 1]?.shift()
            if (next !== undefined) mixed.push(next)
          }
          const ofTag = (panes: readonly Pane[], prefix: string) =>
            panes.filter(({ tag }) => tag.startsWith(prefix))
          const together = panesOf(framesOf(mixed).slice(2))
          expect(ofTag(together, 'a/p')).toEqual(panesOf(framesOf(first).slice(2)))
          expect(ofTag(together, 'q')).toEqual(panesOf(framesOf(second).slice(2)))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('give every revision of a window in turn, beginning with 0, and none after the final one', () => {
    fc.assert(
      fc.property(steps, (input) => {
        const newest = new Map<string, Pane>()
        for (const pane of panesOf(framesOf(input))) {
          const before = newest.get(identity(pane))
          expect(pane.revision).toBe(before === undefined ? 0 : before.revision + 1)
          expect(before?.isFinal ?? false).toBe(false)
          newest.set(identity(pane), pane)
        }
      }),
      { numRuns: 200 },
    )
  })
})
