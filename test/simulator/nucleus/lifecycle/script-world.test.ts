import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLimiter } from '../../../../simulator/nucleus/lifecycle/process/resource-limits.ts'
import { startScript } from '../../../../simulator/nucleus/lifecycle/process/script-process.ts'
import { skipReason } from '../../../../simulator/nucleus/lifecycle/process/skip-if.ts'
import { findUser } from '../../../../simulator/nucleus/lifecycle/process/system-user.ts'
import { createUserChoice } from '../../../../simulator/nucleus/lifecycle/process/user-choice.ts'

let folder = ''
let notes: string[] = []
const note = (component: string, text: string) => void notes.push(`${component}: ${text}`)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'genba-script-'))
  notes = []
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the limits of a component', () => {
  it('are those of its control group where there can be one', () => {
    writeFileSync(join(folder, 'cgroup.controllers'), 'cpu io memory\n')
    const limiter = createLimiter({ cgroups: folder, note })
    const group = join(folder, `genba-${process.pid}`, 'test.A.component')
    const file = (name: string) => readFileSync(join(group, name), 'utf8')
    limiter.set('test.A', { memoryKiB: 2048, cpus: 0.5 })
    limiter.enter('test.A', 123)
    expect([file('memory.max'), file('cpu.max'), file('cgroup.procs')]).toEqual([
      '2097152',
      '50000 100000',
      '123',
    ])
    limiter.set('test.A', undefined)
    expect([file('memory.max'), file('cpu.max')]).toEqual(['max', 'max 100000'])
    limiter.set('test.B', undefined)
    limiter.enter('test.B', 124)
    expect(existsSync(join(folder, `genba-${process.pid}`, 'test.B.component'))).toBe(false)
    expect(limiter.prefix('test.A')).toBe('')
    expect(notes).toEqual([])
  })

  it('are those of each process where there is none, which is said once', async () => {
    const limiter = createLimiter({ cgroups: folder, note })
    limiter.set('test.A', { memoryKiB: 4096, cpus: 1 })
    limiter.set('test.A', { memoryKiB: 8192 })
    limiter.set('test.B', undefined)
    const lines: string[] = []
    const script = `${limiter.prefix('test.A')}ulimit -d`
    const onLine = (_: string, line: string) => void lines.push(line)
    await startScript({ script, cwd: folder, env: {}, onLine }).ended
    await expect.poll(() => lines).toEqual(['8192'])
    expect(limiter.prefix('test.B')).toBe('')
    expect(notes).toEqual([expect.stringMatching(/^test\.A: no control groups .* each process/)])
    limiter.release('test.A')
    expect(limiter.prefix('test.A')).toBe('')
  })
})

describe('the Skipif of a step', () => {
  it('holds for a file that is there and for a program that can be found', () => {
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin', 'tool'), '', { mode: 0o755 })
    writeFileSync(join(folder, 'bin', 'text'), '', { mode: 0o644 })
    const path = `/nowhere:${join(folder, 'bin')}`
    expect(skipReason(`exists ${folder}`, path)).toBe(`exists ${folder}`)
    expect(skipReason(`exists ${folder}/none`, path)).toBeUndefined()
    expect(skipReason(`!exists ${folder}/none`, path)).toBe(`!exists ${folder}/none`)
    expect(skipReason('exists ~', path) !== undefined).toBe(existsSync(homedir()))
    expect(skipReason('onpath tool', path)).toBe('onpath tool')
    expect(skipReason('onpath text', path)).toBeUndefined()
    expect(skipReason('! onpath other', path)).toBe('! onpath other')
  })
})

describe('the user of a script', () => {
  it('is found by name or number, with a group of its own or another', () => {
    const files = { users: join(folder, 'passwd'), groups: join(folder, 'group') }
    writeFileSync(files.users, 'root:x:0:0::/root:/bin/sh\nggc_user:x:1001:1002::/home/ggc:/bin/sh\n')
    writeFileSync(files.groups, 'root:x:0:\nggc_group:x:1003:\n')
    expect(findUser('ggc_user', files)).toEqual({ uid: 1001, gid: 1002 })
    expect(findUser('1001:ggc_group', files)).toEqual({ uid: 1001, gid: 1003 })
    expect(findUser('ggc_user:none', files)).toBeUndefined()
    expect(findUser('nobody-here', files)).toBeUndefined()
  })

  it.runIf(process.getuid?.() === 0)('is the one that the deployment names where we are root', async () => {
    const users = createUserChoice({ note })
    const cwd = join(folder, 'work')
    mkdirSync(cwd)
    const user = users.choose({ component: 'test.A', runAs: '65534:65534', isRoot: false, cwd })
    const lines: string[] = []
    const onLine = (_: string, line: string) => void lines.push(line)
    const env = { PATH: process.env['PATH'] ?? '' }
    await startScript({ script: 'id -u; id -g', cwd: '/', env, user, onLine }).ended
    await expect.poll(() => lines).toEqual(['65534', '65534'])
    expect(statSync(cwd)).toMatchObject({ uid: 65534, gid: 65534 })
    expect(notes).toEqual([])
  })

  it('is who we are where we are not root, which is said once', () => {
    const users = createUserChoice({ areWeRoot: false, note })
    const wish = { component: 'test.A', runAs: 'press', isRoot: false, cwd: folder }
    for (let starts = 0; starts < 2; starts++) {
      expect(users.choose(wish)).toBeUndefined()
      expect(users.choose({ ...wish, isRoot: true })).toBeUndefined()
    }
    expect(users.choose({ ...wish, component: 'test.B', runAs: undefined })).toBeUndefined()
    expect(notes).toEqual([
      expect.stringContaining('test.A: it shall run as press'),
      expect.stringContaining('test.A: a script that asks for root'),
    ])
  })

  it('is who we are where the system does not know it', () => {
    const users = createUserChoice({ areWeRoot: true, note })
    const wish = { component: 'test.A', runAs: 'nobody-here', isRoot: false, cwd: folder }
    expect(users.choose(wish)).toBeUndefined()
    expect(users.choose({ ...wish, isRoot: true })).toBeUndefined()
    expect(notes).toEqual([expect.stringContaining('nobody-here, which this system does not know')])
  })
})
