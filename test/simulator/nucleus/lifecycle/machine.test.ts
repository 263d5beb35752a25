import { describe, expect, it } from 'vitest'
import { MachineTestWorld, specOf } from './machine-world.ts'

/** What the case file leaves open, and what the reasons say; the rest is in the cases of `genba conform`. */
function world(steps: Parameters<MachineTestWorld['add']>[1], flavour: 'java' | 'lite' = 'java') {
  const made = new MachineTestWorld(flavour)
  made.add('A', steps)
  return made
}

const lastReason = (made: MachineTestWorld) => made.states.at(-1)?.reason

describe('a component on the way up', () => {
  it('says in plain words why it is in its state', () => {
    const made = world(['install', 'run', 'shutdown'])
    made.ask('A', 'start')
    made.end('A', 0)
    made.end('A', 7)
    made.calm()
    made.ask('A', 'stop')
    made.calm()
    expect(made.states.map(({ to, reason }) => `${to}: ${reason}`)).toEqual([
      'INSTALLED: installed',
      'STARTING: run begins',
      'RUNNING: run begins',
      'ERRORED: run ended with code 7',
      'STOPPING: what it has left is ended',
      'INSTALLED: it is started again',
      'STARTING: run begins',
      'RUNNING: run begins',
      'STOPPING: asked for stop',
      'FINISHED: asked for stop',
    ])
  })

  it('names the step and the time that it took too long', () => {
    const made = world(['install', 'run'])
    made.ask('A', 'start')
    made.overrun('A')
    expect(made.states[0]).toMatchObject({ to: 'ERRORED', reason: 'install took more than 120 s' })
  })

  it('is up where its startup step is skipped, and where its run step is', () => {
    for (const step of ['startup', 'run'] as const) {
      const made = world([step])
      made.ask('A', 'start')
      made.end('A', { skipped: 'exists /etc/hostname' })
      expect(made.machine.stateOf('A')).toBe('RUNNING')
      expect(made.machine.isAtRest('A')).toBe(true)
    }
  })

  it('fails where its script cannot begin', () => {
    const made = world(['run'])
    made.ask('A', 'start')
    made.end('A', { code: 127, fault: 'no work folder' })
    expect(made.states.find(({ to }) => to === 'ERRORED')?.reason).toBe('run cannot begin: no work folder')
  })

  it('is not killed for a slow startup script once it has said that it runs', () => {
    const made = world(['startup'])
    made.ask('A', 'start')
    made.tell('A', { type: 'report', state: 'RUNNING' })
    made.overrun('A')
    expect(made.stepsOf('A')).toEqual(['startup'])
    made.end('A', 3)
    expect(made.states.find(({ to }) => to === 'ERRORED')?.from).toBe('RUNNING')
  })
})

describe('a component on the way down', () => {
  it('goes on running beside its shutdown script until that has ended', () => {
    const made = world(['run', 'shutdown'])
    made.ask('A', 'start')
    made.ask('A', 'stop')
    expect(made.stepsOf('A')).toEqual(['run', 'shutdown'])
    made.end('A', 1)
    expect(made.terminating).toEqual(['A'])
    made.clear('A')
    expect(lastReason(made)).toBe('asked for stop')
    expect(made.machine.stateOf('A')).toBe('FINISHED')
  })

  it('is cleaned up when it is given up', () => {
    const made = world(['startup', 'shutdown'])
    made.ask('A', 'start')
    for (let tries = 1; tries <= 3; tries++) {
      made.end('A', 1)
      if (tries < 3) made.end('A', 0)
      if (tries < 3) made.clear('A')
    }
    expect(lastReason(made)).toBe('startup ended with code 1; too many failures within an hour')
    expect(made.stepsOf('A')).toEqual(['shutdown'])
    expect(made.machine.isAtRest('A')).toBe(false)
    made.calm()
    expect(made.machine.isAtRest('A')).toBe(true)
  })

  it('runs its uninstall step when it is removed, and is forgotten', () => {
    const made = world(['run', 'uninstall'])
    made.ask('A', 'start')
    made.tell('A', { type: 'close', uninstalls: true, reason: 'it is removed' })
    made.clear('A')
    expect(made.stepsOf('A')).toEqual(['uninstall'])
    made.calm()
    expect(made.closed).toEqual(['A'])
    expect(made.machine.stateOf('A')).toBeUndefined()
  })

  it('does not wait for an installation when the nucleus stops', () => {
    const made = world(['install', 'run'])
    made.ask('A', 'start')
    made.tell('A', { type: 'close', uninstalls: false, reason: 'the nucleus stops' })
    made.clear('A')
    expect(made.closed).toEqual(['A'])
    expect(made.running).toEqual([])
  })
})

describe('a new definition', () => {
  it('mends a BROKEN component when it changes what runs, and not otherwise', () => {
    const made = world(['startup'])
    made.ask('A', 'start')
    for (let tries = 1; tries <= 3; tries++) {
      made.end('A', 1)
      made.clear('A')
    }
    const spec = specOf(['startup'])
    made.tell('A', { type: 'replace', spec, change: 'nothing', reason: '' })
    made.ask('A', 'restart')
    expect(made.machine.stateOf('A')).toBe('BROKEN')
    made.tell('A', { type: 'replace', spec, change: 'restart', reason: 'its startup step has changed' })
    made.end('A', 0)
    expect(made.statesOf('A').slice(-4)).toEqual(['NEW', 'INSTALLED', 'STARTING', 'RUNNING'])
  })

  it('restarts a component whose SOFT dependency has become HARD and is not up', () => {
    const made = new MachineTestWorld()
    made.add('B', ['run'])
    made.add('A', ['run'], [{ name: 'B', type: 'SOFT' }])
    made.ask('A', 'start')
    const spec = specOf(['run'], [{ name: 'B', type: 'HARD' }])
    made.tell('A', { type: 'replace', spec, change: 'nothing', reason: '' })
    made.calm()
    expect(made.machine.stateOf('A')).toBe('INSTALLED')
    made.ask('B', 'start')
    expect(made.machine.stateOf('A')).toBe('RUNNING')
  })
})

describe('nucleus lite', () => {
  it('starts a failed component again a second later, and refuses the fourth start within an hour', () => {
    const made = world(['run'], 'lite')
    made.ask('A', 'start')
    for (let starts = 1; starts <= 3; starts++) {
      made.end('A', 1)
      expect(made.pauses).toMatchObject([{ ms: 1000 }])
      made.calm()
    }
    expect(made.machine.stateOf('A')).toBe('BROKEN')
    expect(made.statesOf('A').filter((state) => state === 'ERRORED')).toHaveLength(3)
  })

  it('counts anew after an hour, and when somebody asks for a start', () => {
    const made = world(['run'], 'lite')
    const fail = (times: number) => {
      for (let failures = 0; failures < times; failures++) {
        made.end('A', 1)
        made.calm()
      }
    }
    made.ask('A', 'start')
    fail(2)
    made.nowMs += 3_600_000
    fail(3)
    made.ask('A', 'restart')
    made.calm()
    fail(2)
    expect(made.machine.stateOf('A')).toBe('RUNNING')
    fail(1)
    expect(made.machine.stateOf('A')).toBe('BROKEN')
  })

  it('knows no shutdown, recover and uninstall steps', () => {
    const made = world(['run', 'shutdown', 'recover', 'uninstall'], 'lite')
    made.ask('A', 'start')
    made.end('A', 1)
    made.calm()
    made.tell('A', { type: 'close', uninstalls: true, reason: 'it is removed' })
    expect(made.running.map(({ step }) => step)).toEqual(['run'])
    made.calm()
    expect(made.closed).toEqual(['A'])
  })

  it('waits for SOFT dependencies that are on their way, and not for others', () => {
    const made = new MachineTestWorld('lite')
    made.add('C', ['run'])
    made.add('B', ['install', 'run'], [{ name: 'C', type: 'HARD' }])
    made.add('A', ['run'], [{ name: 'B', type: 'SOFT' }])
    made.ask('B', 'start')
    made.ask('A', 'start')
    expect(made.machine.stateOf('A')).toBe('RUNNING')
    made.ask('A', 'stop')
    made.calm()
    made.ask('B', 'stop')
    made.calm()
    made.ask('C', 'start')
    made.ask('B', 'reinstall')
    made.ask('A', 'start')
    expect(made.machine.stateOf('A')).toBe('INSTALLED')
    made.calm()
    expect(made.machine.stateOf('A')).toBe('RUNNING')
  })

  it('starts a component once when what all of its dependencies need is replaced, however slowly they stop', () => {
    const made = new MachineTestWorld('lite')
    const needsLibrary = { name: 'library', type: 'HARD' } as const
    const slow = ['W', 'X', 'Y', 'Z']
    made.add('library', [])
    for (const name of slow) made.add(name, ['run'], [needsLibrary])
    made.add('A', ['startup'], [needsLibrary, ...slow.map((name) => ({ name, type: 'HARD' }) as const)])
    for (const name of ['library', ...slow, 'A']) made.ask(name, 'start')
    made.end('A', 0)
    expect(made.machine.stateOf('A')).toBe('RUNNING')
    made.ask('library', 'reinstall')
    const starts = () => made.statesOf('A').filter((state) => state === 'STARTING').length
    for (const name of ['A', ...slow]) {
      expect(starts()).toBe(1)
      made.clear(name)
    }
    expect(starts()).toBe(2)
  })

  it('stops with a component those that HARD depend on it', () => {
    const made = new MachineTestWorld('lite')
    made.add('B', ['run'])
    made.add('A', ['run'], [{ name: 'B', type: 'HARD' }])
    for (const name of ['B', 'A']) made.ask(name, 'start')
    made.ask('B', 'stop')
    made.calm()
    expect(made.statesOf('A').at(-1)).toBe('FINISHED')
  })
})
