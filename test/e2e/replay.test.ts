import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { processesUnder, runGenba } from '../support/genba-process.ts'
import { machineCsv, machineRows } from '../support/machine-file.ts'
import { parseHistory, type ReplayReport } from '../support/report.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

async function replay(
  name: string,
  csv: string,
  ...options: string[]
): Promise<{ report: ReplayReport; state: string }> {
  const file = join(folder.path, `${name}.csv`)
  const state = join(folder.path, `${name}.state`)
  writeFileSync(file, csv)
  const { code, stdout, stderr } = await runGenba([
    'start',
    '--replay',
    file,
    '--state',
    state,
    '--json',
    ...options,
  ])
  expect(code, stderr).toBe(0)
  return { report: JSON.parse(stdout) as ReplayReport, state }
}

async function history(state: string, ...options: string[]): Promise<ReturnType<typeof parseHistory>> {
  const { code, stdout, stderr } = await runGenba([
    'history',
    '--state',
    state,
    '--format',
    'csv',
    ...options,
  ])
  expect(code, stderr).toBe(0)
  return parseHistory(stdout)
}

describe('replaying a file through the whole gateway', () => {
  it('stores every row, delivers every summary once, and gives every time and value back exactly', async () => {
    const rows = machineRows(7, 4_000)
    const { report, state } = await replay('machine', machineCsv(rows))
    expect(report.samples).toEqual({ read: 4_000, rejected: 0, stored: 4_000, duplicates: 0, lost: 0 })
    expect(report.summaries.created).toBeGreaterThan(300)
    expect(report.summaries.received).toBe(report.summaries.created)
    expect(report.bytes.sent).toBeLessThan(report.bytes.rawJson)
    const stored = await history(state)
    const expected = rows.map((row) => `${row.timeUs} ${row.value}`).sort()
    expect(stored.map((row) => `${Date.parse(row.time) * 1000} ${row.value}`).sort()).toEqual(expected)
    expect(processesUnder(folder.path)).toEqual([])
  })

  it('refuses five broken lines by number and keeps the rest', async () => {
    const lines = machineCsv(machineRows(8, 500)).split('\n')
    const broken = [
      'not a time,1',
      '2024-13-45 00:00:00,1',
      '2024-01-01 00:00:00,warm',
      '2024-01-01 00:00:00',
      'x,y,z',
    ]
    broken.forEach((line, index) => void lines.splice(100 * index + 10, 0, line))
    const { report } = await replay('broken', lines.join('\n'))
    expect(report.samples).toMatchObject({ read: 500, rejected: 5, stored: 500, lost: 0 })
    expect(JSON.stringify(report)).toContain(JSON.stringify([11, 111, 211, 311, 411]))
  })

  it('reads several columns, semicolons, decimal commas and milliseconds', async () => {
    const lines = ['zeit;druck;läuft;zustand']
    for (let index = 0; index < 300; index++) {
      const time = `01.02.2024 00:00:${String(Math.floor(index / 10)).padStart(2, '0')}.${index % 10}50`
      lines.push(`${time};${index},25;${index % 2 === 0};${index < 150 ? 'idle' : 'run'}`)
    }
    const { report, state } = await replay('wide', lines.join('\r\n'), '--window', '1s')
    expect(report.samples).toMatchObject({ read: 900, rejected: 0, stored: 900, lost: 0 })
    const rows = await history(state, '--tag', 'wide/druck')
    expect(rows).toHaveLength(300)
    expect(rows[17]).toEqual({
      time: '2024-02-01T00:00:01.750Z',
      tag: 'wide/druck',
      value: '17.25',
      quality: 'good',
    })
    const texts = await history(state, '--tag', 'wide/zustand', '--from', '2024-02-01T00:00:14.900Z')
    expect(texts[0]).toMatchObject({ time: '2024-02-01T00:00:14.950Z', value: 'idle' })
    expect(texts[1]).toMatchObject({ time: '2024-02-01T00:00:15.050Z', value: 'run' })
  })

  it('runs the same bundles on the other flavour of nucleus', async () => {
    const { report } = await replay('java', machineCsv(machineRows(9, 300)), '--flavour', 'java')
    expect(report.samples).toMatchObject({ stored: 300, lost: 0 })
    expect(report.summaries.received).toBe(report.summaries.created)
  })

  it('names a file that is not there before anything starts', async () => {
    const { code, stdout, stderr } = await runGenba([
      'start',
      '--replay',
      join(folder.path, 'none.csv'),
      '--json',
    ])
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain('none.csv')
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('says what is wrong with a file that holds no times, and gives up', async () => {
    const file = join(folder.path, 'words.csv')
    writeFileSync(file, 'name,colour\nanna,red\nben,blue\n')
    const state = join(folder.path, 'words.state')
    const { code, stdout, stderr } = await runGenba(['start', '--replay', file, '--state', state, '--json'])
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/words\.csv[\s\S]*expected[\s\S]*mend/)
    expect(processesUnder(folder.path)).toEqual([])
  })
})
