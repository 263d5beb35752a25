import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { eventually, processesUnder, readStatus, runGenba, startGenba } from '../support/genba-process.ts'
import { parseHistory } from '../support/report.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

describe('the live demonstration', () => {
  it('runs two gateways side by side, answers questions, and stops clean on Ctrl-C', {
    timeout: 90_000,
  }, async () => {
    const states = ['one', 'two'].map((name) => join(folder.path, name))
    const gateways = states.map((state) => startGenba(['start', '--state', state]))
    for (const state of states) {
      const status = await eventually('samples to flow', 40_000, async () => {
        const report = await readStatus(state)
        return report !== undefined && report.samplesPerSecond > 0 ? report : undefined
      })
      expect(status.components.map((component) => component.name)).toEqual(
        expect.arrayContaining(['genba.Collector', 'genba.Historian', 'genba.Processor', 'genba.Uplink']),
      )
      expect(status.backlog.map((queue) => queue.name)).toEqual(
        expect.arrayContaining(['outbox', 'journal', 'backlog']),
      )
    }
    const [state = ''] = states
    const csv = await runGenba(['history', '--state', state, '--format', 'csv'])
    expect(csv.code, csv.stderr).toBe(0)
    expect(parseHistory(csv.stdout).length).toBeGreaterThan(0)
    const logs = await runGenba(['logs', 'genba.Collector', '--state', state])
    expect(logs.stdout).toContain('genba.Collector')

    const second = await runGenba(['start', '--state', state])
    expect(second.code).toBe(1)
    expect(second.stderr).toContain(state)

    for (const gateway of gateways) gateway.child.kill('SIGINT')
    for (const gateway of gateways) expect((await gateway.finished).code).toBe(0)
    expect(processesUnder(folder.path)).toEqual([])
    expect((await runGenba(['status', '--state', state, '--json'])).code).toBe(1)
  })

  it('answers wrong usage with exit code 2 and no stack trace', async () => {
    for (const args of [
      ['nonsense'],
      ['history', '--from', 'yesterday-ish'],
      ['fault', 'link', 'sideways'],
    ]) {
      const { code, stderr } = await runGenba(args)
      expect(code, args.join(' ')).toBe(2)
      expect(stderr).not.toMatch(/\n\s+at /)
    }
  })
})
