import { describe, expect, it } from 'vitest'
import { calm } from '../../../simulator/virtual/conditions.ts'
import { createRandom } from '../../../simulator/virtual/random.ts'
import { machineRounds, recordsOf, startSite } from './site.ts'

const ROUNDS = 150
const CONFIGURATION = {
  windows: [
    { size: '10s', allowedLateness: '1m' },
    { size: '1m', offset: '7s', tags: ['press/temperature'] },
  ],
  detections: [
    { type: 'threshold', name: 'hot', tags: ['+/temperature'], above: 80, hysteresis: 2, hold: '5s' },
  ],
  checkpointEvery: '500ms',
}

const roundsOf = (seed: number) => {
  const random = createRandom(seed)
  return machineRounds(ROUNDS, () => random.integer(0, 1_000_000) / 1_000_001)
}

const runUndisturbed = async () => {
  const site = startSite({ rounds: roundsOf(7), configuration: CONFIGURATION })
  await site.seconds(20)
  const figures = await site.processor.figures()
  expect(site.world.incidents).toEqual([])
  return { records: recordsOf(await site.journal()), metrics: figures?.metrics ?? {} }
}

let whole: ReturnType<typeof runUndisturbed> | undefined
const undisturbed = () => (whole ??= runUndisturbed())

describe('the processor over deaths', () => {
  it('reaches the head of the log, its own frames included, and gives every kind of record', async () => {
    const site = startSite({ rounds: roundsOf(7), configuration: CONFIGURATION })
    await site.seconds(20)
    expect(site.world.incidents).toEqual([])
    const position = await site.gauge('position_lsn')
    const journal = await site.journal()
    expect(position).toBe(journal.at(-1)?.lsn)
    const kinds = new Set(recordsOf(journal).map((text) => JSON.parse(text).timing ?? JSON.parse(text).state))
    expect(kinds).toEqual(new Set(['ON_TIME', 'LATE', 'raised', 'cleared']))
  })

  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'gives the same records and the same counts when it is killed at random points, seed %i',
    async (seed) => {
      const { records, metrics } = await undisturbed()
      const random = createRandom(seed + 100)
      const site = startSite({ rounds: roundsOf(7), configuration: CONFIGURATION, everyMs: 150, seed })
      for (let kill = 0; kill < 8; kill++) {
        await site.seconds(random.integer(100, 5000) / 1000)
        site.processor.doom(random.integer(1, 40), random.chance(0.5) ? 'before' : 'after')
      }
      await site.seconds(90)
      expect(site.world.incidents.filter(({ kind }) => kind !== 'start-refused')).toEqual([])
      const figures = await site.processor.figures()
      const disturbed = recordsOf(await site.journal())
      expect(disturbed).toEqual(records)
      expect(site.processor.starts).toBeGreaterThan(3)
      for (const name of [
        'windows_emitted',
        'windows_revised',
        'samples_late',
        'alarms_raised',
        'alarms_cleared',
      ]) {
        const gauge = `genba_processor_${name}`
        expect([gauge, figures?.metrics[gauge]]).toEqual([gauge, metrics[gauge]])
      }
    },
  )

  it.each(Array.from({ length: 8 }, (_, seed) => seed))(
    'gives the same records when messages are lost and doubled, the disk fails and the historian dies, seed %i',
    async (seed) => {
      const { records } = await undisturbed()
      const random = createRandom(seed + 500)
      const site = startSite({ rounds: roundsOf(7), configuration: CONFIGURATION, everyMs: 150, seed })
      const { conditions } = site.world
      conditions.bus = { ...conditions.bus, lossProbability: 0.1, duplicateProbability: 0.1 }
      conditions.disk = { ...conditions.disk, errorProbability: 0.05 }
      for (let kill = 0; kill < 6; kill++) {
        await site.seconds(random.integer(100, 6000) / 1000)
        const victim = random.chance(0.5) ? site.processor : site.historian
        victim.doom(random.integer(1, 40), random.chance(0.5) ? 'before' : 'after')
      }
      site.world.conditions.bus = calm().bus
      site.world.conditions.disk = calm().disk
      await site.seconds(90)
      expect(recordsOf(await site.journal())).toEqual(records)
    },
  )

  it.each(Array.from({ length: 8 }, (_, seed) => seed))(
    'saves no state beyond outputs that were lost on their way, seed %i',
    async (seed) => {
      const { records } = await undisturbed()
      const site = startSite({ rounds: roundsOf(7), configuration: CONFIGURATION, everyMs: 400, seed })
      site.world.conditions.bus = { ...calm().bus, lossProbability: 0.15 }
      for (let kill = 0; kill < 8; kill++) {
        await site.seconds(8)
        site.processor.kill('killed')
      }
      site.world.conditions.bus = calm().bus
      await site.seconds(60)
      // A checkpoint that is ahead of the historian would be found out, and cost a replay of the whole log.
      expect(site.world.incidents.filter(({ kind }) => kind === 'failed')).toEqual([])
      expect(recordsOf(await site.journal())).toEqual(records)
    },
  )
})
