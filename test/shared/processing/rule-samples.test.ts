import { describe, expect, it } from 'vitest'
import { Quality } from '../../../shared/frame/frame.ts'
import { Application } from '../../../shared/processing/application.ts'
import { RuleEnvironment } from '../../../shared/processing/rules/environment.ts'
import { RuleSet } from '../../../shared/processing/rules/rule-set.ts'
import { compileSettings } from '../../../shared/processing/settings.ts'
import { frameOf } from '../window/frames.ts'
import {
  applyAll,
  createCellStore,
  framesOf,
  MAKER,
  machineOf,
  outcomeOf,
  payloadOf,
  rule,
  sample,
  settings,
} from './machine.ts'

const republish = { type: 'republish', topic: 'a' }
const payloadsOf = (...samples: Parameters<typeof outcomeOf>[1]) =>
  outcomeOf(republish, samples).effects.map(payloadOf)

describe('a sample as a message', () => {
  it.each([
    ['a number', 81.5, 81.5],
    ['an integer', 3, 3],
    ['a negative zero as zero', -0, 0],
    ['a text', 'idle', 'idle'],
    ['an empty text', '', ''],
    ['true', true, true],
    ['false', false, false],
  ])('has its value: %s', (_, value, expected) => {
    expect(payloadsOf(sample(1, value))).toMatchObject([{ value: expected, quality: 'good' }])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'is bad and has no value when that is %d',
    (value) => {
      const [payload] = payloadsOf(sample(1, value))
      expect(payload).toMatchObject({ quality: 'bad' })
      expect(payload).not.toHaveProperty('value')
    },
  )

  it.each([
    [Quality.good | Quality.gapBefore, 'good'],
    [Quality.uncertain, 'uncertain'],
    [Quality.bad, 'bad'],
    [3, 'bad'],
  ])('has its quality by name: %d', (quality, name) => {
    expect(payloadsOf(sample(1, 5, { quality }))).toMatchObject([{ value: 5, quality: name }])
  })

  it('is not judged when it lies too far ahead', () => {
    const machine = machineOf(rule(republish))
    const quarantined = sample(9e6, 1, { quality: Quality.quarantined })
    const [applied] = applyAll(machine, framesOf([sample(1, 1), quarantined, sample(2, 2)]))
    expect(applied?.effects.map(({ timeUs }) => timeUs)).toEqual([1e6, 2e6])
    expect(machine.rules.counters()['r']).toMatchObject({ evaluated: 2 })
  })

  it('is judged in order of arrival, late ones too', () => {
    const { effects } = outcomeOf(republish, [sample(5, 1), sample(3, 2), sample(3, 3)])
    expect(effects.map(({ timeUs, id }) => [timeUs, id])).toEqual([
      [5e6, 'r|p|1|0|0|0|0'],
      [3e6, 'r|p|1|0|0|1|0'],
      [3e6, 'r|p|1|0|0|2|0'],
    ])
  })

  it('before 1970 has its own milliseconds', () => {
    expect(payloadsOf({ ...sample(0, 1), timeUs: -1500 })).toMatchObject([{ timeUs: -1500, timestamp: -2 }])
  })

  it('has the attributes of its tag, later entries before earlier ones, and its own members before both', () => {
    const application = new Application(
      MAKER,
      settings({
        tags: [
          { tags: ['line1/#'], attributes: { unit: 'K', line: '1', value: 'never' } },
          { tags: ['+/press/temperature'], attributes: { unit: 'Cel' } },
          { tags: ['line2/#'], attributes: { line: '2' } },
        ],
        rules: [rule(republish, { sql: "SELECT unit, line, value FROM 'line1/#' WHERE unit = 'Cel'" })],
      }),
    )
    const frames = framesOf([sample(1, 5), sample(1, 6, { tag: 'line1/press/current' })])
    expect(applyAll(application, frames)[0]?.effects.map(payloadOf)).toEqual([
      { unit: 'Cel', line: '1', value: 5 },
    ])
  })

  it('that a rule has derived is not seen by rules', () => {
    const machine = machineOf(rule(republish, { sql: "SELECT * FROM '#'" }))
    const derived = frameOf([sample(1, 1)], 0, { producer: 'genba.Processor/records' })
    expect(machine.apply(1, derived).effects).toEqual([])
    expect(machine.rules.counters()['r']).toMatchObject({ evaluated: 0 })
  })
})

describe('what a rule does', () => {
  const random = (own: object = {}) =>
    rule(republish, {
      sql: "SELECT rand() AS a, rand() AS b, newuuid() AS id, timestamp() AS at, clientid() AS who FROM 'line1/#'",
      ...own,
    })
  const frames = framesOf([sample(1, 1), sample(2, 2)], [sample(3, 3)])

  it('follows from the sample, so that a replay does the same', () => {
    const first = applyAll(machineOf(random()), frames)
    expect(applyAll(machineOf(random()), frames)).toEqual(first)
    const outputs = first.flatMap(({ effects }) => effects.map(payloadOf)) as Record<string, unknown>[]
    expect(outputs.map(({ at, who }) => [at, who])).toEqual([
      [1000, 'press-3'],
      [2000, 'press-3'],
      [3000, 'press-3'],
    ])
    expect(new Set(outputs.flatMap(({ a, b }) => [a, b])).size).toBe(6)
    expect(outputs.every(({ a }) => typeof a === 'number' && a >= 0 && a < 1)).toBe(true)
    expect(outputs[0]?.['id']).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })

  it('is the same on a live frame as when the frame comes by the log', () => {
    const configuration = settings({
      rules: [
        random({ deadline: '50ms', actions: [republish, { type: 'output', output: 'v', value: 'a' }] }),
      ],
    })
    const { rules, attributesOf } = compileSettings(configuration)
    const live = new RuleSet(rules, { thing: MAKER.thing, attributesOf })
    const logged = applyAll(new Application(MAKER, configuration), frames).flatMap(({ effects }) => effects)
    expect(frames.flatMap((frame) => live.take(frame))).toEqual(logged)
    expect(logged.every(({ isReflex, deadlineUs }) => isReflex && deadlineUs === 50_000)).toBe(true)
    expect(new Set(logged.map(({ id }) => id)).size).toBe(6)
  })

  it('is drawn anew for each sample, whatever was drawn before', () => {
    const environment = new RuleEnvironment('t')
    const drawn = (identity: string) => {
      environment.judge(0, identity)
      return [environment.random(), environment.uuid()]
    }
    const first = drawn('a')
    expect(drawn('b')).not.toEqual(first)
    expect(drawn('a')).toEqual(first)
  })

  it.each([
    ['writes into the log', [{ type: 'cloud' }], {}],
    ['derives', [republish, { type: 'derive', tag: 'd' }], {}],
    ['raises an alarm', [{ type: 'alarm' }], {}],
    ['has no deadline', [republish], { deadline: undefined }],
    ['has windows', [republish], { sql: "SELECT count() AS n FROM 'line1/#' GROUP BY tag, TUMBLE(10s)" }],
  ])('waits for the log when the rule %s', (_, actions, own) => {
    const [compiled] = compileSettings(
      settings({ rules: [random({ deadline: '50ms', actions, ...own })] }),
    ).rules
    expect(compiled?.isReflex).toBe(false)
  })
})

describe('a rule that fails', () => {
  it('harms no other, and says why', () => {
    const doubled = Array.from({ length: 20 }, (_, index) => `@v${index + 1} = [@v${index}, @v${index}]`)
    const endless = rule(republish, {
      name: 'endless',
      sql: `SET @v0 = [1], ${doubled.join(', ')} SELECT @v20 AS v FROM 'line1/#'`,
    })
    const machine = machineOf(endless, rule(republish))
    const [applied] = applyAll(machine, framesOf([sample(1, 1)]))
    expect(applied?.effects.map((effect) => effect.rule)).toEqual(['r'])
    expect(machine.rules.counters()).toMatchObject({
      endless: { evaluated: 1, matched: 0, failed: 1 },
      r: { evaluated: 1, matched: 1, failed: 0 },
    })
    expect(machine.rules.trail('endless')?.evaluations()).toMatchObject({
      failures: [
        {
          key: 'line1/press/temperature',
          value: 1,
          isMatch: false,
          reason: expect.stringMatching(/^evaluate: ./),
        },
      ],
    })
  })

  it('remembers the last eight of each kind', () => {
    const machine = machineOf(rule(republish, { sql: "SELECT * FROM 'line1/#' WHERE value < 20" }))
    applyAll(machine, framesOf(Array.from({ length: 40 }, (_, second) => sample(second, second))))
    const { matches, misses, failures } = machine.rules.trail('r')?.evaluations() ?? {}
    expect(matches?.map(({ value }) => value)).toEqual([12, 13, 14, 15, 16, 17, 18, 19])
    expect(misses?.map(({ value }) => value)).toEqual([32, 33, 34, 35, 36, 37, 38, 39])
    expect(failures).toEqual([])
    expect(machine.rules.trail('none')).toBeUndefined()
  })
})

describe('the counters of rules', () => {
  const INHERITED = ['constructor', 'toString', 'hasOwnProperty']

  it('are exact over restarts from cells at any frame', () => {
    const rules = [rule({ type: 'cloud' }, { sql: "SELECT * FROM 'line1/#' WHERE value > 2" })]
    const frames = framesOf(
      ...Array.from({ length: 8 }, (_, index) => [sample(index, index), sample(index, 1)]),
    )
    const whole = machineOf(...rules)
    applyAll(whole, frames)
    const store = createCellStore()
    let restarted = machineOf(...rules)
    for (const [index, frame] of frames.entries()) {
      restarted.apply(index + 1, frame)
      store.save(restarted)
      restarted = new Application(MAKER, settings({}), store.cells())
    }
    expect(restarted.rules.counters()).toEqual({ r: { evaluated: 16, matched: 5, failed: 0 } })
    expect(restarted.counters()).toEqual(whole.counters())
    expect(restarted.takeCells()[0]).toEqual(whole.takeCells()[0])
  })

  it.each(INHERITED)('are those of a rule that is named %s', (name) => {
    const application = machineOf(rule({ type: 'cloud' }, { name }))
    applyAll(application, framesOf([sample(1, 1)]))
    const store = createCellStore()
    store.save(application)
    const next = new Application(MAKER, settings({}), store.cells())
    next.apply(2, framesOf([sample(2, 1)])[0])
    const counters = new Map(Object.entries(next.rules.counters()))
    expect(counters.get(name)).toEqual({ evaluated: 2, matched: 2, failed: 0 })
  })

  it('of a rule that stays go on under another configuration, and of a new one begin at nothing', () => {
    const application = machineOf(rule({ type: 'cloud' }))
    application.apply(1, framesOf([sample(1, 1)])[0])
    application.reconfigure(settings({ rules: [rule(republish), rule(republish, { name: 'new' })] }))
    application.apply(2, framesOf([sample(2, 1)])[0])
    expect(application.rules.counters()).toMatchObject({ r: { evaluated: 2 }, new: { evaluated: 1 } })
  })
})
