import { describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { encodeContent, frameCrc, sealFrame } from '../../../shared/frame/encode.ts'
import { type FrameContent, Quality } from '../../../shared/frame/frame.ts'
import type { JournaledFrame } from '../../../simulator/virtual/evidence.ts'
import { contentDigest, findFrame } from '../../../simulator/virtual/frame-content.ts'
import { checkCloud } from '../../../simulator/virtual/invariants/cloud.ts'
import { checkFrames } from '../../../simulator/virtual/invariants/frames.ts'
import { checkLiveTag } from '../../../simulator/virtual/invariants/live-samples.ts'
import { checkSamples } from '../../../simulator/virtual/invariants/samples.ts'
import { checkWindows } from '../../../simulator/virtual/invariants/windows.ts'
import { identityText, type Ledger } from '../../../simulator/virtual/ledger.ts'

const PRODUCER = 'genba.Collector/line0'

function frame(
  lsn: number,
  identity: { epoch: number; sequence: number },
  content: FrameContent,
): JournaledFrame {
  const bytes = sealFrame(encodeContent(content), { producer: PRODUCER, ...identity })
  return { lsn, bytes, frame: decodeFrame(bytes) }
}

const samples = (
  timesUs: number[],
  values: number[],
  completeBeforeUs = -Infinity,
  quality: number[] = [],
): FrameContent => ({
  body: 'samples',
  columns: [
    {
      tag: 'line0/temperature',
      timesUs: Float64Array.from(timesUs),
      quality: Uint8Array.from(timesUs, (_, index) => quality[index] ?? Quality.good),
      data: { kind: 'number', values: Float64Array.from(values) },
    },
  ],
  completeBeforeUs,
  position: '',
})

const records = (...texts: string[]): FrameContent => ({
  body: 'records',
  records: texts,
  completeBeforeUs: -Infinity,
  position: '',
})

const ledgerOf = (journal: readonly JournaledFrame[], more: Partial<Ledger> = {}): Ledger => ({
  frames: new Map(journal.map(({ frame: { header }, bytes }) => [identityText(header), frameCrc(bytes)])),
  reused: new Set(),
  acknowledged: new Map(),
  spilled: () => new Map(),
  ...more,
})

const detailsOf = (violations: readonly { details: readonly string[] }[]) =>
  violations.flatMap(({ details }) => details)

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

const BY = { component: 'genba.Processor', version: '0.1.0', config: 'abc' }

const summary = (revision: number, more: Record<string, unknown> = {}) => ({
  v: 1,
  type: 'summary',
  id: `line0/temperature|tumbling:10|0|${revision}`,
  tag: 'line0/temperature',
  window: 'tumbling:10',
  startUs: 0,
  endUs: 10,
  revision,
  timing: 'ON_TIME',
  count: 3,
  bad: 0,
  uncertain: 0,
  goodShare: 1,
  mean: 2,
  min: 1,
  max: 3,
  std: Math.sqrt(2 / 3),
  m2: 2,
  last: 3,
  by: BY,
  ...more,
})

describe('what must hold of windows', () => {
  const windows = [
    { tags: ['line0/#'], size: '10us', offset: '0us', allowedLateness: '5us', lateFlush: '0s' },
  ]
  const input = [
    frame(1, { epoch: 1, sequence: 0 }, samples([1, 2], [1, 2], 11)),
    frame(2, { epoch: 1, sequence: 1 }, samples([9], [3], 15)),
    // The window from 0 to 10 is final now: this sample is refused. The next one is marked.
    frame(3, { epoch: 1, sequence: 2 }, samples([3, 4], [100, 100], 15, [0, Quality.quarantined])),
    frame(4, { epoch: 1, sequence: 3 }, samples([], [], Infinity)),
  ]
  const check = (...summaries: unknown[]) => {
    const output = frame(
      5,
      { epoch: 1, sequence: 4 },
      records(...summaries.map((item) => JSON.stringify(item))),
    )
    return detailsOf(checkWindows({ journal: [...input, output], windows }))
  }

  it('accepts the last revision when it is right, whatever those before it said', () => {
    expect(check(summary(0, { count: 2, last: 2 }), summary(1))).toEqual([])
  })

  it('names a wrong value, a missing window, a foreign one and a revision left out', () => {
    expect(check(summary(0, { mean: 2.1 }))).toEqual([
      'line0/temperature|tumbling:10|0|0: mean is 2.1, not 2',
    ])
    expect(check()).toEqual(['line0/temperature|tumbling:10|0: no summary'])
    expect(check(summary(0), summary(0, { startUs: 50, id: 'other' }))).toEqual(['other: no such window'])
    expect(check(summary(1))).toEqual(['LSN 5: line0/temperature|tumbling:10|0|1 after revision -1'])
  })
})

describe('what must hold of the cloud', () => {
  const journal = [
    frame(1, { epoch: 1, sequence: 0 }, records(JSON.stringify(summary(0)), JSON.stringify(summary(1)))),
  ]
  const message = (...items: unknown[]) => ({
    topic: 'genba/v1/gateway/records',
    payload: new TextEncoder().encode(
      JSON.stringify({ v: 1, id: 'gateway/1', gateway: 'gateway', records: items }),
    ),
  })

  it('accepts what comes twice, since its id tells', () => {
    const cloud = [message(summary(0)), message(summary(0), summary(1))]
    expect(checkCloud({ journal, cloud })).toEqual([])
  })

  it('names what is missing, what is foreign, and what has two contents', () => {
    expect(detailsOf(checkCloud({ journal, cloud: [message(summary(0))] }))).toEqual([
      'missing: line0/temperature|tumbling:10|0|1',
    ])
    expect(detailsOf(checkCloud({ journal, cloud: [message(summary(0), summary(1), summary(2))] }))).toEqual([
      'foreign: line0/temperature|tumbling:10|0|2',
    ])
    const changed = [message(summary(0), summary(1)), message(summary(0, { mean: 7 }))]
    expect(checkCloud({ journal, cloud: changed }).map(({ invariant }) => invariant)).toEqual([
      'one id has one content',
    ])
  })

  it('names a record that the journal holds twice', () => {
    const twice = [...journal, frame(2, { epoch: 1, sequence: 1 }, records(JSON.stringify(summary(1))))]
    expect(detailsOf(checkCloud({ journal: twice, cloud: [message(summary(0), summary(1))] }))).toEqual([
      'LSN 2: line0/temperature|tumbling:10|0|1 again',
    ])
  })

  it('names anything that is no summary and no alarm', () => {
    const cloud = [message(summary(0), summary(1)), message({ ...summary(0), samples: [1, 2, 3] })]
    expect(detailsOf(checkCloud({ journal, cloud }))[0]).toContain('"samples":[1,2,3]')
  })
})
