import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openLog, parseLogLine } from '../../../simulator/nucleus/logs/rotating-log.ts'

describe('a log file of the core', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'genba-logs-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const totalBytes = (): number =>
    readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)

  it('begins a new file after a megabyte, named by the hour, and keeps ten in all', () => {
    const log = openLog(folder, 'test.A', () => Date.parse('2026-03-04T05:06:07Z'))
    const text = 'x'.repeat(64 * 1024)
    for (let line = 0; line < 250; line++) log.write('INFO', 'stdout', text)
    log.close()
    const files = readdirSync(folder)
    expect(files).toContain('test.A_2026_03_04_05_13.log')
    expect(files).not.toContain('test.A_2026_03_04_05_0.log')
    expect(files.length).toBeGreaterThan(5)
    expect(totalBytes()).toBeLessThan(12.5 * 1024 * 1024)
  })

  it('begins a new file with every hour in which something is written', () => {
    let nowMs = Date.parse('2026-03-04T05:59:59Z')
    const log = openLog(folder, 'test.A', () => nowMs)
    log.write('INFO', 'stdout', 'before five o’clock ends')
    nowMs = Date.parse('2026-03-04T08:00:00Z')
    log.write('INFO', 'stdout', 'three hours later')
    log.close()
    expect(readdirSync(folder).sort()).toEqual(['test.A.log', 'test.A_2026_03_04_05_0.log'])
    expect(readFileSync(join(folder, 'test.A.log'), 'utf8')).toContain('three hours later')
  })

  it('puts aside what was written in an earlier hour before this nucleus started', () => {
    writeFileSync(join(folder, 'test.A.log'), 'of a killed nucleus\n')
    const writtenS = Date.parse('2026-03-03T22:10:00Z') / 1000
    utimesSync(join(folder, 'test.A.log'), writtenS, writtenS)
    const log = openLog(folder, 'test.A', () => Date.parse('2026-03-04T05:00:00Z'))
    log.write('INFO', 'stdout', 'now')
    log.close()
    expect(readdirSync(folder)).toContain('test.A_2026_03_03_22_0.log')
  })

  it('leaves the files of a component alone whose name begins like this one', () => {
    const nowMs = () => Date.parse('2026-03-04T05:06:07Z')
    writeFileSync(join(folder, 'test.A_9.log'), 'x'.repeat(11 * 1024 * 1024))
    const log = openLog(folder, 'test.A', nowMs)
    for (let line = 0; line < 3; line++) log.write('INFO', 'stdout', 'x'.repeat(1024 * 1024))
    log.close()
    expect(readdirSync(folder)).toContain('test.A_9.log')
  })

  it('goes on where the last nucleus has left it', () => {
    for (const text of ['first', 'second']) {
      const log = openLog(folder, 'test.A')
      log.write('WARN', 'stderr', text)
      log.close()
    }
    expect(totalBytes()).toBe('2026-03-04T05:06:07.000Z [WARN] stderr: first\n'.length * 2 + 1)
  })

  it('is read back line by line', () => {
    expect(parseLogLine('2026-03-04T05:06:07.000Z [INFO] stdout: {"a":"x: [y]"}')).toEqual({
      time: '2026-03-04T05:06:07.000Z',
      level: 'INFO',
      source: 'stdout',
      text: '{"a":"x: [y]"}',
    })
    expect(parseLogLine('anything else')).toBeUndefined()
  })
})
