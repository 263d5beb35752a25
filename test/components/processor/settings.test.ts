import { BehaviorSubject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { processor } from '../../../components/processor/component.ts'
import { checkConfig } from '../../../shared/component/config.ts'
import { defineComponent } from '../../../shared/component/define-component.ts'
import type { Host } from '../../../shared/component/host.ts'
import { GenbaRecord } from '../../../shared/contract/records.ts'
import { ProcessorConfig } from '../../../shared/processing/config.ts'
import { createRandom } from '../../../simulator/virtual/random.ts'
import { machineRounds, recordsOf, SECOND_US, startSite } from './site.ts'

const first = ProcessorConfig.parse({
  windows: [{ size: '10s', allowedLateness: '1m' }],
  detections: [{ type: 'threshold', name: 'hot', tags: ['+/temperature'], above: 80, hold: '5s' }],
})
const second = ProcessorConfig.parse({
  windows: [
    { size: '10s', allowedLateness: '1m' },
    { size: '30s', allowedLateness: '0s' },
  ],
  detections: [],
})

const rounds = () => {
  const random = createRandom(3)
  return machineRounds(100, () => random.integer(0, 1000) / 1001)
}

/** The same component, with a configuration that the test changes while it runs. */
function startWithFeed(seed = 1, given = rounds()) {
  const config$ = new BehaviorSubject(first)
  const definition = defineComponent({
    ...processor,
    run: (host: Host<ProcessorConfig>) => processor.run({ ...host, config$ }),
  })
  const site = startSite({ rounds: given, everyMs: 100, seed, definition })
  return { ...site, config$ }
}

const parse = (records: readonly string[]) => records.map((text) => GenbaRecord.parse(JSON.parse(text)))
const countOf = (records: readonly string[], pattern: RegExp) =>
  records.filter((text) => pattern.test(text)).length

describe('a change of windows and rules', () => {
  it('while running keeps open windows, begins new ones whole, and clears the alarms of rules that are gone', async () => {
    const plain = startWithFeed()
    await plain.seconds(30)
    const before = parse(recordsOf(await plain.journal()))

    const site = startWithFeed()
    for (let tries = 0; tries < 80 && (await site.gauge('alarms_active')) !== 1; tries++)
      await site.seconds(0.1)
    expect(await site.gauge('alarms_active')).toBe(1)
    site.config$.next(second)
    await site.seconds(1)
    expect(await site.gauge('alarms_active')).toBe(0)
    await site.seconds(30)
    const records = recordsOf(await site.journal())
    const tenSeconds = (all: ReturnType<typeof parse>) =>
      all.flatMap((record) =>
        record.type === 'summary' && record.window === 'tumbling:10000000' ? [{ ...record, by: null }] : [],
      )
    expect(tenSeconds(parse(records))).toEqual(tenSeconds(before))
    // 30 s hold 120 samples of a tag at 4 Hz; the last window is cut by the end of the data.
    const long = parse(records).filter(
      (record) => record.type === 'summary' && record.window === 'tumbling:30000000',
    )
    const current = long.flatMap((record) =>
      record.type === 'summary' && record.tag === 'press/current' ? [record.count] : [],
    )
    expect(current.length).toBeGreaterThan(10)
    expect(new Set(current.slice(0, -1))).toEqual(new Set([120]))
    expect(countOf(records, /"state":"raised"/)).toBe(countOf(records, /"state":"cleared"/))
    const configs = parse(records).flatMap((record) => ('by' in record ? [record.by.config] : []))
    expect(new Set(configs).size).toBe(2)
    expect(site.world.incidents).toEqual([])
  })

  it('that comes while the processor is away leaves no revision out, though it had no checkpoint yet', async () => {
    // Every sample of the temperature is late, so that its windows are revised with every frame.
    const late = machineRounds(100, () => 0.05)
    const site = startWithFeed(1, late)
    // The first of the checkpoints that come by themselves is after ten seconds.
    await site.seconds(4)
    site.processor.kill('killed')
    site.config$.next(ProcessorConfig.parse({ windows: [{ size: '20s', allowedLateness: '10m' }] }))
    await site.seconds(60)
    const revisions = new Map<string, number[]>()
    for (const record of parse(recordsOf(await site.journal()))) {
      if (record.type !== 'summary') continue
      const key = `${record.tag} ${record.window} ${record.startUs}`
      revisions.set(key, [...(revisions.get(key) ?? []), record.revision])
    }
    expect([...revisions].filter(([, list]) => list.some((number, index) => number !== index))).toEqual([])
    expect([...revisions].some(([key, list]) => key.includes(':20000000 ') && list.length > 2)).toBe(true)
  })

  it.each(Array.from({ length: 6 }, (_, seed) => seed))(
    'at a restart gives each identity once and every window whole, seed %i',
    async (seed) => {
      const random = createRandom(seed)
      const site = startWithFeed(seed)
      for (const config of [second, first, second]) {
        await site.seconds(random.integer(500, 2500) / 1000)
        site.config$.next(config)
        site.processor.doom(random.integer(1, 30), random.chance(0.5) ? 'before' : 'after')
      }
      await site.seconds(60)
      const records = parse(recordsOf(await site.journal()))
      const ids = records.map(({ id }) => id)
      expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
      const full = records.flatMap((record) =>
        record.type === 'summary' && record.tag === 'press/current' && record.timing === 'ON_TIME'
          ? [record]
          : [],
      )
      for (const { id, startUs, endUs, count } of full.slice(4, -4)) {
        expect([id, count]).toEqual([id, ((endUs - startUs) / SECOND_US) * 4])
      }
      expect(site.world.incidents.filter(({ kind }) => kind === 'failed')).toEqual([])
    },
  )
})

describe('the configuration', () => {
  it('has windows of ten seconds for every tag when nothing is said', () => {
    const checked = checkConfig(ProcessorConfig, {}, { component: 'genba.Processor' })
    expect(checked.ok ? checked.config : checked.error).toEqual({
      tags: [],
      windows: [{ type: 'tumbling', tags: ['#'], size: '10s' }],
      detections: [],
      rules: [],
      functions: [],
      checkpointEvery: 10_000,
    })
  })

  it.each([
    [
      'a limit that is missing',
      { detections: [{ type: 'threshold', name: 'hot', tags: ['a'] }] },
      'detections[0]',
    ],
    [
      'a band that never clears',
      { detections: [{ type: 'threshold', name: 'x', tags: ['a'], above: 5, below: 4, hysteresis: 1 }] },
      'detections[0]',
    ],
    [
      'two detections of one name',
      { detections: ['a', 'b'].map((tag) => ({ type: 'threshold', name: 'x', tags: [tag], above: 1 })) },
      'detections',
    ],
    ['a wildcard inside a level', { windows: [{ tags: ['line1/pre+'] }] }, 'windows[0].tags[0]'],
    ['a size of nothing', { windows: [{ size: '0s' }] }, 'windows[0].size'],
    ['a number for a size', { windows: [{ size: 10 }] }, 'windows[0].size'],
    ['an unknown key', { windows: [{ sise: '10s' }] }, 'windows[0].sise'],
    [
      'two windows of one size without names',
      {
        windows: [
          { tags: ['a'], size: '10s' },
          { tags: ['b'], size: '10000ms' },
        ],
      },
      'windows',
    ],
    [
      'an aggregate under the name of another that every summary has',
      { windows: [{ size: '10s', aggregates: [{ fn: 'rms', as: 'mean' }] }] },
      'windows[0].aggregates',
    ],
    ['a watermark of its own', { windows: [{ size: '10s', idleAfter: '5s' }] }, 'windows[0].idleAfter'],
    [
      'early answers of a window that samples decide',
      { windows: [{ type: 'count', size: 3, early: { samples: 1 } }] },
      'windows[0].early',
    ],
    [
      'SQL with a mistake',
      { rules: [{ name: 'x', sql: "SELECT * FORM 'a'", actions: [{ type: 'cloud' }] }] },
      'rules[0].sql',
    ],
    [
      'one name for a rule and a detection',
      {
        rules: [{ name: 'x', sql: "SELECT * FROM 'a'", actions: [{ type: 'cloud' }] }],
        detections: [{ type: 'stuck', name: 'x', tags: ['a'], for: '1h' }],
      },
      '(configuration)',
    ],
  ])('refuses %s and says where', (_, config, where) => {
    const checked = checkConfig(ProcessorConfig, config, { component: 'genba.Processor' })
    expect(checked.ok ? [] : checked.error.issues.map((issue) => issue.where)).toContain(where)
  })
})
