import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StepName } from '../../../../simulator/nucleus/recipe/recipe.ts'
import type { ComponentState } from '../../../../simulator/nucleus/status.ts'
import { MachineTestWorld, specOf } from './machine-world.ts'

/** Every way that a state may be left, on either nucleus (Lifecycle.java; `closed` needs none). */
const WAYS: Readonly<Record<ComponentState, readonly ComponentState[]>> = {
  NEW: ['INSTALLED', 'ERRORED', 'BROKEN'],
  INSTALLED: ['STARTING', 'NEW', 'FINISHED'],
  STARTING: ['RUNNING', 'INSTALLED', 'STOPPING', 'FINISHED', 'ERRORED', 'BROKEN'],
  RUNNING: ['STOPPING', 'ERRORED', 'BROKEN'],
  STOPPING: ['NEW', 'INSTALLED', 'FINISHED', 'ERRORED'],
  ERRORED: ['NEW', 'STOPPING', 'INSTALLED', 'FINISHED'],
  FINISHED: ['NEW', 'INSTALLED'],
  BROKEN: ['NEW'],
}

const NAMES = ['A', 'B', 'C'] as const
type Name = (typeof NAMES)[number]

const steps = fc.subarray<StepName>(['install', 'startup', 'run', 'shutdown', 'recover', 'uninstall'])
const dependency = fc.constantFrom('HARD', 'SOFT', undefined)
const name = fc.constantFrom(...NAMES)

const action = fc.oneof(
  fc.record({
    kind: fc.constant('ask' as const),
    name,
    request: fc.constantFrom('start', 'stop', 'restart'),
  }),
  fc.record({ kind: fc.constant('reinstall' as const), name }),
  fc.record({ kind: fc.constant('replace' as const), name, steps }),
  fc.record({ kind: fc.constant('report' as const), name, state: fc.constantFrom('RUNNING', 'ERRORED') }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('end' as const), nth: fc.nat(), code: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('clear' as const), nth: fc.nat() }) },
  fc.record({ kind: fc.constant('overrun' as const), nth: fc.nat() }),
  fc.record({ kind: fc.constant('rest' as const) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 1_000_000, 3_600_000) }),
)
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never

const story = fc.record({
  flavour: fc.constantFrom('java', 'lite'),
  steps: fc.tuple(steps, steps, steps),
  needs: fc.tuple(dependency, dependency, dependency),
  actions: fc.array(action, { maxLength: 60 }),
})
type Story = typeof story extends fc.Arbitrary<infer Value> ? Value : never

/** A needs B, B needs C, A needs C, as the story has it. */
function begin({ flavour, steps: [a, b, c], needs: [ab, bc, ac] }: Story): MachineTestWorld {
  const on = (target: Name, type: 'HARD' | 'SOFT' | undefined) =>
    type === undefined ? [] : [{ name: target, type }]
  const world = new MachineTestWorld(flavour)
  world.add('C', c)
  world.add('B', b, on('C', bc))
  world.add('A', a, [...on('B', ab), ...on('C', ac)])
  return world
}

function act(world: MachineTestWorld, action: Action): void {
  const nth = <Value>(values: readonly Value[], index: number) => values[index % Math.max(1, values.length)]
  switch (action.kind) {
    case 'ask':
      world.ask(action.name, action.request)
      break
    case 'reinstall':
      world.ask(action.name, 'reinstall')
      break
    case 'replace':
      world.tell(action.name, {
        type: 'replace',
        spec: specOf(action.steps),
        change: 'restart',
        reason: 'it has changed',
      })
      break
    case 'report':
      world.tell(action.name, { type: 'report', state: action.state })
      break
    case 'end': {
      const running = nth(world.running, action.nth)
      if (running !== undefined) world.end(running.component, action.code, running)
      break
    }
    case 'clear': {
      const component = nth(world.terminating, action.nth)
      if (component !== undefined) world.clear(component)
      break
    }
    case 'overrun': {
      const running = nth(world.running, action.nth)
      if (running !== undefined) world.overrun(running.component, running)
      break
    }
    case 'rest':
      if (world.pauses.length > 0) world.rest()
      break
    case 'wait':
      world.nowMs += action.ms
      break
  }
}

const isMain = (step: StepName): boolean => step === 'startup' || step === 'run'

describe('whatever happens, and in whatever order,', () => {
  it('a component runs one main script and one other at most, and changes its state in known ways', () => {
    fc.assert(
      fc.property(story, (told) => {
        const world = begin(told)
        const present = new Map<string, ComponentState>(NAMES.map((each) => [each, 'NEW']))
        world.onEffect = (effect) => {
          const { component } = effect
          if (effect.type === 'state') {
            expect(effect.from).toBe(present.get(component))
            expect(WAYS[effect.from]).toContain(effect.to)
            present.set(component, effect.to)
          }
          if (effect.type === 'start') {
            const others = world.running.filter(
              (each) => each.component === component && isMain(each.step) === isMain(effect.step),
            )
            expect(others).toEqual([])
            expect(world.terminating).not.toContain(component)
          }
        }
        for (const each of told.actions) act(world, each)
      }),
      { numRuns: 300 },
    )
  })

  it('BROKEN is left only when somebody wants it installed anew', () => {
    fc.assert(
      fc.property(story, (told) => {
        const world = begin(told)
        const wanted = new Set<string>()
        world.onEffect = (effect) => {
          if (effect.type !== 'state') return
          if (effect.from === 'BROKEN') expect(wanted).toContain(effect.component)
          if (effect.to === 'NEW') wanted.delete(effect.component)
        }
        for (const each of told.actions) {
          if (each.kind === 'reinstall' || each.kind === 'replace') wanted.add(each.name)
          act(world, each)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('no main script begins while a component that it HARD depends on is not up', () => {
    fc.assert(
      fc.property(story, (told) => {
        const world = begin(told)
        const needs: Readonly<Record<string, readonly string[]>> = {
          A: [...(told.needs[0] === 'HARD' ? ['B'] : []), ...(told.needs[2] === 'HARD' ? ['C'] : [])],
          B: told.needs[1] === 'HARD' ? ['C'] : [],
        }
        const present = new Map<string, ComponentState>()
        world.onEffect = (effect) => {
          if (effect.type === 'state') present.set(effect.component, effect.to)
          if (effect.type !== 'start' || !isMain(effect.step)) return
          for (const needed of needs[effect.component] ?? []) {
            expect(['RUNNING', 'STOPPING', 'FINISHED']).toContain(present.get(needed))
          }
        }
        for (const each of told.actions) if (each.kind !== 'replace') act(world, each)
      }),
      { numRuns: 200 },
    )
  })

  it('everything comes to rest, and nothing is left after the end', () => {
    fc.assert(
      fc.property(story, (told) => {
        const world = begin(told)
        for (const each of told.actions) act(world, each)
        world.calm()
        for (const each of NAMES) {
          const isWaiting = world.machine.stateOf(each) === 'INSTALLED'
          expect(world.machine.isAtRest(each) || isWaiting).toBe(true)
        }
        for (const each of NAMES) {
          world.tell(each, { type: 'close', uninstalls: true, reason: 'the end' })
          world.calm()
        }
        expect(world.closed).toEqual([...NAMES])
        expect(world.running).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})
