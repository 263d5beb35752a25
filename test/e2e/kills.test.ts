import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { eventually, processesUnder, readStatus, runGenba, startGenba } from '../support/genba-process.ts'
import { machineCsv, machineRows, seededRandom } from '../support/machine-file.ts'
import { parseHistory, type ReplayReport } from '../support/report.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const KILL_COUNT = 20
const ROW_COUNT = 6_000
/** Event time over wall time: the rows span three weeks and should last about 70 seconds; a kill takes two or three. */
const SPEED = 25_000
const COMPONENTS = ['genba.Collector', 'genba.Historian', 'genba.Processor', 'genba.Uplink']

const folder = temporaryFolder()
afterAll(folder.remove)

/** Kills a component as the kernel would, once it is up, and waits until another process has taken its place. */
async function killOnce(state: string, name: string): Promise<void> {
  const find = async () => (await readStatus(state))?.components.find((component) => component.name === name)
  const pid = await eventually(`a pid of ${name}`, 30_000, async () => {
    const component = await find()
    return component?.state === 'RUNNING' && component.pid !== null ? component.pid : undefined
  })
  process.kill(pid, 'SIGKILL')
  await eventually(`another process for ${name}`, 30_000, async () => {
    const component = await find()
    return component?.pid !== pid && component?.pid ? true : undefined
  })
}

describe('a replay at speed while components are killed and the link is cut', () => {
  it('gives the same totals as an undisturbed one', { timeout: 240_000 }, async () => {
    const seed = Number(process.env['GENBA_TEST_SEED'] ?? Date.now() % 1_000_000)
    process.stderr.write(`kills: seed ${seed} (GENBA_TEST_SEED repeats the order of kills)\n`)
    const random = seededRandom(seed)
    const rows = machineRows(seed, ROW_COUNT)
    const file = join(folder.path, 'killed.csv')
    const state = join(folder.path, 'killed.state')
    writeFileSync(file, machineCsv(rows))
    const quiet = startGenba([
      'start',
      '--replay',
      file,
      '--state',
      join(folder.path, 'quiet.state'),
      '--json',
    ])
    const undisturbed = JSON.parse((await quiet.finished).stdout) as ReplayReport

    const gateway = startGenba([
      'start',
      '--replay',
      file,
      '--speed',
      String(SPEED),
      '--state',
      state,
      '--json',
    ])
    await eventually('the gateway', 30_000, () => readStatus(state))
    for (let kill = 0; kill < KILL_COUNT; kill++) {
      if (kill === 5) expect((await runGenba(['fault', 'link', 'down', '--state', state])).code).toBe(0)
      if (kill === 9) expect((await runGenba(['fault', 'link', 'up', '--state', state])).code).toBe(0)
      const offset = Math.floor(random() * COMPONENTS.length)
      await killOnce(state, COMPONENTS[(kill + offset) % COMPONENTS.length] ?? 'genba.Collector')
    }
    const { code, stdout, stderr } = await gateway.finished
    expect(code, stderr).toBe(0)
    const report = JSON.parse(stdout) as ReplayReport
    expect(report.samples).toMatchObject({ read: ROW_COUNT, rejected: 0, stored: ROW_COUNT, lost: 0 })
    expect(report.summaries.created).toBe(undisturbed.summaries.created)
    expect(report.summaries.received).toBe(report.summaries.created)
    const restarts = report.components.reduce((sum, component) => sum + component.restarts, 0)
    expect(restarts).toBeGreaterThanOrEqual(KILL_COUNT)

    const { stdout: csv } = await runGenba(['history', '--state', state, '--format', 'csv'])
    const expected = rows.map((row) => `${row.timeUs} ${row.value}`).sort()
    expect(
      parseHistory(csv)
        .map((row) => `${Date.parse(row.time) * 1000} ${row.value}`)
        .sort(),
    ).toEqual(expected)
    expect(processesUnder(folder.path)).toEqual([])
  })
})
