import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { CrashWatch, logTail } from '../../../simulator/cli/crash-watch.ts'
import { LogFile, logNames } from '../../../simulator/cli/log-files.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

function newLogs(name: string): string {
  const path = join(folder.path, name)
  mkdirSync(path)
  return path
}

const line = (text: string, stream = 'stdout') => `2026-03-01T00:00:00.000Z [INFO] ${stream}: ${text}\n`

describe('log files', () => {
  it('reads what a component says of itself, and anything else as it is', () => {
    const logs = newLogs('read')
    const said =
      '{"level":"warn","time":"t","component":"genba.Uplink","version":"0.1.0","waitMs":5,"msg":"slow"}'
    writeFileSync(join(logs, 'genba.Uplink.log'), `${line(said)}${line('{not json')}torn line\n`)
    expect([...new LogFile(logs, 'genba.Uplink').read()]).toMatchObject([
      { level: 'WARN', message: 'slow', fields: { waitMs: 5 }, time: '2026-03-01T00:00:00.000Z' },
      { level: 'INFO', message: '{not json' },
      { time: '', message: 'torn line' },
    ])
  })

  it('follows a file as it grows, line by line, and through a rotation', () => {
    const logs = newLogs('follow')
    const path = join(logs, 'genba.Uplink.log')
    const file = new LogFile(logs, 'genba.Uplink')
    const read = () => [...file.read()].map(({ message }) => message)
    expect(read()).toEqual([])
    writeFileSync(path, line('one') + line('two').slice(0, -3))
    expect(read()).toEqual(['one'])
    appendFileSync(path, line('two').slice(-3))
    expect(read()).toEqual(['two'])
    renameSync(path, join(logs, 'genba.Uplink_2026_03_01_00_0.log'))
    writeFileSync(path, line('three'))
    expect(read()).toEqual(['three'])
    expect(logNames(logs)).toEqual(['genba.Uplink'])
  })

  it('shows the end of a log', () => {
    const logs = newLogs('tail')
    writeFileSync(join(logs, 'c.log'), Array.from({ length: 5000 }, (_, index) => line(`${index}`)).join(''))
    expect(logTail(logs, 'c').at(-1)).toContain('stdout: 4999')
    expect(logTail(logs, 'c')).toHaveLength(8)
    expect(logTail(logs, 'none')).toEqual([])
  })
})

describe('the watch for components that cannot start', () => {
  const failure = (reason: string) =>
    ({ type: 'state', component: 'genba.Uplink', from: 'RUNNING', to: 'ERRORED', reason }) as const
  const failTimes = (watch: CrashWatch, count: number, reason = 'run ended with code 1') =>
    Array.from({ length: count }, () => watch.note(failure(reason)))

  it('names one after five failures in a row, once', () => {
    const watch = new CrashWatch()
    expect(failTimes(watch, 7).map((name) => name ?? '')).toEqual(['', '', '', '', 'genba.Uplink', '', ''])
  })

  it('begins anew after a sign of life, and does not count kills from outside', () => {
    const watch = new CrashWatch()
    expect(failTimes(watch, 4)).not.toContain('genba.Uplink')
    watch.noteAlive('genba.Uplink')
    expect(failTimes(watch, 4)).not.toContain('genba.Uplink')
    expect(failTimes(watch, 20, 'run ended with signal SIGKILL')).not.toContain('genba.Uplink')
  })
})
