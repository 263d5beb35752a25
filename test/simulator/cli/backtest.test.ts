import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import type { SampleFrame } from '../../../shared/frame/frame.ts'
import { openJournal } from '../../../shared/journal/open.ts'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import { backtestCommand } from '../../../simulator/cli/commands/backtest.ts'
import { stateDirectory } from '../../../simulator/cli/state-directory.ts'
import { column, producerOf } from '../../shared/journal/frames.ts'
import { applyAll, machineOf, rule } from '../../shared/processing/machine.ts'
import { sealAll } from '../../support/seal-all.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { createContext, printedBy } from './command-world.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

const TAG = 'line1/press/temperature'
const SECOND_US = 1_000_000
const START_US = Date.UTC(2026, 2, 1) * 1000
/** In force until now: hot above 90. */
const WAS = rule({ type: 'alarm' }, { name: 'hot', sql: "SELECT * FROM 'line1/#' WHERE value > 90" })
/** Two hours, a sample every ten minutes; one frame each. */
const VALUES = [70, 85, 95, 70, 88, 70, 92, 96, 70, 60, 50, 40]

const state = stateDirectory(join(folder.path, 'gateway'))

const config = (name: string, text: string): string => {
  const path = join(folder.path, name)
  writeFileSync(path, text)
  return path
}

/** A gateway that has stopped: its samples, and the alarms that its rule raised then. */
beforeAll(async () => {
  mkdirSync(state.greengrass, { recursive: true })
  mkdirSync(join(state.historianStore, '..'), { recursive: true })
  const journal = await openJournal(await openLevelStore(state.historianStore))
  const feeder = producerOf('genba.Collector/press')
  const samples = VALUES.map((value, index) =>
    feeder.samples([column(TAG, [[START_US + index * 600 * SECOND_US, value]])]),
  )
  const frames = samples
    .map((bytes) => decodeFrame(bytes))
    .filter((frame): frame is SampleFrame => frame.body === 'samples')
  const records = applyAll(machineOf(WAS), frames).flatMap((applied) => applied.records)
  const own = producerOf('genba.Processor/records')
  const derived = own.samples([column('line1/derived', [[START_US, 99]])])
  await journal.append([...samples, derived, own.records(...records)])
  await journal.close()
})

const CHANGED = `
windows: [{ tags: ['#'], size: 1h }]
rules:
  - name: hot
    sql: SELECT * FROM 'line1/#' WHERE value > 94
    actions: [{ type: alarm }, { type: republish, topic: a }]
  - name: double
    sql: SELECT value * 2 AS value FROM 'line1/#'
    actions: [{ type: derive, tag: line1/double }]
`

const backtest = (...args: readonly string[]) =>
  printedBy(backtestCommand, '--state', state.path, '--config', config('changed.yaml', CHANGED), ...args)

describe('a backtest of a stopped gateway', () => {
  it('lays out what was and what would be, with the alarms that differ', async () => {
    expect(await backtest()).toMatchInlineSnapshot(`
      "12 samples in 14 frames of the log

                       was   would be
      summaries        0     0
      revisions        0     0
      withdrawals      0     0
      events           0     0
      raised           2     2
      cleared          2     2
      bytes            1300  1312
      actions                2
      derived samples        12

      alarms and events of  was  would be
      hot                   2    2

      raised then and not any more (the first 1):
      since                     rule  tag                      value
      2026-03-01T01:00:00.000Z  hot   line1/press/temperature  92

      raised now and not then (the first 1):
      since                     rule  tag                      value
      2026-03-01T01:10:00.000Z  hot   line1/press/temperature  96
      "
    `)
  })

  it('gives the same as one JSON object', async () => {
    const report = JSON.parse(await backtest('--json'))
    expect(report).toMatchObject({
      v: 1,
      frames: 14,
      samples: 12,
      was: { raised: 2, cleared: 2, events: 0, summaries: 0 },
      would: { raised: 2, cleared: 2, actions: 2, derivedSamples: 12 },
      onlyWas: [{ rule: 'hot', tag: TAG, value: 92 }],
      onlyWould: [{ rule: 'hot', tag: TAG, value: 96 }],
    })
  })

  it('takes the frames with a sample in a range, from inclusive, to exclusive', async () => {
    const inRange = async (...args: readonly string[]) => {
      const { samples, onlyWould } = JSON.parse(await backtest('--json', ...args))
      return [samples, onlyWould.length]
    }
    expect(await inRange('--from', '2026-03-01T01:00:00Z')).toEqual([6, 1])
    expect(await inRange('--from', '2026-03-01T01:10:00Z', '--to', '2026-03-01T01:20:00Z')).toEqual([1, 1])
    expect(await inRange('--to', '2026-03-01T01:10:00Z')).toEqual([7, 0])
    expect(await inRange('--from', '2027-01-01')).toEqual([0, 0])
  })

  it('takes sealed history in order of time, without what rules derived', async () => {
    const sealed = stateDirectory(join(folder.path, 'sealed'))
    mkdirSync(sealed.greengrass, { recursive: true })
    cpSync(state.historianStore, sealed.historianStore, { recursive: true })
    const journal = await openJournal(await openLevelStore(sealed.historianStore))
    await sealAll(journal)
    expect(journal.sealing.samples).toBe(13)
    await journal.close()
    const report = JSON.parse(await backtest('--json', '--state', sealed.path))
    const { frames, ...unsealed } = JSON.parse(await backtest('--json'))
    expect(report).toMatchObject(unsealed)
    expect([frames, report.frames]).toEqual([14, 2])
  })

  it('finds no difference with what was in force', async () => {
    const same = config('same.yaml', JSON.stringify({ windows: [], rules: [WAS] }))
    const report = JSON.parse(
      await printedBy(backtestCommand, '--state', state.path, '--config', same, '--json'),
    )
    expect([...report.onlyWas, ...report.onlyWould]).toEqual([])
    expect(report.would.byRule).toEqual(report.was.byRule)
  })

  it('lists rules by name, whatever they are called', async () => {
    const odd = config(
      'odd.yaml',
      CHANGED.replace('name: double', 'name: constructor').replace(
        '{ type: derive, tag: line1/double }',
        '{ type: cloud }',
      ),
    )
    const text = await printedBy(backtestCommand, '--state', state.path, '--config', odd)
    expect(text).toMatch(/^constructor +0 +0 \+ 12 events$/m)
    expect(text).not.toContain('undefined')
  })

  it('refuses a faulty file, a time that is none, and a place without a gateway', async () => {
    const faulty = config('faulty.yaml', 'rules: [{ name: x }]')
    const run = (...args: readonly string[]) => printedBy(backtestCommand, ...args)
    await expect(run('--config', faulty, '--state', state.path)).rejects.toMatchObject({
      code: 'GENBA_CONFIG_INVALID',
    })
    await expect(backtest('--from', 'yesterday')).rejects.toMatchObject({ code: 'GENBA_USAGE' })
    const nowhere = ['--state', join(folder.path, 'nowhere')]
    await expect(run('--config', config('ok.yaml', CHANGED), ...nowhere)).rejects.toMatchObject({
      code: 'GENBA_STATE_MISSING',
    })
    const empty = stateDirectory(join(folder.path, 'empty'))
    mkdirSync(empty.greengrass, { recursive: true })
    await expect(run('--config', config('ok.yaml', CHANGED), '--state', empty.path)).rejects.toMatchObject({
      code: 'GENBA_STATE_MISSING',
    })
  })

  it('ends quietly when nobody reads any more', async () => {
    const { context, printed } = createContext()
    const closed = { ...context, output: { ...context.output, closed: AbortSignal.abort() } }
    const args = ['--state', state.path, '--config', config('ok.yaml', CHANGED)]
    await backtestCommand(closed).parseAsync(args, { from: 'user' })
    expect(printed).toEqual([])
  })
})
