import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { parseLogLine } from '../../../../simulator/nucleus/logs/rotating-log.ts'
import type { NucleusEvent } from '../../../../simulator/nucleus/status.ts'
import { type RecipeParts, startTestCore, type TestCore, type TestCoreOptions, until } from '../test-core.ts'

/** Real processes from recipes of a few lines. */
let core: TestCore | undefined

async function start(components: Record<string, RecipeParts>, options: Partial<TestCoreOptions> = {}) {
  core = await startTestCore({ ...options, components })
  const events: NucleusEvent[] = []
  core.nucleus.events$.subscribe((event) => events.push(event))
  const { nucleus, rootDir } = core
  const statusOf = (name: string) => nucleus.components().find((component) => component.name === name)
  return {
    nucleus,
    rootDir,
    events,
    statusOf,
    statesOf: (name: string) =>
      events.flatMap((event) => (event.type === 'state' && event.component === name ? [event.to] : [])),
    work: (name: string, file: string) => join(rootDir, 'work', name, file),
    reaches: (name: string, state: string) =>
      until(`${name} is ${state}`, () => statusOf(name)?.state === state),
  }
}

afterEach(async () => {
  await core?.stop()
  core = undefined
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('a component of a recipe', () => {
  it('is installed, then runs in its work folder with the environment of a core', async () => {
    const run = 'cat installed; pwd; env; echo problem >&2; exec sleep 600'
    const { rootDir, statusOf, statesOf, reaches } = await start({
      'test.A': {
        lifecycle: {
          Setenv: { GREETING: '{configuration:/hello}' },
          install: 'echo it is installed > installed',
          run: { Script: run, Setenv: { THING: '{iot:thingName}' } },
        },
        configuration: { hello: 'guten Tag' },
      },
    })
    await reaches('test.A', 'RUNNING')
    const logPath = join(rootDir, 'logs', 'test.A.log')
    await until('stderr is logged', () => readFileSync(logPath, 'utf8').includes('problem'))
    const lines = readFileSync(logPath, 'utf8').trim().split('\n').map(parseLogLine)
    const texts = lines.map((line) => line?.text)
    expect(texts.slice(0, 2)).toEqual(['it is installed', join(rootDir, 'work', 'test.A')])
    expect(texts).toEqual(
      expect.arrayContaining([
        'GREETING=guten Tag',
        'THING=line-9',
        'AWS_IOT_THING_NAME=line-9',
        'AWS_REGION=eu-central-1',
        'GGC_VERSION=2.6.0',
        expect.stringMatching(/^SVCUID=.{16}$/),
        expect.stringMatching(/^PATH=[^:]*bin:/),
      ]),
    )
    expect(lines.find((line) => line?.text === 'problem')).toMatchObject({ level: 'WARN', source: 'stderr' })
    expect(statesOf('test.A')).toEqual(['INSTALLED', 'STARTING', 'RUNNING'])
    expect(statusOf('test.A')).toMatchObject({ version: '1.0.0', restarts: 0, rssBytes: expect.any(Number) })
  })

  it('is started again after a kill, later each time', async () => {
    const { nucleus, events, statusOf, statesOf } = await start(
      { 'test.A': {} },
      { restart: { firstMs: 20, maxMs: 60, resetAfterMs: 60_000 } },
    )
    for (let kills = 1; kills <= 4; kills++) {
      await until(
        'it runs',
        () => statusOf('test.A')?.state === 'RUNNING' && statusOf('test.A')?.restarts === kills - 1,
      )
      nucleus.kill('test.A')
      await until(
        'it has failed',
        () => statesOf('test.A').filter((state) => state === 'ERRORED').length === kills,
      )
    }
    await until('it runs again', () => statusOf('test.A')?.restarts === 4)
    const delays = events.flatMap((event) => (event.type === 'restart' ? [event.delayMs] : []))
    expect(delays).toEqual([20, 40, 60, 60])
    expect(events).toContainEqual(
      expect.objectContaining({ to: 'ERRORED', reason: 'run ended with signal SIGKILL' }),
    )
  })

  it('is given up at the third failure when the core behaves as a real one', async () => {
    const { statesOf, statusOf, reaches } = await start(
      { 'test.A': { run: 'exit 3' } },
      { restart: { firstMs: 1, giveUpAfter: 3 } },
    )
    await reaches('test.A', 'BROKEN')
    expect(statesOf('test.A').filter((state) => state === 'ERRORED')).toHaveLength(3)
    expect(statusOf('test.A')).toMatchObject({ restarts: 2, pid: null })
  })

  it('is finished when its script ends well, or when it has none', async () => {
    const { statesOf, reaches } = await start({ 'test.A': { run: 'exit 0' }, 'test.B': { lifecycle: {} } })
    await reaches('test.A', 'FINISHED')
    await reaches('test.B', 'FINISHED')
    expect(statesOf('test.A')).toEqual(['INSTALLED', 'STARTING', 'RUNNING', 'STOPPING', 'FINISHED'])
  })

  it('runs once its startup step has ended well, and leaves nothing of it running at the end', async () => {
    const startup = 'sleep 600 & echo $! > child; exit 0'
    const { reaches, work } = await start({ 'test.A': { lifecycle: { startup } } })
    await reaches('test.A', 'RUNNING')
    const pid = Number(readFileSync(work('test.A', 'child'), 'utf8'))
    expect(isAlive(pid)).toBe(true)
    await core?.stop()
    core = undefined
    expect(isAlive(pid)).toBe(false)
  })

  it('fails its installation until that works', async () => {
    const install = 'test -f once || { touch once; exit 1; }'
    const { statesOf, reaches } = await start(
      { 'test.A': { lifecycle: { install, run: 'exec sleep 600' } } },
      { restart: { firstMs: 1 } },
    )
    await reaches('test.A', 'RUNNING')
    expect(statesOf('test.A')).toEqual(['ERRORED', 'NEW', 'INSTALLED', 'STARTING', 'RUNNING'])
  })

  it('is killed with all it has started', async () => {
    const run = 'sh -c "sleep 600 & echo \\$! > child; wait"'
    const { nucleus, reaches, work, statesOf } = await start(
      { 'test.A': { run } },
      { restart: { firstMs: 5000 } },
    )
    await reaches('test.A', 'RUNNING')
    await until('the grandchild runs', () => existsSync(work('test.A', 'child')))
    const pid = Number(readFileSync(work('test.A', 'child'), 'utf8'))
    nucleus.kill('test.A')
    await until('it has failed', () => statesOf('test.A').includes('ERRORED'))
    await until('the grandchild is gone', () => !isAlive(pid))
  })

  it('may be given its shutdown script before it is told to end', async () => {
    const lifecycle = {
      run: 'trap "echo term >> story; exit 0" TERM; echo run > story; while :; do sleep 0.05; done',
      shutdown: 'echo shutdown >> story',
    }
    const options = { rootDir: newRoot(), flavour: 'java' } as const
    const { reaches, rootDir, work } = await start({ 'test.A': { lifecycle } }, options)
    await reaches('test.A', 'RUNNING')
    await until('it has begun', () => existsSync(work('test.A', 'story')))
    await core?.stop()
    core = undefined
    expect(readFileSync(work('test.A', 'story'), 'utf8')).toBe('run\nshutdown\nterm\n')
    rmSync(rootDir, { recursive: true })
  })

  it('restarts when a script would now run differently', async () => {
    const { nucleus, reaches, statusOf } = await start(
      { 'test.A': { run: 'exec sleep {configuration:/time}', configuration: { time: 600, other: 1 } } },
      { flavour: 'java' },
    )
    await reaches('test.A', 'RUNNING')
    await nucleus.mergeConfiguration('test.A', { other: 2 })
    expect(statusOf('test.A')?.restarts).toBe(0)
    await nucleus.mergeConfiguration('test.A', { time: 500 })
    await until('it has restarted', () => statusOf('test.A')?.restarts === 1)
  })
})

const newRoot = (): string => mkdtempSync(join(tmpdir(), 'genba-core-'))

describe('components that need each other', () => {
  const needs = (name: string, type = 'HARD') => ({
    [name]: { VersionRequirement: '*', DependencyType: type },
  })

  it('start one after the other, and the later one with the earlier one', async () => {
    const { nucleus, events, reaches, statusOf } = await start(
      {
        'test.Late': { dependencies: needs('test.Early') },
        'test.Soft': { dependencies: needs('test.Early', 'SOFT') },
        'test.Early': { lifecycle: { install: 'sleep 0.2', run: 'exec sleep 600' } },
      },
      { restart: { firstMs: 20 } },
    )
    await reaches('test.Late', 'RUNNING')
    const order = events.flatMap((event) =>
      event.type === 'state' ? [`${event.component} ${event.to}`] : [],
    )
    expect(order.indexOf('test.Early RUNNING')).toBeLessThan(order.indexOf('test.Late STARTING'))
    nucleus.kill('test.Early')
    await until('both have started anew', () =>
      ['test.Early', 'test.Late'].every(
        (name) => statusOf(name)?.restarts === 1 && statusOf(name)?.state === 'RUNNING',
      ),
    )
    expect(statusOf('test.Soft')?.restarts).toBe(0)
  })

  it('are refused before anything starts when one is missing', async () => {
    await expect(start({ 'test.A': { dependencies: needs('test.Gone') } })).rejects.toMatchObject({
      code: 'GENBA_RECIPE_DEPENDENCY',
    })
  })
})

describe('the root of a core', () => {
  it('has the layout of a Greengrass root', async () => {
    const { rootDir } = await start({ 'test.A': {} })
    expect(readdirSync(rootDir)).toEqual(
      expect.arrayContaining(['config', 'ipc.socket', 'logs', 'packages', 'work']),
    )
    expect(existsSync(join(rootDir, 'packages', 'artifacts', 'test.A', '1.0.0'))).toBe(true)
    const effective = JSON.parse(readFileSync(join(rootDir, 'config', 'effectiveConfig.yaml'), 'utf8'))
    expect(effective).toMatchObject({
      system: { thingName: 'line-9' },
      services: { 'test.A': { version: '1.0.0' } },
    })
  })

  it('may lie deeper than a socket path is long', async () => {
    const rootDir = join(newRoot(), 'd'.repeat(60), 'e'.repeat(60))
    await start({ 'test.A': {} }, { rootDir })
    const { socketPath } = (await core?.identityOf('test.A')) ?? { socketPath: '' }
    expect(socketPath.length).toBeLessThan(100)
    await core?.stop()
    core = undefined
    expect(existsSync(socketPath)).toBe(false)
  })

  it('belongs to one living nucleus at a time', async () => {
    const { rootDir } = await start({ 'test.A': {} })
    await expect(startTestCore({ rootDir, components: { 'test.A': {} } })).rejects.toMatchObject({
      code: 'GENBA_NUCLEUS_ROOT',
    })
  })

  it('is cleared of the processes that a killed nucleus has left', async () => {
    const rootDir = newRoot()
    const { reaches, statusOf } = await start({ 'test.A': {} }, { rootDir })
    await reaches('test.A', 'RUNNING')
    const pid = statusOf('test.A')?.pid ?? 0
    const table = join(rootDir, 'run', 'nucleus.json')
    const written = JSON.parse(readFileSync(table, 'utf8'))
    const first = core
    // A process that is no more stands for the nucleus that was killed.
    writeFileSync(table, JSON.stringify({ ...written, nucleus: { pid: 2 ** 22 + 1, started: '1' } }))
    core = await startTestCore({ rootDir, components: { 'test.A': {} } })
    await until('the old process is gone', () => !isAlive(pid))
    await first?.stop().catch(() => undefined)
  })
})
