import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { frameCrc } from '../../../shared/frame/encode.ts'
import { type FrameContent, Quality } from '../../../shared/frame/frame.ts'
import type { JournaledFrame } from '../../../simulator/virtual/evidence.ts'
import { contentDigest, findFrame } from '../../../simulator/virtual/frame-content.ts'
import { checkFrames } from '../../../simulator/virtual/invariants/frames.ts'
import { checkLiveTag } from '../../../simulator/virtual/invariants/live-samples.ts'
import { checkSamples } from '../../../simulator/virtual/invariants/samples.ts'
import { identityText, type Ledger } from '../../../simulator/virtual/ledger.ts'
import { detailsOf, frame, PRODUCER, samples } from './journaled.ts'

const ledgerOf = (journal: readonly JournaledFrame[], more: Partial<Ledger> = {}): Ledger => ({
  frames: new Map(journal.map(({ frame: { header }, bytes }) => [identityText(header), frameCrc(bytes)])),
  reused: new Set(),
  acknowledged: new Map(),
  spilled: () => new Map(),
  ...more,
})

describe('what must hold of frames', () => {
  const journal = [
    frame(1, { epoch: 5, sequence: 0 }, samples([1], [1])),
    frame(2, { epoch: 5, sequence: 1 }, samples([2], [2])),
    frame(3, { epoch: 9, sequence: 0 }, samples([3], [3])),
  ]

  it('is silent about a journal that keeps every promise', () => {
    const acknowledged = new Map([
      [
        PRODUCER,
        new Map([
          [5, 1],
          [9, -1],
        ]),
      ],
    ])
    const spilled = () => new Map([[contentDigest(journal[1]?.frame ?? decodeFrame(new Uint8Array())), 'x']])
    expect(checkFrames({ journal, ledger: ledgerOf(journal, { acknowledged, spilled }) })).toEqual([])
  })

  it('names a gap, a repetition and a return to an older epoch', () => {
    const [first, second, third] = journal
    for (const broken of [[second], [first, first], [first, third, second]]) {
      const stored = broken.filter((entry) => entry !== undefined)
      expect(checkFrames({ journal: stored, ledger: ledgerOf(journal) })).toHaveLength(1)
    }
  })

  it('names what was acknowledged or spilled and is not there', () => {
    const acknowledged = new Map([[PRODUCER, new Map([[5, 2]])]])
    const spilled = () =>
      new Map([
        ['digest', 'a frame'],
        ['other', 'b frame'],
      ])
    expect(detailsOf(checkFrames({ journal, ledger: ledgerOf(journal, { acknowledged, spilled }) }))).toEqual(
      [
        `acknowledged, not stored: ${PRODUCER} 5 2`,
        'spilled, not stored: a frame',
        'spilled, not stored: b frame',
      ],
    )
  })

  it('names a frame that is stored otherwise than it was sent', () => {
    const ledger = ledgerOf(journal, { frames: new Map([[`${PRODUCER} 5 0`, 1]]) })
    expect(detailsOf(checkFrames({ journal: journal.slice(0, 1), ledger }))).toEqual([
      `stored otherwise than sent: ${PRODUCER} 5 0`,
    ])
  })

  it('finds a frame in a stored value behind whatever a spill writes before it', () => {
    const bytes = journal[0]?.bytes ?? new Uint8Array()
    const value = new Uint8Array(8 + bytes.length)
    value.set(bytes, 8)
    expect(findFrame(value)?.header.epoch).toBe(5)
    value[20] = (value[20] ?? 0) ^ 1
    expect(findFrame(value)).toBeUndefined()
  })
})

describe('what must hold of samples', () => {
  const file = {
    path: '/data/line0.csv',
    bytes: new Uint8Array(),
    columns: ['temperature'],
    badLines: [],
    periodUs: 1,
    rows: [
      { timeUs: 10, values: [1], isFarAhead: false },
      { timeUs: 10, values: [1], isFarAhead: false },
      { timeUs: 99, values: [2], isFarAhead: true },
    ],
  }
  const check = (content: FrameContent) =>
    detailsOf(
      checkSamples({
        journal: [frame(1, { epoch: 1, sequence: 0 }, content)],
        files: [file],
        machines: [],
        live: { lastStart: 1, mayShed: false },
      }),
    )

  it('counts equal rows of a file and minds the mark of unbelievable ones', () => {
    expect(check(samples([10, 10, 99], [1, 1, 2], 0, [0, 0, Quality.quarantined]))).toEqual([])
    expect(check(samples([10, 99], [1, 2], 0, [0, Quality.quarantined]))).toEqual([
      'line0/temperature 10 1: 1 missing',
    ])
    expect(check(samples([10, 10, 99, 99], [1, 1, 2, 2], 0, [0, 0, 0, Quality.quarantined]))).toEqual([
      'line0/temperature 99 2: 1 too many',
    ])
  })

  describe('that were given live', () => {
    const tag = 'press0/level'
    const sample = (at: number) => ({ timeUs: at, value: at, quality: Quality.good as number })
    const opening = (start: number, times: number[]) => ({
      start,
      samples: new Map([[tag, times.map(sample)]]),
    })
    const machine = {
      name: 'press0',
      module: { createSource: () => ({ replayable: false, read: async function* () {} }) },
      openings: [opening(1, [1, 2, 3]), opening(2, [4, 5])],
    }
    /** Negative for a sample that says that something is missing before it. */
    const check = (times: number[], mayShed = false) =>
      checkLiveTag(
        machine,
        tag,
        times.map((at) => ({
          ...sample(Math.abs(at)),
          quality: at < 0 ? Quality.uncertain | Quality.gapBefore : 0,
        })),
        { lastStart: 2, mayShed },
      )

    it('may miss their end where the collector was killed, if the next sample says so', () => {
      expect(check([1, 2, 3, 4, 5])).toEqual([])
      expect(check([1, -4, 5])).toEqual([])
      expect(check([1, 4, 5])[0]).toContain('does not say that samples from 2 2 are missing')
    })

    it('may miss no others, come twice or be new', () => {
      expect(check([1, 3, 4, 5])).not.toEqual([])
      expect(check([1, 2, 3, 4])[0]).toContain('missing from 5 5, and its collector lives')
      expect(check([1, 1, 2, 3, 4, 5])).not.toEqual([])
      expect(check([1, 2, 3, 4, 5, 6])[0]).toContain('1 not given, or out of order, from 6 6')
    })

    it('may be given up one by one where that is the policy, and then say so', () => {
      expect(check([1, -3, 4, 5], true)).toEqual([])
      expect(check([1, 3, 4, 5], true)[0]).toContain('does not say')
    })
  })

  it('names tags that no source has', () => {
    const journal = [frame(1, { epoch: 1, sequence: 0 }, samples([1], [1]))]
    expect(
      detailsOf(checkSamples({ journal, files: [], machines: [], live: { lastStart: 1, mayShed: false } })),
    ).toEqual(['genba.Collector/line0 line0/temperature'])
  })
})
