import { describe, expect, it } from 'vitest'
import type { Frame } from '../../../shared/frame/frame.ts'
import { Backtest } from '../../../shared/processing/backtest.ts'
import { frameOf } from '../window/frames.ts'
import { applyAll, filled, framesOf, MAKER, machineOf, rule, SECOND_US, sample, settings } from './machine.ts'

const TAG = 'line1/press/temperature'
const BY = { component: 'genba.Processor', version: '1', config: 'c' }
const republish = { type: 'republish', topic: 'a' }

const recordFrame = (texts: readonly string[], producer = 'genba.Processor/records'): Frame => ({
  body: 'records',
  header: { producer, epoch: 1, sequence: 0, completeBeforeUs: Number.NEGATIVE_INFINITY, position: '' },
  records: texts,
})

const event = (name: string, output: unknown = 1) =>
  JSON.stringify({
    v: 1,
    type: 'event',
    id: `${name}|1`,
    rule: name,
    key: TAG,
    timeUs: SECOND_US,
    output,
    by: BY,
  })

const alarm = (state: string, sinceUs: number, own: object = {}) =>
  JSON.stringify({
    v: 1,
    type: 'alarm',
    id: `hot|${TAG}|${sinceUs}|${state}`,
    rule: 'hot',
    tag: TAG,
    state,
    sinceUs,
    timeUs: sinceUs,
    value: 91,
    limit: null,
    by: BY,
    ...own,
  })

const summary = (revision: number) =>
  JSON.stringify({
    v: 1,
    type: 'summary',
    id: `${TAG}|w|0|${revision}`,
    tag: TAG,
    window: 'w',
    startUs: 0,
    endUs: 10 * SECOND_US,
    revision,
    timing: revision === 0 ? 'ON_TIME' : 'LATE',
    count: 1,
    bad: 0,
    uncertain: 0,
    goodShare: 1,
    mean: 1,
    min: 1,
    max: 1,
    std: 0,
    m2: 0,
    last: 1,
    by: BY,
  })

const withdrawal = JSON.stringify({
  v: 1,
  type: 'withdrawal',
  id: `${TAG}|w|0|2`,
  tag: TAG,
  window: 'w',
  startUs: 0,
  endUs: 10 * SECOND_US,
  revision: 2,
  by: BY,
})

const backtest = (configuration: object, frames: readonly Frame[]) => {
  const test = new Backtest({ ...MAKER, component: 'genba.Backtest' }, settings(configuration))
  for (const frame of frames) test.take(frame)
  return test.report()
}

const HOT = rule({ type: 'alarm' }, { name: 'hot', sql: "SELECT * FROM 'line1/#' WHERE value > 90" })

describe('a backtest', () => {
  it('counts what was and what would be, side by side', () => {
    const samples = [sample(1, 85), sample(2, 95), sample(3, 80), sample(4, 92), sample(12, 1)]
    const was = [
      summary(0),
      summary(1),
      withdrawal,
      event('old'),
      alarm('raised', 2 * SECOND_US),
      alarm('cleared', 2 * SECOND_US),
    ]
    const report = backtest(
      {
        windows: [{ name: 'w', size: '10s' }],
        rules: [
          HOT,
          rule(republish, { name: 'act', sql: "SELECT * FROM 'line1/#' WHERE value > 80" }),
          rule({ type: 'derive', tag: `${filled('topic(1)')}/d` }, { name: 'derive' }),
          rule({ type: 'cloud' }, { name: 'send', sql: "SELECT value FROM 'line1/#' WHERE value < 85" }),
        ],
      },
      [...framesOf(samples), recordFrame(was)],
    )
    expect(report).toMatchObject({
      frames: 2,
      samples: 5,
      was: { summaries: 1, revisions: 1, withdrawals: 1, events: 1, raised: 1, cleared: 1 },
      would: {
        summaries: 1,
        revisions: 0,
        withdrawals: 0,
        events: 2,
        raised: 2,
        cleared: 2,
        actions: 3,
        derivedSamples: 5,
      },
      onlyWas: [],
      onlyWould: [{ rule: 'hot', tag: TAG, sinceUs: 4 * SECOND_US, value: 92 }],
    })
    expect(report.was.byRule).toEqual({ old: { raised: 0, events: 1 }, hot: { raised: 1, events: 0 } })
    expect(report.would.byRule).toEqual({ hot: { raised: 2, events: 0 }, send: { raised: 0, events: 2 } })
  })

  it('counts bytes as they are stored', () => {
    const text = event('温度')
    expect(backtest({}, [recordFrame([text])]).was.bytes).toBe(Buffer.byteLength(text))
  })

  it('names alarms that only one side raises, the earliest fifty of each', () => {
    const was = Array.from({ length: 60 }, (_, index) => alarm('raised', 1000 - index))
    const { onlyWas, onlyWould } = backtest({ rules: [HOT] }, [
      ...framesOf([sample(1, 95)]),
      recordFrame(was),
    ])
    expect(onlyWas).toHaveLength(50)
    expect(onlyWas.map(({ sinceUs }) => sinceUs).slice(0, 3)).toEqual([941, 942, 943])
    expect(onlyWould).toEqual([{ rule: 'hot', tag: TAG, sinceUs: SECOND_US, value: 95 }])
  })

  it('derives anew instead of taking what was derived then, and reads no records but the processor’s', () => {
    const derivedThen = frameOf([sample(1, 95)], SECOND_US, { producer: 'genba.Processor/records' })
    const report = backtest({ rules: [HOT] }, [derivedThen, recordFrame([event('x')], 'site.Other/records')])
    expect(report).toMatchObject({ frames: 2, samples: 0, was: { events: 0 }, would: { raised: 0 } })
  })

  it('counts what other versions wrote, and outputs beyond all doubles', () => {
    const infinite = event('big').replace('"output":1', '"output":1e+800')
    const future = JSON.stringify({ v: 1, type: 'forecast', id: 'f' })
    expect(backtest({}, [recordFrame([infinite, future])]).was).toMatchObject({
      events: 1,
      bytes: infinite.length + future.length,
    })
  })

  it('makes the records that the processor makes of the same settings and frames', () => {
    const rules = [HOT, rule({ type: 'cloud' }, { name: 'send' })]
    const frames = framesOf([sample(1, 95), sample(2, 1)], [sample(3, 99)])
    const was = applyAll(machineOf(...rules), frames).flatMap(({ records }) => records)
    const { was: before, would, onlyWas, onlyWould } = backtest({ rules }, [...frames, recordFrame(was)])
    expect({ ...before, bytes: 0, actions: 0, derivedSamples: 0 }).toEqual({ ...would, bytes: 0 })
    expect([...onlyWas, ...onlyWould]).toEqual([])
  })

  it('refuses settings that cannot be run', () => {
    expect(
      () => new Backtest(MAKER, { tags: [], windows: [], detections: [], rules: [{ name: 'r' }] }),
    ).toThrow()
  })
})
