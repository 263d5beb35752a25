import { describe, expect, it } from 'vitest'
import { Quality } from '../../../shared/frame/frame.ts'
import { frameOf } from '../window/frames.ts'
import {
  applyAll,
  filled,
  framesOf,
  machineOf,
  outcomeOf,
  payloadOf,
  recordsOf,
  rule,
  sample,
} from './machine.ts'

const TAG = 'line1/press/temperature'
const HALF = '\ud83d'

/** The texts of what one rule could not do. */
function failuresOf(action: object, own: object = {}, value: number | string = 1): (string | undefined)[] {
  const machine = machineOf(rule(action, own))
  const [applied] = applyAll(machine, framesOf([sample(1, value)]))
  expect(applied).toEqual({ records: [], derived: [], effects: [], inquiries: [] })
  expect(machine.rules.counters()['r']).toEqual({ evaluated: 1, matched: 1, failed: 1 })
  return (machine.rules.trail('r')?.evaluations().failures ?? []).map(({ reason }) => reason)
}

describe('the action', () => {
  it('republish publishes the output on the topic that the message fills', () => {
    const { effects } = outcomeOf(
      { type: 'republish', topic: `a/${filled('topic(2)')}/${filled('value')}` },
      [sample(1, 81.5)],
    )
    expect(effects).toMatchObject([
      {
        id: 'r|p|1|0|0|0|0',
        rule: 'r',
        key: TAG,
        timeUs: 1e6,
        frame: 'p|1|0',
        action: 'republish',
        isReflex: false,
        deadlineUs: undefined,
        maxAgeUs: 60e6,
        onError: undefined,
        act: { type: 'publish', topic: 'a/press/81.5' },
      },
    ])
    expect(effects.map(payloadOf)).toEqual([
      { tag: TAG, value: 81.5, timeUs: 1_000_000, timestamp: 1000, quality: 'good' },
    ])
  })

  it('output asks for one value, with an identity that is the same when it is asked again', () => {
    const action = { type: 'output', output: `valve-${filled('topic(2)')}`, value: 'open' }
    const sql = "SELECT value > 80 AS open FROM 'line1/#'"
    const { effects } = outcomeOf(action, [sample(1, 81)], { sql })
    expect(effects).toMatchObject([
      { action: 'output', act: { type: 'publish', topic: 'genba/v1/output/valve-press' } },
    ])
    expect(effects.map(payloadOf)).toEqual([{ v: 1, id: 'r|p|1|0|0|0', rule: 'r', timeUs: 1e6, value: true }])
  })

  it('call hands the output to a function', () => {
    const { effects } = outcomeOf({ type: 'call', function: 'grade' }, [sample(1, 'ok')], {
      sql: "SELECT VALUE value FROM 'line1/#'",
    })
    expect(effects[0]?.act).toEqual({ type: 'call', function: 'grade', payloadText: '"ok"' })
  })

  it('cloud makes an event with the output', () => {
    const applied = outcomeOf({ type: 'cloud' }, [sample(1, 5)], { sql: "SELECT value AS v FROM 'line1/#'" })
    expect(recordsOf([applied])).toMatchObject([
      { v: 1, type: 'event', id: 'r|p|1|0|0|0|0', rule: 'r', key: TAG, timeUs: 1e6, output: { v: 5 } },
    ])
  })

  it('cloud sends null for an output that there is not', () => {
    const applied = outcomeOf({ type: 'cloud' }, [sample(1, 5)], { sql: "SELECT VALUE none FROM 'line1/#'" })
    expect(recordsOf([applied])).toMatchObject([{ output: null }])
  })

  it('derive makes a sample of another tag, at the same time and as good', () => {
    const action = { type: 'derive', tag: `${filled('topic(1)')}/f`, value: 'f' }
    const { derived } = outcomeOf(
      action,
      [sample(1, 100, { quality: Quality.uncertain | Quality.gapBefore })],
      {
        sql: "SELECT value * 1.8 + 32 AS f FROM 'line1/#'",
      },
    )
    expect(derived).toMatchObject([
      {
        columns: [
          {
            tag: 'line1/f',
            timesUs: Float64Array.of(1e6),
            quality: Uint8Array.of(Quality.uncertain),
            data: { kind: 'number', values: Float64Array.of(212) },
          },
        ],
      },
    ])
  })

  it('alarm raises while the rule matches, and clears with the next sample that does not', () => {
    const machine = machineOf(
      rule(
        { type: 'alarm', severity: 'critical', text: `${filled('topic(2)')} is at ${filled('value')}` },
        { sql: "SELECT * FROM 'line1/#' WHERE value > 80" },
      ),
    )
    const applied = applyAll(machine, framesOf([sample(1, 79), sample(2, 81), sample(3, 85), sample(4, 80)]))
    expect(recordsOf(applied)).toMatchObject([
      {
        type: 'alarm',
        rule: 'r',
        tag: TAG,
        state: 'raised',
        sinceUs: 2e6,
        value: 81,
        severity: 'critical',
        text: 'press is at 81',
      },
      { state: 'cleared', value: 80 },
    ])
    expect(machine.rules.counters()['r']).toEqual({ evaluated: 4, matched: 2, failed: 0 })
  })

  it('alarm says the beginning of what is too long to be said', () => {
    const action = { type: 'alarm', text: `${filled('value')} ${filled('value')}` }
    const sql = "SELECT * FROM 'line1/#' WHERE startswith(value, '温')"
    const long = [sample(1, '温'.repeat(1300)), sample(2, '冷'.repeat(1300))]
    expect(recordsOf([outcomeOf(action, long, { sql })])).toMatchObject([
      { state: 'raised', text: '温'.repeat(500), value: '温'.repeat(200) },
      { state: 'cleared', value: '冷'.repeat(200) },
    ])
  })

  it('sees the variables of SET in its texts', () => {
    const { effects } = outcomeOf({ type: 'republish', topic: `a/${filled('@over')}` }, [sample(1, 81)], {
      sql: "SET @over = value - 80 SELECT @over AS over FROM 'line1/#'",
    })
    expect(effects[0]?.act).toMatchObject({ topic: 'a/1', payloadText: '{"over":1}' })
  })
})

describe('an action that cannot be made', () => {
  it.each([
    ['a topic with a wildcard', { type: 'republish', topic: `a/${filled("'+'")}` }, '"a/+" is no topic'],
    ['an empty topic', { type: 'republish', topic: filled('none') }, '"" is no topic'],
    ['an endless topic', { type: 'republish', topic: filled("rpad('a', 300)") }, 'is no topic'],
    [
      'an output without a value',
      { type: 'output', output: 'valve', value: 'none' },
      'no number, boolean or text named none',
    ],
    ['an output with a wildcard', { type: 'output', output: filled("'#'") }, 'is no topic'],
    [
      'a derived value that is null',
      { type: 'derive', tag: 'd', value: 'nothing' },
      'no number, boolean or text named nothing',
    ],
    ['a derived value that is an object', { type: 'derive', tag: 'd', value: 'object' }, 'named object'],
    ['no derived tag', { type: 'derive', tag: filled('none') }, '"" is no tag'],
    ['a derived tag with a wildcard', { type: 'derive', tag: 'a/+' }, '"a/+" is no tag'],
    ['a derived tag that is too long', { type: 'derive', tag: filled("rpad('a', 600)") }, 'is no tag'],
  ])('is counted and explained: %s', (_, action, reason) => {
    const sql = "SELECT *, null AS nothing, {'a': 1} AS object FROM 'line1/#'"
    expect(failuresOf(action, { sql })).toEqual([expect.stringContaining(reason)])
  })

  it.each([
    ['text with half a character', { tag: 'd' }, `SELECT '${HALF}' AS value FROM 'line1/#'`],
    ['a tag with half a character', { tag: `a${HALF}` }, "SELECT * FROM 'line1/#'"],
    ['a tag of too many bytes', { tag: '温'.repeat(171) }, "SELECT * FROM 'line1/#'"],
  ])('never gives the log what no frame takes: %s', (_, own, sql) => {
    expect(failuresOf({ type: 'derive', ...own }, { sql })).toHaveLength(1)
  })

  it('is refused at the end of time, where no sample can be', () => {
    const lastUs = Number.MAX_SAFE_INTEGER
    const sql = "SELECT count() AS value FROM 'line1/#' GROUP BY tag, TUMBLE(10s)"
    const machine = machineOf(rule({ type: 'derive', tag: 'd' }, { sql }))
    const frame = frameOf([{ tag: TAG, timeUs: lastUs, value: 1 }], Number.POSITIVE_INFINITY)
    expect(applyAll(machine, [frame])).toMatchObject([{ derived: [] }])
    expect(machine.rules.counters()['r']).toEqual({ evaluated: 1, matched: 1, failed: 1 })
  })

  it('harms the other actions of the rule as little as other rules', () => {
    const two = {
      ...rule({ type: 'derive', tag: 'a/+' }),
      actions: [{ type: 'derive', tag: 'a/+' }, { type: 'cloud' }],
    }
    const machine = machineOf(two, { ...rule({ type: 'cloud' }), name: 'other' })
    const applied = applyAll(machine, framesOf([sample(1, 1)]))
    expect(recordsOf(applied).map(({ id }) => id)).toEqual(['r|p|1|0|0|0|1', 'other|p|1|0|0|0|0'])
    expect(machine.rules.counters()).toMatchObject({ r: { failed: 1 }, other: { failed: 0 } })
  })

  it('is told to the error action in its place, when that can be made', () => {
    const own = { errorAction: { type: 'republish', topic: `errors/${filled('topic(2)')}` } }
    const { effects } = outcomeOf({ type: 'republish', topic: 'a' }, [sample(1, 1)], own)
    expect(effects[0]?.onError).toMatchObject({ type: 'publish', topic: 'errors/press' })
    const broken = { errorAction: { type: 'republish', topic: 'errors/+' } }
    expect(
      outcomeOf({ type: 'republish', topic: 'a' }, [sample(1, 1)], broken).effects[0]?.onError,
    ).toBeUndefined()
  })
})
