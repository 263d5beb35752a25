import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Quality, type SampleFrame } from '../../../shared/frame/frame.ts'
import { Application, type Applied } from '../../../shared/processing/application.ts'
import { frameOf, type Sample } from '../window/frames.ts'
import {
  applyAll,
  createCellStore,
  filled,
  MAKER,
  machineOf,
  recordsOf,
  rule,
  SECOND_US,
  sample,
  settings,
} from './machine.ts'

const cloud = { type: 'cloud' }
const SQL = "SELECT mean(value) AS mean, count() AS n FROM 'line1/#' GROUP BY tag, TUMBLE(10s)"

/** Samples with the second up to which they are complete, as one frame each. */
const stream = (...parts: readonly (readonly [samples: readonly Sample[], completeBefore: number])[]) =>
  parts.map(([samples, before], sequence) => frameOf(samples, before * SECOND_US, { sequence }))

const windowed = (sql: string, frames: readonly SampleFrame[], own: object = {}) => {
  const machine = machineOf(rule(cloud, { sql, ...own }))
  return { machine, events: recordsOf(applyAll(machine, frames)) }
}

const outputs = (events: readonly Record<string, unknown>[]) => events.map(({ output }) => output)

describe('a rule with GROUP BY', () => {
  it('is judged once for each window, when that is complete', () => {
    const frames = stream([[sample(1, 10), sample(2, 20), sample(11, 5)], 10], [[sample(12, 7)], 25])
    const { events, machine } = windowed(SQL, frames)
    expect(events).toMatchObject([
      {
        id: 'r|line1/press/temperature|0|0|0',
        key: 'line1/press/temperature',
        timeUs: 10e6,
        output: { mean: 15, n: 2 },
      },
      { id: 'r|line1/press/temperature|10000000|0|0', timeUs: 20e6, output: { mean: 6, n: 2 } },
    ])
    expect(machine.rules.counters()['r']).toEqual({ evaluated: 2, matched: 2, failed: 0 })
  })

  it('lets in by WHERE, and judges answers by HAVING', () => {
    const sql = `SELECT count() AS n, max(value) AS max FROM 'line1/#' WHERE value > 5
      GROUP BY tag, TUMBLE(10s) HAVING max(value) < 100 AND count() > 1`
    const low = [sample(1, 6), sample(2, 5), sample(3, 7)]
    const high = [sample(11, 50), sample(12, 100)]
    const few = [sample(21, 50), sample(22, 1)]
    const { events, machine } = windowed(sql, stream([[...low, ...high, ...few], 30]))
    expect(outputs(events)).toEqual([{ n: 2, max: 7 }])
    expect(machine.rules.counters()['r']).toEqual({ evaluated: 3, matched: 1, failed: 0 })
    expect(machine.rules.trail('r')?.evaluations().misses).toMatchObject([{ timeUs: 20e6 }, { timeUs: 30e6 }])
  })

  it('takes no sample that lies too far ahead, and none whose value WHERE cannot judge', () => {
    const bad = [sample(1, Number.NaN), sample(2, 'stopped'), sample(3, 8)]
    const ahead = sample(4, 9, { quality: Quality.quarantined })
    const { events } = windowed(SQL.replace('GROUP', 'WHERE value > 0 GROUP'), stream([[...bad, ahead], 10]))
    expect(outputs(events)).toEqual([{ mean: 8, n: 1 }])
  })

  it('gives a window again for late samples within the allowed lateness, and not beyond', () => {
    const frames = stream(
      [[sample(1, 10), sample(11, 1)], 12],
      [[sample(2, 20)], 12],
      [[sample(40, 1)], 41],
      [[sample(3, 9)], 41],
    )
    expect(windowed(SQL, frames).events.map(({ id }) => id)).toEqual([
      'r|line1/press/temperature|0|0|0',
      'r|line1/press/temperature|10000000|0|0',
    ])
    const { events } = windowed(SQL, frames, { allowedLateness: '20s' })
    expect(events.map(({ id, output }) => [id, output])).toEqual([
      ['r|line1/press/temperature|0|0|0', { mean: 10, n: 1 }],
      ['r|line1/press/temperature|0|1|0', { mean: 15, n: 2 }],
      ['r|line1/press/temperature|10000000|0|0', { mean: 1, n: 1 }],
    ])
  })

  it('has other identities for windows that begin at one instant', () => {
    const sql = "SELECT count() AS n FROM 'line1/#' GROUP BY tag, COUNT(2)"
    const samples = Array.from({ length: 6 }, () => sample(1, 1))
    const { events } = windowed(sql, stream([samples, 2]))
    expect(events).toHaveLength(3)
    expect(new Set(events.map(({ id }) => id)).size).toBe(3)
  })

  it('groups by attributes, by levels and over everything', () => {
    const tags = ['line1/press/temperature', 'line1/oven/temperature', 'line1/press/current']
    const frames = stream([tags.map((tag, index) => sample(1, index, { tag })), 10])
    const keysOf = (key: string) => {
      const sql = `SELECT count() AS n FROM 'line1/#' GROUP BY ${key}TUMBLE(10s)`
      const attributed = settings({
        tags: [{ tags: ['line1/+/temperature'], attributes: { unit: 'Cel' } }],
        rules: [rule(cloud, { sql })],
      })
      const events = recordsOf(applyAll(new Application(MAKER, attributed), frames))
      return events.map((event) => [event['key'], (event['output'] as { n: number }).n])
    }
    expect(keysOf('topic(2), ')).toEqual([
      ['oven', 1],
      ['press', 2],
    ])
    expect(keysOf('')).toMatchObject([[expect.any(String), 3]])
    expect(keysOf('unit, ')).toContainEqual(['Cel', 2])
  })

  it('raises its alarm by one window and clears it by another', () => {
    const sql = "SELECT mean(value) AS value FROM 'line1/#' GROUP BY tag, TUMBLE(10s) HAVING mean(value) > 50"
    const alarm = { type: 'alarm', text: `${filled('topic(2)')} runs hot` }
    const machine = machineOf(rule(alarm, { sql }))
    const samples = [40, 60, 70, 40].map((value, index) => sample(index * 10 + 1, value))
    expect(recordsOf(applyAll(machine, stream([samples, 40])))).toMatchObject([
      { state: 'raised', value: 60, timeUs: 20e6, text: 'press runs hot' },
      { state: 'cleared', timeUs: 40e6 },
    ])
  })

  it('derives samples at the ends of its windows', () => {
    const sql = "SELECT mean(value) AS value FROM 'line1/#' GROUP BY tag, TUMBLE(10s)"
    const machine = machineOf(rule({ type: 'derive', tag: `${filled('topic(1)')}/mean` }, { sql }))
    const [applied] = applyAll(machine, stream([[sample(1, 4), sample(2, 8), sample(11, 1)], 20]))
    expect(applied?.derived).toMatchObject([
      {
        columns: [
          {
            tag: 'line1/mean',
            timesUs: Float64Array.of(10e6, 20e6),
            data: { values: Float64Array.of(6, 1) },
          },
        ],
      },
    ])
  })
})

describe('another configuration', () => {
  it('leaves the open windows of a rule whose SQL stays, under its new actions and lateness', () => {
    const machine = machineOf(rule(cloud, { sql: SQL }))
    const [first, second, late] = stream([[sample(1, 10)], 2], [[sample(2, 20)], 12], [[sample(3, 60)], 13])
    machine.apply(1, first)
    machine.reconfigure(settings({ rules: [rule(cloud, { sql: SQL, allowedLateness: '1m', maxAge: '1h' })] }))
    expect(outputs(recordsOf([machine.apply(2, second)]))).toEqual([{ mean: 15, n: 2 }])
    expect(outputs(recordsOf([machine.apply(3, late)]))).toEqual([{ mean: 30, n: 3 }])
  })

  it('gives up the windows of SQL that is no more, and answers the new from whole windows alone', () => {
    const machine = machineOf(rule(cloud, { sql: SQL }))
    const next = SQL.replace('mean(value) AS mean', 'max(value) AS max')
    const [first, second] = stream([[sample(1, 10)], 2], [[sample(2, 20), sample(12, 30)], 20])
    machine.apply(1, first)
    machine.reconfigure(settings({ rules: [rule(cloud, { sql: next })] }))
    expect(outputs(recordsOf([machine.apply(2, second)]))).toEqual([{ max: 30, n: 1 }])
  })

  it('lets a new rule begin with what comes from then on', () => {
    const machine = machineOf()
    const [first, second] = stream([[sample(1, 10)], 2], [[sample(2, 20)], 10])
    machine.apply(1, first)
    machine.reconfigure(settings({ rules: [rule(cloud, { sql: SQL })] }))
    expect(outputs(recordsOf([machine.apply(2, second)]))).toEqual([{ mean: 20, n: 1 }])
  })

  it('forgets a rule that is gone, with all that it held', () => {
    const machine = machineOf(rule(cloud, { sql: SQL }))
    const store = createCellStore()
    machine.apply(1, stream([[sample(1, 10)], 2])[0])
    store.save(machine)
    expect(store.cells().some(({ key }) => key.startsWith('rr\n'))).toBe(true)
    machine.reconfigure(settings({}))
    store.save(machine)
    expect(store.cells().filter(({ key }) => key.startsWith('r'))).toEqual([])
  })

  it('keeps what a rule holds when it goes and comes back between two checkpoints', () => {
    const machine = machineOf(rule(cloud, { sql: SQL }))
    const [first, second, third] = stream(
      [[sample(1, 10)], 2],
      [[sample(11, 20)], 12],
      [[sample(12, 40)], 20],
    )
    const store = createCellStore()
    machine.apply(1, first)
    store.save(machine)
    machine.reconfigure(settings({}))
    machine.reconfigure(settings({ rules: [rule(cloud, { sql: SQL })] }))
    machine.apply(2, second)
    store.save(machine)
    const restarted = new Application(MAKER, settings({}), store.cells())
    expect(restarted.apply(3, third)).toEqual(machine.apply(3, third))
  })
})

const RULES = [
  rule(cloud, { name: 'sums', sql: SQL.replace('GROUP', 'WHERE value < 80 GROUP'), allowedLateness: '15s' }),
  rule(cloud, { name: 'sessions', sql: "SELECT count() AS n FROM 'line1/#' GROUP BY topic(2), SESSION(5s)" }),
  rule(
    { type: 'derive', tag: `${filled('topic(2)')}/peak` },
    {
      name: 'peaks',
      sql: "SELECT max(value) AS value FROM 'line1/#' GROUP BY tag, COUNT(3)",
    },
  ),
  rule(
    { type: 'derive', tag: `${filled('topic(2)')}/doubled` },
    { name: 'd', sql: "SELECT value * 2 AS value FROM 'line1/#'" },
  ),
  rule({ type: 'alarm' }, { name: 'hot', sql: "SELECT * FROM 'line1/#' WHERE value > 90" }),
]

const samples = fc.array(
  fc.record({
    tag: fc.constantFrom('line1/a', 'line1/b', 'other'),
    timeUs: fc.integer({ min: 0, max: 60 }).map((second) => second * SECOND_US),
    value: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 0, max: 100 }) }, fc.constant(Number.NaN)),
  }),
  { maxLength: 6 },
)
const streams = fc
  .array(fc.tuple(samples, fc.integer({ min: 0, max: 8 }), fc.constantFrom('p', 'q')), {
    minLength: 1,
    maxLength: 12,
  })
  .map((rounds) => {
    const next = new Map<string, { sequence: number; before: number }>()
    return rounds.map(([list, step, producer]) => {
      const { sequence, before } = next.get(producer) ?? { sequence: 0, before: 0 }
      next.set(producer, { sequence: sequence + 1, before: before + step })
      return frameOf(list, (before + step) * SECOND_US, { producer, sequence })
    })
  })

describe('a restart from the cells of any checkpoint', () => {
  it('changes no outcome of rules with and without windows', () => {
    fc.assert(
      fc.property(streams, fc.uniqueArray(fc.nat(11), { maxLength: 2 }), (frames, deaths) => {
        const whole = applyAll(machineOf(...RULES), frames)
        const store = createCellStore()
        let machine = machineOf(...RULES)
        const parts: Applied[] = []
        for (const [index, frame] of frames.entries()) {
          parts.push(machine.apply(index + 1, frame))
          const dies = deaths.includes(index)
          // A checkpoint now and then, so that later ones hold only what has changed since.
          if (dies || index % 3 === 0) store.save(machine)
          if (dies) machine = new Application(MAKER, settings({}), store.cells())
        }
        expect(parts).toEqual(whole)
      }),
      { numRuns: 15 },
    )
  })
})
