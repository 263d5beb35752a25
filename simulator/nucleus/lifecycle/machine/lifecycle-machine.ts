import type { StepName } from '../../recipe/recipe.ts'
import type { ComponentState } from '../../status.ts'
import { ComponentMachine } from './component-machine.ts'
import type { MachineEffect, MachineEvent, MachineSpec } from './events.ts'
import type { MachineWorld, Neighbour } from './world.ts'

/** What the two nuclei do differently with the lifecycles of components. */
export interface MachineRules {
  readonly steps: readonly StepName[]
  /** SOFT dependencies are waited for as well, while they are on their way. */
  readonly ordersSoft: boolean
  /** What a component HARD depends on must have stopped and come up again before it starts. */
  readonly awaitsStops: boolean
  /** A component stops when one is stopped that it HARD depends on. */
  readonly stopsDependents: boolean
}

/**
 * The lifecycles of all components of a core: events in, effects out. It has no clock and no processes, and the same
 * events give the same effects. Every effect that asks for an answer is answered by an event later.
 */
export class LifecycleMachine {
  readonly #rules: MachineRules
  readonly #components = new Map<string, ComponentMachine>()
  readonly #world: MachineWorld
  #effects: MachineEffect[] = []
  #nowMs = 0
  #lastId = 0

  constructor(rules: MachineRules) {
    this.#rules = rules
    const now = (): number => this.#nowMs
    this.#world = {
      get nowMs() {
        return now()
      },
      emit: (effect) => this.#effects.push(effect),
      nextId: () => ++this.#lastId,
      awaited: (component) => this.#awaited(component),
      entered: (component) => this.#entered(component),
    }
  }

  /** @param nowMs never less than before */
  handle(event: MachineEvent, nowMs: number): MachineEffect[] {
    this.#nowMs = nowMs
    this.#effects = []
    if (event.type === 'add') this.#add(event)
    else this.#apply(event)
    // One move each in turn: no component waits for the end of another's journey.
    while ([...this.#components.values()].filter((component) => component.advance()).length > 0);
    for (const effect of this.#effects) if (effect.type === 'closed') this.#forget(effect.component)
    return this.#effects
  }

  stateOf(name: string): ComponentState | undefined {
    return this.#components.get(name)?.state
  }

  /** Nothing is under way for the component and nothing is left for it to reach. */
  isAtRest(name: string): boolean {
    return this.#components.get(name)?.isAtRest ?? true
  }

  #add({ component: name, spec, policy }: Extract<MachineEvent, { type: 'add' }>): void {
    this.#components.set(name, new ComponentMachine(name, this.#known(spec), policy, this.#world))
  }

  #apply(event: Exclude<MachineEvent, { type: 'add' }>): void {
    const component = this.#components.get(event.component)
    if (component === undefined) return
    switch (event.type) {
      case 'replace':
        this.#replace(component, event)
        break
      case 'policy':
        component.policy = event.policy
        break
      case 'ask':
        component.policy.asked()
        if (event.request === 'stop') this.#stopDependents(component)
        component.ask(event.request, event.reason)
        break
      case 'report':
        component.report(event.state)
        break
      case 'ended':
        component.ended(event.process, event.end)
        break
      case 'overran':
        component.overran(event.process)
        break
      case 'cleared':
        component.cleared()
        break
      case 'rested':
        component.rested(event.pause)
        break
      case 'close':
        component.close(event.uninstalls, event.reason)
        break
    }
  }

  #replace(component: ComponentMachine, event: Extract<MachineEvent, { type: 'replace' }>): void {
    component.spec = this.#known(event.spec)
    const lacking = component.isUp ? this.#lacking(component) : undefined
    if (event.change !== 'nothing') {
      component.policy.asked()
      component.ask(component.state === 'BROKEN' ? 'reinstall' : event.change, event.reason)
    } else if (lacking !== undefined) {
      component.ask('restart', `it now needs ${lacking}, which is not up`)
    }
  }

  #known({ steps, dependencies }: MachineSpec): MachineSpec {
    const known = this.#rules.steps.flatMap((name) =>
      steps[name] === undefined ? [] : [[name, steps[name]]],
    )
    return { steps: Object.fromEntries(known), dependencies }
  }

  /** A component restarts when one that it HARD depends on is not to be relied on any more. */
  #entered(changed: Neighbour): void {
    if (changed.isReliable) return
    for (const component of this.#dependents(changed)) {
      if (component.isUp) component.ask('restart', `${changed.name}, which it needs, is ${changed.state}`)
    }
  }

  #stopDependents(stopped: ComponentMachine): void {
    if (!this.#rules.stopsDependents) return
    for (const component of this.#dependents(stopped)) {
      if (component.isAtRest && !component.isUp) continue
      this.#stopDependents(component)
      component.ask('stop', `${stopped.name}, which it needs, is stopped`)
    }
  }

  #dependents({ name }: Neighbour): ComponentMachine[] {
    return [...this.#components.values()].filter(({ spec }) =>
      spec.dependencies.some((dependency) => dependency.name === name && dependency.type === 'HARD'),
    )
  }

  #awaited(component: Neighbour): string | undefined {
    return (
      this.#lacking(component) ??
      (this.#rules.awaitsStops ? this.#stoppingHard(component) : undefined) ??
      (this.#rules.ordersSoft ? this.#comingSoft(component) : undefined)
    )
  }

  #stoppingHard({ spec }: Neighbour): string | undefined {
    return spec.dependencies.find(
      ({ name, type }) => type === 'HARD' && this.#components.get(name)?.state === 'STOPPING',
    )?.name
  }

  /** A name that is not deployed belongs to the core itself: the plan has checked that. */
  #lacking({ spec }: Neighbour): string | undefined {
    return spec.dependencies.find(
      ({ name, type }) => type === 'HARD' && this.#components.get(name)?.isReliable === false,
    )?.name
  }

  #comingSoft({ spec }: Neighbour): string | undefined {
    return spec.dependencies.find(({ name, type }) => type === 'SOFT' && this.#isComing(name))?.name
  }

  /** Not when something that it needs will not come: systemd then fails the start, and nobody waits any longer. */
  #isComing(name: string): boolean {
    const component = this.#components.get(name)
    if (component === undefined || !component.isComing) return false
    const lacking = this.#lacking(component)
    return lacking === undefined || this.#isComing(lacking)
  }

  #forget(name: string): void {
    this.#components.delete(name)
  }
}
