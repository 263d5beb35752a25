import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { JsonObject } from '../../shared/bytes/json.ts'
import type { Gateway } from '../../simulator/cli/gateway.ts'
import { runningProcess, startTestGateway } from '../support/gateway.ts'
import { eventually, type Finished, processesUnder, runGenba } from '../support/genba-process.ts'
import { parseHistory } from '../support/report.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const PROCESSOR = 'genba.Processor'
const TAG = 'line/temperature'

/** Ten seconds of a machine that gets hot and stays so: 95 to 99 from the sixth second on. */
const ROWS = 100
const HOT_FROM = 60
const STARTED_MS = Math.floor(Date.now() / 1000 - 60) * 1000
const celsius = (row: number): number => (row < HOT_FROM ? 50 + (row % 10) : 95 + (row % 5))
const timeUsOf = (row: number): number => (STARTED_MS + row * 100) * 1000
const HOT_ROWS = Array.from({ length: ROWS - HOT_FROM }, (_, index) => HOT_FROM + index)

/** A part that the rule fills, as its author writes it. */
const filled = (expression: string): string => `\${${expression}}`
const STOP = `genba/v1/rule/stop/${filled('topic(2)')}`
const COOLING = `cooling-${filled('topic(2)')}`
const HOT_TEXT = `${filled('topic(2)')} is at ${filled('value')}`

const hotAbove = (limit: number): JsonObject => ({
  name: 'hot',
  sql: `SELECT value FROM '${TAG}' WHERE value > ${limit}`,
  actions: [{ type: 'cloud' }, { type: 'alarm', severity: 'critical', text: HOT_TEXT }],
})

const rulesWith = (hot: JsonObject): JsonObject[] => [
  {
    name: 'stop',
    sql: "SELECT timeUs, true AS value FROM 'line/+' WHERE value > 90",
    deadline: '50ms',
    maxAge: '1h',
    actions: [
      { type: 'republish', topic: STOP },
      { type: 'output', output: COOLING },
    ],
  },
  {
    name: 'fahrenheit',
    sql: `SELECT value * 1.8 + 32 AS value FROM '${TAG}'`,
    actions: [{ type: 'derive', tag: 'line/fahrenheit' }],
  },
  hot,
  {
    name: 'hot-seconds',
    sql: `SELECT max(value) AS peak, count() AS n FROM '${TAG}' WHERE value > 80 GROUP BY tag, TUMBLE(1s)`,
    actions: [{ type: 'cloud' }],
  },
  {
    name: 'forbidden',
    sql: `SELECT timeUs FROM '${TAG}' WHERE timeUs = ${timeUsOf(7)}`,
    maxAge: '1h',
    actions: [{ type: 'republish', topic: 'somebody/elses/topic' }],
    errorAction: { type: 'republish', topic: 'genba/v1/rule/errors' },
  },
]

const processing = (hot: JsonObject): JsonObject => ({
  windows: [{ tags: ['#'], size: '5s' }],
  rules: rulesWith(hot),
})
const EVENTS = HOT_ROWS.length + 4

const folder = temporaryFolder()
const heard = new Map<string, unknown[]>()
let gateway: Gateway

/** Runs a command on the gateway of this test. */
const genba = (...args: string[]): Promise<Finished> => runGenba([...args, '--state', gateway.state.path])

async function genbaJson<Answer>(shape: z.ZodType<Answer>, ...args: string[]): Promise<Answer> {
  const { code, stdout, stderr } = await genba(...args, '--json')
  expect(code, stderr).toBe(0)
  return shape.parse(JSON.parse(stdout))
}

/** Refused for the reason of this code, as people read it. */
function expectRefusal({ code, stdout, stderr }: Finished, reason: string | RegExp): void {
  expect(stderr).toMatch(reason)
  expect(stderr).not.toMatch(/\n\s+at /)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
}

/** What the rule `stop` acts on: a local topic, and that of an output. */
const ACTED = ['genba/v1/rule/stop/temperature', 'genba/v1/output/cooling-temperature']

/** Times of the samples that were told on a topic; at least once each, so each is taken once. */
function timesOn(topic: string): number[] {
  const messages = z.array(z.object({ timeUs: z.number() })).parse(heard.get(topic) ?? [])
  return [...new Set(messages.map(({ timeUs }) => timeUs))].sort()
}

async function listen(filter: string): Promise<void> {
  await gateway.nucleus.bus('test').subscribe(filter, ({ topic, payload }) => {
    const value: unknown =
      'json' in payload ? payload.json : JSON.parse(Buffer.from(payload.bytes).toString())
    heard.set(topic, [...(heard.get(topic) ?? []), value])
  })
}

function configFile(name: string, hot: JsonObject): string {
  const path = join(folder.path, name)
  writeFileSync(path, JSON.stringify(processing(hot)))
  return path
}

beforeAll(async () => {
  const path = join(folder.path, 'line.csv')
  const rows = Array.from(
    { length: ROWS },
    (_, row) => `${new Date(timeUsOf(row) / 1000).toISOString()},${celsius(row)}`,
  )
  writeFileSync(path, `time,temperature\n${rows.join('\n')}\n`)
  gateway = await startTestGateway(folder.path, 'lite', {
    'genba.Collector': { sources: [{ type: 'csv', name: 'line', path, tagPrefix: 'line' }] },
    [PROCESSOR]: processing(hotAbove(90)),
  })
  await listen('genba/v1/rule/#')
  await listen('genba/v1/output/#')
  await eventually('the processor', 30_000, () => runningProcess(gateway, PROCESSOR))
  await eventually('everything the rules do', 30_000, () => {
    const isHeard =
      heard.has('genba/v1/rule/errors') && ACTED.every((topic) => timesOn(topic).length >= HOT_ROWS.length)
    const isStored = gateway.status().totals.samplesStored >= 2 * ROWS
    return (isHeard && isStored && gateway.cloud.receiver.of('event').received >= EVENTS) || undefined
  })
}, 60_000)

afterAll(async () => {
  await gateway.stop()
  expect(processesUnder(folder.path)).toEqual([])
  folder.remove()
})

describe('the actions of rules on a gateway', () => {
  it('publish, set outputs, store derived samples, and send events, each for every match', async () => {
    for (const topic of ACTED) expect(timesOn(topic)).toEqual(HOT_ROWS.map(timeUsOf))
    expect(gateway.cloud.receiver.of('event')).toEqual({ received: EVENTS, duplicates: 0 })

    const history = await genba('history', '--format', 'csv', '--tag', 'line/fahrenheit')
    const derived = parseHistory(history.stdout)
    expect(derived.map(({ value }) => Number(value))).toEqual(
      Array.from({ length: ROWS }, (_, row) => Math.round(celsius(row) * 18 + 320) / 10),
    )
    expect(derived.map(({ time }) => Date.parse(time) * 1000)).toEqual(
      Array.from({ length: ROWS }, (_, row) => timeUsOf(row)),
    )
  })

  it('go to the error action with the reason when the nucleus refuses them', () => {
    expect(heard.get('genba/v1/rule/errors')?.[0]).toMatchObject({
      rule: 'forbidden',
      key: TAG,
      output: { timeUs: timeUsOf(7) },
      error: expect.stringContaining('somebody/elses/topic'),
    })
  })
})

describe('questions about rules', () => {
  it('are answered with counts for each rule', async () => {
    const Counts = z.object({
      name: z.string(),
      evaluated: z.number(),
      matched: z.number(),
      failed: z.number(),
    })
    const { rules } = await genbaJson(z.object({ rules: z.array(Counts) }), 'rule', 'list')
    expect(rules).toEqual([
      { name: 'stop', evaluated: ROWS, matched: HOT_ROWS.length, failed: 0 },
      { name: 'fahrenheit', evaluated: ROWS, matched: ROWS, failed: 0 },
      { name: 'hot', evaluated: ROWS, matched: HOT_ROWS.length, failed: 0 },
      { name: 'hot-seconds', evaluated: 4, matched: 4, failed: 0 },
      { name: 'forbidden', evaluated: ROWS, matched: 1, failed: 0 },
    ])
    const text = await genba('rule', 'list')
    expect(text.code, text.stderr).toBe(0)
    expect(text.stdout).toMatch(/stop +100 +40 +0 +50 ms +80/)
  })

  it('tell why a rule fired, and name the rules when there is none of that name', async () => {
    const { code, stdout, stderr } = await genba('explain', 'rule', 'hot', '--key', TAG)
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('evaluated 100, matched 40, failed 0')
    expect(stdout).toMatch(
      /last matches:[\s\S]*line\/temperature +99[\s\S]*last that did not match:[\s\S]* 59/,
    )
    expectRefusal(await genba('explain', 'rule', 'hott'), /GENBA_RULE_UNKNOWN[\s\S]*hott/)
  })
})

describe('alarms of rules', () => {
  it('stand, are acknowledged and shelved by people, and are told by name', async () => {
    const Alarms = z.object({
      alarms: z.array(
        z.object({ rule: z.string(), key: z.string(), isRaised: z.boolean(), isAcknowledged: z.boolean() }),
      ),
    })
    const raised = { rule: 'hot', key: TAG, isRaised: true, isAcknowledged: false }
    expect(await genbaJson(Alarms, 'alarm', 'list')).toEqual({ alarms: [raised] })
    const seen = await genba('alarm', 'acknowledge', 'hot', TAG, '--by', 'anna', '--reason', 'fan ordered')
    expect(seen.code, seen.stderr).toBe(0)
    expect(await genbaJson(Alarms, 'alarm', 'list')).toEqual({
      alarms: [{ ...raised, isAcknowledged: true }],
    })
    const shelved = await genba('alarm', 'shelve', 'hot', TAG, '--for', '8h')
    expect(shelved.code, shelved.stderr).toBe(0)
    const list = await genba('alarm', 'list')
    expect(list.stdout).toMatch(/critical +hot +line\/temperature .* shelved until/)
    expectRefusal(await genba('alarm', 'acknowledge', 'hot', 'line/none'), 'GENBA_ALARM_UNKNOWN')
  })
})

describe('a changed configuration', () => {
  const Report = z.object({
    samples: z.number(),
    was: z.object({ byRule: z.unknown(), summaries: z.number() }),
    would: z.object({ byRule: z.unknown(), summaries: z.number(), derivedSamples: z.number() }),
  })

  it('is tried on what is stored, beside what was', async () => {
    const config = configFile('changed.json', hotAbove(97))
    const { samples, was, would } = await genbaJson(Report, 'backtest', '--config', config)
    // What rules derived is made anew, and not read.
    expect(samples).toBe(ROWS)
    // Above 97 are two of five: it clears in between.
    expect(was.byRule).toMatchObject({ hot: { raised: 1, events: 40 }, 'hot-seconds': { events: 4 } })
    expect(would.byRule).toMatchObject({ hot: { raised: 8, events: 16 }, 'hot-seconds': { events: 4 } })
    expect(would.derivedSamples).toBe(ROWS)
    expect(would.summaries).toBe(was.summaries)
  })

  it('is checked before it is deployed, with the place of each mistake', async () => {
    const good = await runGenba(['rule', 'check', configFile('good.json', hotAbove(97))])
    expect(good.code, good.stderr).toBe(0)
    expect(good.stdout).toContain('5 rules')
    const bad = configFile('bad.json', { ...hotAbove(97), sql: 'SELECT value FORM line' })
    expectRefusal(await runGenba(['rule', 'check', bad]), /bad\.json: rules\[2\]\.sql[\s\S]*FROM/)
    const soon = configFile('soon.json', { ...hotAbove(97), deadline: 'soon' })
    expectRefusal(await runGenba(['rule', 'check', soon]), /soon\.json: rules\[2\]\.deadline[\s\S]*250ms/)
  })
})
