import { describe, expect, it } from 'vitest'
import { processor } from '../../../components/processor/component.ts'
import { defineComponent } from '../../../shared/component/define-component.ts'
import type { Host } from '../../../shared/component/host.ts'
import { Producer } from '../../../shared/contract/producers.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import type { ProcessorConfig } from '../../../shared/processing/config.ts'
import type { JournaledFrame } from '../../../simulator/virtual/evidence.ts'
import { createRandom } from '../../../simulator/virtual/random.ts'
import { askProcessor } from './ask.ts'
import { machineRounds, recordsOf, startSite } from './site.ts'

/** Parts that the rule fills, as its author writes them. */
const filled = (expression: string): string => `\${${expression}}`
const DOUBLED = `${filled('topic(1)')}/doubled`
const TEXT = `${filled('topic(1)')} is at ${filled('value')}`
const STOP = `genba/v1/rule/stop/${filled('topic(1)')}`

const RULES = [
  {
    name: 'double',
    sql: "SELECT value * 2 AS value FROM 'press/temperature' WHERE value > 70",
    actions: [{ type: 'derive', tag: DOUBLED }],
  },
  {
    name: 'hot',
    sql: "SELECT value, topic(1) AS machine FROM '+/temperature' WHERE value > 85",
    actions: [{ type: 'cloud' }, { type: 'alarm', severity: 'critical', text: TEXT }],
  },
  {
    name: 'mean',
    sql: "SELECT mean(value) AS mean, count() AS n FROM 'press/current' WHERE value >= 1 GROUP BY tag, TUMBLE(20s)",
    actions: [{ type: 'cloud' }],
  },
]

const CONFIGURATION = {
  windows: [{ tags: ['press/doubled'], size: '30s', allowedLateness: '10m' }],
  rules: RULES,
  checkpointEvery: '500ms',
}

const roundsOf = (count = 100) => {
  const random = createRandom(7)
  return machineRounds(count, () => random.integer(0, 1_000_000) / 1_000_001)
}

interface Derived {
  readonly timeUs: number
  readonly value: number
}

/** Derived samples in the order of the log. */
const derivedOf = (journal: readonly JournaledFrame[]): Derived[] =>
  journal.flatMap(({ frame }) =>
    frame.body === 'samples' && frame.header.producer === Producer.records
      ? frame.columns.flatMap(({ timesUs, data }) =>
          [...timesUs].map((timeUs, index) => ({ timeUs, value: Number(data.values[index]) })),
        )
      : [],
  )

const expectedDerived = (): Derived[] =>
  roundsOf().flatMap(({ columns }) =>
    columns
      .filter(({ tag }) => tag === 'press/temperature')
      .flatMap(({ timesUs, data }) =>
        [...timesUs]
          .map((timeUs, index) => ({ timeUs, value: Number(data.values[index]) }))
          .filter(({ value }) => value > 70)
          .map(({ timeUs, value }) => ({ timeUs, value: value * 2 })),
      ),
  )

const parsed = (journal: readonly JournaledFrame[]) => recordsOf(journal).map((text) => JSON.parse(text))
/** Without the epoch of the feeder, which is another in every run, and without order: derived frames lie elsewhere in the log. */
const idsOf = (journal: readonly JournaledFrame[]): string[] =>
  parsed(journal)
    .map(({ id }) => String(id).replace(/(test\.Feeder\/file)\|\d+/, '$1'))
    .sort()

async function undisturbed(): Promise<readonly JournaledFrame[]> {
  const site = startSite({ rounds: roundsOf(), configuration: CONFIGURATION })
  await site.seconds(20)
  expect(site.world.incidents).toEqual([])
  return site.journal()
}

describe('rules of SQL', () => {
  it('derive samples, send events, raise alarms and judge windows', async () => {
    const journal = await undisturbed()
    expect(derivedOf(journal)).toEqual(expectedDerived())
    const records = parsed(journal)
    const ofRule = (rule: string, type: string) =>
      records.filter((record) => record.rule === rule && record.type === type)
    expect(ofRule('hot', 'event').length).toBeGreaterThan(100)
    expect(ofRule('hot', 'event')[0]).toMatchObject({
      key: 'press/temperature',
      output: { machine: 'press' },
    })
    const alarms = ofRule('hot', 'alarm')
    expect(alarms[0]).toMatchObject({ state: 'raised', severity: 'critical' })
    expect(alarms[0].text).toMatch(/^press is at 8\d\./)
    expect(new Set(alarms.map(({ state }) => state))).toEqual(new Set(['raised', 'cleared']))
    const means = ofRule('mean', 'event')
    expect(means.length).toBeGreaterThan(20)
    // 20 s at 4 Hz, of which a tenth is below 1.
    for (const { output } of means.slice(1, -1)) {
      expect(output.n).toBeGreaterThan(60)
      expect(output.n).toBeLessThan(80)
      expect(output.mean).toBeGreaterThan(4)
    }
    const doubled = records.filter((record) => record.type === 'summary')
    expect(doubled.length).toBeGreaterThan(3)
    expect(doubled.every(({ tag, min }) => tag === 'press/doubled' && min > 140)).toBe(true)
  })

  it.each(Array.from({ length: 6 }, (_, seed) => seed))(
    'give everything once when the processor is killed at random points, seed %i',
    async (seed) => {
      const whole = await undisturbed()
      const random = createRandom(seed + 40)
      const site = startSite({ rounds: roundsOf(), configuration: CONFIGURATION, everyMs: 100, seed })
      site.world.conditions.bus = { ...site.world.conditions.bus, lossProbability: 0.05 }
      for (let kill = 0; kill < 6; kill++) {
        await site.seconds(random.integer(100, 3000) / 1000)
        site.processor.doom(random.integer(1, 40), random.chance(0.5) ? 'before' : 'after')
      }
      site.world.conditions.bus = { ...site.world.conditions.bus, lossProbability: 0 }
      await site.seconds(60)
      const journal = await site.journal()
      expect(derivedOf(journal)).toEqual(expectedDerived())
      expect(idsOf(journal)).toEqual(idsOf(whole))
    },
  )
})

const REFLEX = {
  windows: [],
  rules: [
    {
      name: 'stop',
      sql: "SELECT value FROM 'press/temperature' WHERE value > 85",
      deadline: '50ms',
      actions: [
        { type: 'republish', topic: STOP },
        { type: 'output', output: 'valve' },
      ],
      errorAction: { type: 'republish', topic: 'genba/v1/rule/errors' },
    },
  ],
}

const hotSamples = (): number =>
  roundsOf(30)
    .flatMap(({ columns }) => columns.filter(({ tag }) => tag === 'press/temperature'))
    .reduce((sum, { data }) => sum + [...data.values].filter((value) => Number(value) > 85).length, 0)

/** Payloads of a topic, as the nucleus took them. */
function listen(site: ReturnType<typeof startSite>, topic: string): unknown[] {
  const heard: unknown[] = []
  site.world.bus.watch((_, name, payload) => {
    if (name !== topic) return
    heard.push(
      'json' in payload ? JSON.parse(payload.json) : JSON.parse(Buffer.from(payload.bytes).toString()),
    )
  })
  return heard
}

describe('a rule with a deadline', () => {
  it('acts once for each sample that matches, on the live frame', async () => {
    const site = startSite({ rounds: roundsOf(30), configuration: REFLEX })
    const stops = listen(site, 'genba/v1/rule/stop/press')
    const valves = listen(site, Topic.output('valve'))
    await site.seconds(20)
    expect(hotSamples()).toBeGreaterThan(20)
    expect(stops).toHaveLength(hotSamples())
    expect(new Set(valves.map((valve) => JSON.stringify(valve))).size).toBe(hotSamples())
    expect(await site.gauge('actions_done')).toBe(2 * hotSamples())
  })

  it('acts while the historian is away', async () => {
    const [rule] = REFLEX.rules
    const always = { ...rule, sql: "SELECT value FROM 'press/temperature'" }
    const site = startSite({ rounds: roundsOf(30), configuration: { ...REFLEX, rules: [always] } })
    const stops = listen(site, 'genba/v1/rule/stop/press')
    await site.seconds(0.3)
    site.historian.kill('killed', 3_600_000_000)
    const before = stops.length
    await site.seconds(3)
    expect(stops.length).toBeGreaterThan(before)
  })

  it('tells its error action what could not be done', async () => {
    const definition = defineComponent({
      ...processor,
      run: (host: Host<ProcessorConfig>) => {
        const publish: typeof host.bus.publish = (topic, payload) =>
          topic === Topic.output('valve')
            ? Promise.reject(new Error('not authorised'))
            : host.bus.publish(topic, payload)
        return processor.run({ ...host, bus: { ...host.bus, publish } })
      },
    })
    const site = startSite({ rounds: roundsOf(30), configuration: REFLEX, definition })
    const errors = listen(site, 'genba/v1/rule/errors')
    await site.seconds(20)
    expect(errors).toHaveLength(hotSamples())
    expect(errors[0]).toMatchObject({ rule: 'stop', key: 'press/temperature', error: 'not authorised' })
    expect(await site.gauge('actions_failed')).toBe(hotSamples())
  })
})

describe('questions to the processor', () => {
  const ask = {
    rounds: roundsOf(),
    configuration: { ...CONFIGURATION, windows: [{ size: '10s' }] },
    everyMs: 100,
  }

  it('list the rules with their counts, and explain one', async () => {
    const site = startSite(ask)
    await site.seconds(15)
    const listed = await askProcessor(site, { op: 'rules' })
    expect(listed).toMatchObject({ rules: [{ name: 'double' }, { name: 'hot' }, { name: 'mean' }] })
    const explained = await askProcessor(site, { op: 'explain', rule: 'hot', key: 'press/temperature' })
    expect(explained).toMatchObject({
      name: 'hot',
      evaluated: 2000,
      last: { matches: expect.arrayContaining([expect.objectContaining({ key: 'press/temperature' })]) },
      windows: [{ key: 'press/temperature', producers: [{ name: 'test.Feeder/file' }] }],
    })
    await expect(askProcessor(site, { op: 'explain', rule: 'cold' })).rejects.toThrow(/no rule or detection/)
  })

  it('acknowledge an alarm for good, whatever happens to the process', async () => {
    const site = startSite(ask)
    for (let tries = 0; tries < 100 && (await site.gauge('alarms_active')) !== 1; tries++)
      await site.seconds(0.1)
    const order = {
      op: 'alarm',
      kind: 'acknowledge',
      rule: 'hot',
      key: 'press/temperature',
      by: 'Aiko',
    } as const
    expect(await askProcessor(site, order)).toMatchObject({ done: 'acknowledge' })
    site.processor.kill('killed')
    await site.seconds(60)
    const acknowledged = parsed(await site.journal()).filter(({ state }) => state === 'acknowledged')
    expect(acknowledged).toMatchObject([{ rule: 'hot', who: 'Aiko' }])
  })
})
