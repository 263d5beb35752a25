import { describe, expect, it } from 'vitest'
import { checkLifecycleCase } from '../../../../simulator/cli/conform/lifecycle.ts'

const UP = ['NEW', 'INSTALLED', 'STARTING', 'RUNNING']
const AGAIN = ['STOPPING', 'INSTALLED', 'STARTING', 'RUNNING']

/** A component A that is started at once, and what else happens. */
const lifecycleCase = (
  steps: object,
  events: readonly object[],
  states: readonly string[],
  final = states.at(-1),
) => ({
  kind: 'lifecycle',
  id: 'own',
  components: [{ name: 'A', steps, dependencies: {} }],
  events: [
    { atMs: 0, do: 'start', component: 'A' },
    ...events.map((event) => ({ component: 'A', ...event })),
  ],
  expect: { states: { A: states }, final: { A: final } },
})

describe('a case of a component’s lifecycle', () => {
  it.each([
    ['a startup step that ends well', { startup: { exit: 0 } }, [], UP],
    ['a run step that ends well', { run: {} }, [exit(10, 0)], [...UP, 'STOPPING', 'FINISHED']],
    ['a slow install step', { install: { exit: null }, run: {} }, [exit(9, 0)], UP],
    [
      'three install steps that fail',
      { install: { exit: 1 } },
      [],
      ['NEW', 'ERRORED', 'NEW', 'ERRORED', 'NEW', 'BROKEN'],
    ],
    [
      'a recover step that takes too long',
      { run: {}, recover: { exit: null, timeoutMs: 100 } },
      [exit(10, 1), { atMs: 111, do: 'tick' }],
      [...UP, 'ERRORED', ...AGAIN],
    ],
    [
      'a shutdown step that fails',
      { run: {}, shutdown: { exit: 1 } },
      [{ atMs: 5, do: 'stop' }],
      [...UP, 'STOPPING', 'FINISHED'],
    ],
    [
      'a stop during startup',
      { startup: { exit: null } },
      [{ atMs: 5, do: 'stop' }],
      ['NEW', 'INSTALLED', 'STARTING', 'STOPPING', 'FINISHED'],
    ],
    [
      'another install step',
      { install: { exit: 0 }, run: {} },
      [{ atMs: 5, do: 'configChange', change: 'install' }],
      [...UP, 'STOPPING', ...UP],
    ],
    ['other limits', { run: {} }, [{ atMs: 5, do: 'configChange', change: 'systemResourceLimits' }], UP],
    [
      'a new run script of a component that has finished',
      { run: {} },
      [exit(5, 0), { atMs: 6, do: 'configChange', change: 'run' }],
      [...UP, 'STOPPING', 'FINISHED', ...UP.slice(1)],
    ],
  ])('passes for %s', (_, steps, events, states) => {
    expect(checkLifecycleCase(lifecycleCase(steps, events, states))).toEqual({ passed: true })
  })

  it('does not let a limit pass before its time', () => {
    const events = [{ atMs: 120_000, do: 'tick' }]
    const states = ['NEW', 'INSTALLED', 'STARTING']
    expect(checkLifecycleCase(lifecycleCase({ startup: { exit: null } }, events, states)).passed).toBe(true)
  })

  it('fails with what came instead, in the shape of what was expected', () => {
    expect(checkLifecycleCase(lifecycleCase({ run: {} }, [], ['NEW'], 'NEW'))).toEqual({
      passed: false,
      expected: { states: { A: ['NEW'] }, final: { A: 'NEW' } },
      actual: { states: { A: UP }, final: { A: 'RUNNING' } },
    })
  })

  it('judges which of two comes first', () => {
    const components = [
      { name: 'A', steps: { run: {} }, dependencies: { B: 'HARD' } },
      { name: 'B', steps: { run: {} }, dependencies: {} },
    ]
    const check = (before: readonly [string, string][]) =>
      checkLifecycleCase({
        components,
        events: [{ atMs: 0, do: 'start', component: '*' }],
        expect: { final: { A: 'RUNNING', B: 'RUNNING' }, before },
      })
    expect(check([['B:RUNNING', 'A:STARTING']])).toEqual({ passed: true })
    expect(check([['A:STARTING', 'B:RUNNING']])).toMatchObject({ passed: false, actual: { before: [] } })
    expect(check([['B:BROKEN', 'A:STARTING']]).passed).toBe(false)
  })

  it('is refused when it asks for what is not known', () => {
    const events = [{ atMs: 1, do: 'explode' }]
    expect(() => checkLifecycleCase(lifecycleCase({ run: {} }, events, UP))).toThrow()
  })
})

function exit(atMs: number, code: number): object {
  return { atMs, do: 'exit', code }
}
