import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ComponentDefinition } from '../../../../simulator/nucleus/lifecycle/component-definition.ts'
import {
  ComponentSet,
  type ComponentSetOptions,
} from '../../../../simulator/nucleus/lifecycle/component-set.ts'
import { startScript } from '../../../../simulator/nucleus/lifecycle/process/script-process.ts'
import { STEP_TIMEOUT_S, type Step, type StepName } from '../../../../simulator/nucleus/recipe/recipe.ts'
import type { ComponentState } from '../../../../simulator/nucleus/status.ts'
import { isStopped } from '../process-state.ts'
import { until } from '../test-core.ts'

const FOREVER = 'exec sleep 600'
let folder = ''
let set: ComponentSet | undefined
let states: string[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'genba-set-'))
  states = []
})
afterEach(async () => {
  await set?.stop()
  set = undefined
  rmSync(folder, { recursive: true })
})

function start(options: Partial<ComponentSetOptions> = {}): ComponentSet {
  const made = new ComponentSet({ flavour: 'java', steadyMs: 50, ...options })
  made.events$.subscribe((event) => {
    if (event.type === 'state') states.push(`${event.component} ${event.to}`)
  })
  set = made
  made.start()
  return made
}

type Scripts = Partial<Record<StepName, string | Partial<Step>>>

function definition(
  name: string,
  scripts: Scripts,
  more: Partial<ComponentDefinition> = {},
): ComponentDefinition {
  const steps = Object.entries(scripts).map(([step, given]) => {
    const seconds = STEP_TIMEOUT_S[step as StepName]
    const timeoutMs = seconds === null ? null : seconds * 1000
    return [
      step,
      { script: '', timeoutMs, setenv: {}, ...(typeof given === 'string' ? { script: given } : given) },
    ]
  })
  return {
    name,
    version: '1.0.0',
    dependencies: [],
    lifecycle: { setenv: {}, steps: Object.fromEntries(steps) },
    start: (_, { script }) =>
      startScript({ script, cwd: folder, env: { PATH: process.env['PATH'] ?? '' }, onLine: () => undefined }),
    ...more,
  }
}

const needs = (name: string) => ({ dependencies: [{ name, range: '*', type: 'HARD' as const }] })
const reaches = (name: string, state: ComponentState): Promise<void> =>
  until(`${name} is ${state}`, () => set?.get(name)?.state === state)
const settled = (made: ComponentSet, ...names: string[]) => made.settled(names, AbortSignal.timeout(10_000))

describe('components that a deployment puts in', () => {
  it('are settled once all are up', async () => {
    const made = start()
    made.put(definition('test.B', { install: 'sleep 0.1', run: FOREVER }))
    made.put(definition('test.A', { run: 'exit 0' }, needs('test.B')))
    expect(await settled(made, 'test.A', 'test.B')).toEqual({ broken: [] })
    expect(made.status()).toMatchObject([
      { name: 'test.B', state: 'RUNNING', pid: expect.any(Number), rssBytes: expect.any(Number) },
      { name: 'test.A', state: 'FINISHED', pid: null },
    ])
    expect(states.indexOf('test.B RUNNING')).toBeLessThan(states.indexOf('test.A STARTING'))
  })

  it('do what their new definition asks for', async () => {
    const made = start()
    const first = definition('test.A', { install: 'true', run: FOREVER })
    made.put(first)
    await settled(made, 'test.A')
    made.put({ ...first })
    await settled(made, 'test.A')
    expect(made.get('test.A')?.restarts).toBe(0)
    states = []
    made.put({ ...first, version: '2.0.0' })
    await settled(made, 'test.A')
    expect(states).toEqual(
      ['STOPPING', 'NEW', 'INSTALLED', 'STARTING', 'RUNNING'].map((to) => `test.A ${to}`),
    )
    states = []
    made.put({ ...first, version: '2.0.0' }, { restart: true })
    await settled(made, 'test.A')
    expect(states).toEqual(['STOPPING', 'INSTALLED', 'STARTING', 'RUNNING'].map((to) => `test.A ${to}`))
    expect(made.status()).toMatchObject([{ version: '2.0.0', restarts: 2 }])
  })

  it('break quickly while the deployment is strict, and are tried for ever without', async () => {
    const made = start({ restart: { firstMs: 5, maxMs: 5 } })
    made.strict(['test.A'], true)
    made.put(definition('test.A', { run: 'exit 3' }))
    made.put(definition('test.B', { startup: 'exit 1' }))
    expect(await settled(made, 'test.A')).toEqual({
      broken: [{ name: 'test.A', reason: 'run ended with code 3; too many failures within an hour' }],
    })
    await until('the other is tried again and again', () => (made.get('test.B')?.restarts ?? 0) >= 4)
    made.strict(['test.A'], false)
    made.put(definition('test.A', { run: FOREVER }))
    expect(await settled(made, 'test.A')).toEqual({ broken: [] })
  })

  it('that are BROKEN begin anew when that is asked for', async () => {
    const made = start({ restart: { giveUpAfter: 3 } })
    made.put(definition('test.A', { startup: 'test -f ready' }))
    expect((await settled(made, 'test.A')).broken).toHaveLength(1)
    await made.restart('test.A')
    expect(made.get('test.A')?.state).toBe('BROKEN')
    made.put(definition('test.B', { run: 'touch ready' }))
    await reaches('test.B', 'FINISHED')
    made.reinstallBroken(['test.A', 'test.B', 'test.Unknown'])
    expect(await settled(made, 'test.A')).toEqual({ broken: [] })
  })

  it('are no longer waited for when the wait is given up', async () => {
    const made = start()
    made.put(definition('test.A', { startup: 'exec sleep 600' }))
    const giveUp = new AbortController()
    const waiting = made.settled(['test.A'], giveUp.signal)
    giveUp.abort(new Error('the deployment is cancelled'))
    await expect(waiting).rejects.toThrow('the deployment is cancelled')
  })

  it('are removed with all that they run, after their uninstall step', async () => {
    const made = start()
    made.put(definition('test.A', { run: `${FOREVER}`, uninstall: 'touch removed' }))
    await reaches('test.A', 'RUNNING')
    const pid = made.get('test.A')?.pid ?? 0
    await made.remove('test.A')
    expect(made.status()).toEqual([])
    expect(() => process.kill(pid, 0)).toThrow()
    made.put(definition('test.A', { startup: 'test -f removed' }))
    expect(await settled(made, 'test.A')).toEqual({ broken: [] })
  })
})

describe('a component that is asked for something', () => {
  it('stops and stays so, and goes on from there', async () => {
    const made = start()
    made.put(definition('test.A', { run: FOREVER }))
    await reaches('test.A', 'RUNNING')
    await made.stopOne('test.A')
    expect(made.get('test.A')).toMatchObject({ state: 'FINISHED', pid: null })
    await made.restart('test.A')
    await reaches('test.A', 'RUNNING')
  })

  it('freezes and goes on, and can be stopped while it is frozen', async () => {
    const made = start()
    made.put(definition('test.A', { run: FOREVER }))
    await reaches('test.A', 'RUNNING')
    const pid = made.get('test.A')?.pid ?? 0
    expect(made.pause('test.A')).toBe(true)
    await until('it is frozen', () => isStopped(pid))
    expect(made.resume('test.A')).toBe(true)
    await until('it goes on', () => !isStopped(pid))
    made.pause('test.A')
    await made.stopOne('test.A')
    expect(made.resume('test.A')).toBe(false)
    expect(states.at(-1)).toBe('test.A FINISHED')
  })

  it('is killed when a step takes too long', async () => {
    const made = start({ restart: { giveUpAfter: 3 } })
    made.put(definition('test.A', { install: { script: 'exec sleep 600', timeoutMs: 30 } }))
    expect(await settled(made, 'test.A')).toMatchObject({
      broken: [{ reason: expect.stringContaining('install took more than 0.03 s') }],
    })
  })

  it('skips a step whose Skipif holds, on java alone', async () => {
    const steps = { install: { script: 'exit 1', skipif: `exists ${tmpdir()}` }, run: FOREVER }
    const java = start()
    java.put(definition('test.A', steps))
    expect(await settled(java, 'test.A')).toEqual({ broken: [] })
    await java.stop()
    const lite = start({ flavour: 'lite', restart: { firstMs: 1, giveUpAfter: 3 } })
    lite.put(definition('test.A', steps))
    expect((await settled(lite, 'test.A')).broken).toHaveLength(1)
  })

  it('runs nothing on lite where its steps are not in small letters', async () => {
    const made = start({ flavour: 'lite' })
    made.put(definition('test.A', { run: { script: FOREVER, spelling: 'Run' } }))
    await settled(made, 'test.A')
    expect(made.get('test.A')).toMatchObject({ state: 'FINISHED', reason: 'nothing to run' })
  })

  it('fails when its script cannot even begin', async () => {
    const made = start({ restart: { giveUpAfter: 3 } })
    const refuse = () => {
      throw new Error('too many processes')
    }
    made.put(definition('test.A', { run: FOREVER }, { start: refuse }))
    expect((await settled(made, 'test.A')).broken).toMatchObject([
      { reason: expect.stringContaining('run cannot begin: too many processes') },
    ])
  })
})

describe('the end of a core', () => {
  it('stops those that need others before them', async () => {
    const made = start()
    made.put(definition('test.C', { run: FOREVER }, needs('test.B')))
    made.put(definition('test.B', { run: FOREVER }, needs('test.A')))
    made.put(definition('test.A', { run: FOREVER }))
    await settled(made, 'test.A', 'test.B', 'test.C')
    states = []
    await made.stop()
    expect(states.filter((state) => state.endsWith('FINISHED'))).toEqual(
      ['test.C', 'test.B', 'test.A'].map((name) => `${name} FINISHED`),
    )
  })
})
