import { describe, expect, it } from 'vitest'
import { Quality } from '../../../shared/frame/frame.ts'
import { checkCloud } from '../../../simulator/virtual/invariants/cloud.ts'
import { checkWindows } from '../../../simulator/virtual/invariants/windows.ts'
import { detailsOf, frame, records, samples } from './journaled.ts'

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
