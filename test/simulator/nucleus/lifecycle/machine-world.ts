import type {
  MachineEffect,
  MachineEvent,
  MachineSpec,
  StepEnd,
} from '../../../../simulator/nucleus/lifecycle/machine/events.ts'
import { LifecycleMachine } from '../../../../simulator/nucleus/lifecycle/machine/lifecycle-machine.ts'
import {
  type LifecycleRules,
  lifecycleRulesOf,
  strictPolicy,
} from '../../../../simulator/nucleus/lifecycle/rules.ts'
import type { StepName } from '../../../../simulator/nucleus/recipe/recipe.ts'
import type { ComponentState } from '../../../../simulator/nucleus/status.ts'

type EventOf<Type extends MachineEvent['type']> = Extract<MachineEvent, { type: Type }>
type EffectOf<Type extends MachineEffect['type']> = Extract<MachineEffect, { type: Type }>
type WithoutName<Event> = Event extends MachineEvent ? Omit<Event, 'component'> : never

/** A script that the machine has started and nobody has ended. */
export type Running = EffectOf<'start'>

/** The state machine in a world where time and the ends of scripts are the test's to decide. */
export class MachineTestWorld {
  readonly rules: LifecycleRules
  readonly machine: LifecycleMachine
  readonly states: EffectOf<'state'>[] = []
  readonly closed: string[] = []
  running: readonly Running[] = []
  /** Components whose processes are being ended. */
  terminating: readonly string[] = []
  pauses: readonly EffectOf<'pause'>[] = []
  nowMs = 0
  /** Looks at every effect as it comes, before it has changed anything here. */
  onEffect: (effect: MachineEffect) => void = () => undefined

  constructor(flavour: 'java' | 'lite' = 'java') {
    this.rules = lifecycleRulesOf(flavour)
    this.machine = new LifecycleMachine(this.rules)
  }

  add(component: string, steps: readonly StepName[], dependencies: MachineSpec['dependencies'] = []): void {
    const policy = strictPolicy(this.rules)
    this.tell(component, { type: 'add', spec: specOf(steps, dependencies), policy })
  }

  tell(component: string, event: WithoutName<MachineEvent>): void {
    for (const effect of this.machine.handle({ ...event, component } as MachineEvent, this.nowMs)) {
      this.onEffect(effect)
      this.#take(effect)
    }
  }

  ask(component: string, request: EventOf<'ask'>['request']): void {
    this.tell(component, { type: 'ask', request, reason: `asked for ${request}` })
  }

  /** Ends a script; without one, what the component has started last. */
  end(component: string, end: number | Partial<StepEnd>, running = this.lastOf(component)): void {
    if (running === undefined) throw new Error(`nothing of ${component} runs`)
    this.running = this.running.filter((each) => each !== running)
    const { process } = running
    const given = typeof end === 'number' ? { code: end } : end
    this.tell(component, { type: 'ended', process, end: { code: 0, signal: null, ...given } })
  }

  /** All processes of the component have heard that they shall end, and have. */
  clear(component: string): void {
    for (const running of this.running.filter((each) => each.component === component)) {
      this.end(component, { code: null, signal: 'SIGTERM' }, running)
    }
    this.terminating = this.terminating.filter((each) => each !== component)
    this.tell(component, { type: 'cleared' })
  }

  overrun(component: string, running = this.lastOf(component)): void {
    if (running !== undefined) this.tell(component, { type: 'overran', process: running.process })
  }

  rest(pause = this.pauses[0]): void {
    if (pause === undefined) throw new Error('nobody pauses')
    this.pauses = this.pauses.filter((each) => each !== pause)
    this.nowMs += pause.ms
    this.tell(pause.component, { type: 'rested', pause: pause.pause })
  }

  /** Ends what has to end until only main scripts run. */
  calm(): void {
    for (let rounds = 0; rounds < 1000; rounds++) {
      const [component] = this.terminating
      const helper = this.running.find(({ step }) => step !== 'run')
      if (component !== undefined) this.clear(component)
      else if (helper !== undefined) this.end(helper.component, 0, helper)
      else if (this.pauses.length > 0) this.rest()
      else return
    }
    throw new Error('it never comes to rest')
  }

  lastOf(component: string): Running | undefined {
    return this.running.findLast((each) => each.component === component)
  }

  stepsOf(component: string): StepName[] {
    return this.running.flatMap((each) => (each.component === component ? [each.step] : []))
  }

  statesOf(component: string): ComponentState[] {
    return this.states.flatMap((state) => (state.component === component ? [state.to] : []))
  }

  #take(effect: MachineEffect): void {
    if (effect.type === 'state') this.states.push(effect)
    if (effect.type === 'start') this.running = [...this.running, effect]
    if (effect.type === 'terminate') this.terminating = [...this.terminating, effect.component]
    if (effect.type === 'pause') this.pauses = [...this.pauses, effect]
    if (effect.type === 'closed') this.closed.push(effect.component)
    if (effect.type !== 'kill') return
    const killed = this.running.find(({ process }) => process === effect.process)
    if (killed !== undefined) this.end(effect.component, { code: null, signal: 'SIGKILL' }, killed)
  }
}

const LIMITS_MS: Readonly<Partial<Record<StepName, number>>> = { shutdown: 15_000, recover: 60_000 }

export const specOf = (
  steps: readonly StepName[],
  dependencies: MachineSpec['dependencies'] = [],
): MachineSpec => ({
  steps: Object.fromEntries(
    steps.map((name) => [name, { timeoutMs: name === 'run' ? null : (LIMITS_MS[name] ?? 120_000) }]),
  ),
  dependencies,
})
