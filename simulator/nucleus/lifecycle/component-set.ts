import { type Observable, Subject } from 'rxjs'
import type { FlavourName } from '../flavour.ts'
import type { ComponentState, ComponentStatus, NucleusEvent } from '../status.ts'
import type { ComponentDefinition } from './component-definition.ts'
import { changeOf } from './machine/change.ts'
import type { Change, MachineEffect, MachineEvent, MachineSpec, Request } from './machine/events.ts'
import { LifecycleMachine } from './machine/lifecycle-machine.ts'
import type { RetryPolicy } from './machine/retry-policy.ts'
import { ManagedComponent } from './managed-component.ts'
import { readRssBytes } from './process/memory.ts'
import type { Limiter } from './process/resource-limits.ts'
import type { LifecycleReports } from './reports.ts'
import { createRestartPolicy, type RestartOptions } from './restart-policy.ts'
import { type LifecycleRules, lifecycleRulesOf } from './rules.ts'
import { type Settled, settle } from './settled.ts'
import { dependentsFirst } from './stop-order.ts'

export interface ComponentSetOptions {
  readonly flavour: FlavourName
  readonly restart?: RestartOptions | undefined
  readonly limiter?: Limiter
  /** How long nothing may change until components count as settled; 1,000 ms when left out. */
  readonly steadyMs?: number
}

/** The Java nucleus looks once a second whether the components of a deployment are up. */
const STEADY_MS = 1000

/** All components of a core: the state machine with real processes and timers. */
export class ComponentSet implements LifecycleReports {
  readonly #options: ComponentSetOptions
  readonly #rules: LifecycleRules
  readonly #machine: LifecycleMachine
  readonly #components = new Map<string, ManagedComponent>()
  readonly #strict = new Set<string>()
  readonly #events = new Subject<NucleusEvent>()
  readonly events$: Observable<NucleusEvent> = this.#events.asObservable()
  /** After every event that was handled. */
  readonly #handled = new Subject<void>()
  readonly #queue: MachineEvent[] = []
  #isHandling = false
  #isStarted = false
  #isStopping = false

  constructor(options: ComponentSetOptions) {
    this.#options = options
    this.#rules = lifecycleRulesOf(options.flavour)
    this.#machine = new LifecycleMachine(this.#rules)
  }

  /**
   * Adds a component, or replaces what is there and does what the difference asks for. Nothing starts before `start`
   * was called once.
   *
   * @param options.restart begins anew even where the difference asks for nothing, as lite does after every change
   *   of a deployed configuration
   */
  put(definition: ComponentDefinition, options: { readonly restart?: boolean } = {}): void {
    const { name } = definition
    this.#options.limiter?.set(name, definition.limits)
    const present = this.#components.get(name)
    if (present !== undefined) {
      this.#replace(present, definition, options.restart ?? false)
      return
    }
    this.#components.set(name, this.#manage(definition))
    this.#dispatch({
      type: 'add',
      component: name,
      spec: this.#specOf(definition),
      policy: this.#policyOf(name),
    })
    if (this.#isStarted) this.#ask(name, 'start', 'the nucleus starts it')
  }

  /** Stops it, runs its uninstall step where there is one, and forgets it. */
  async remove(name: string): Promise<void> {
    await this.#close(name, true, 'it is removed')
    this.#components.delete(name)
    this.#strict.delete(name)
    this.#options.limiter?.release(name)
  }

  start(): void {
    if (this.#isStopping || this.#isStarted) return
    this.#isStarted = true
    for (const name of this.#components.keys()) this.#ask(name, 'start', 'the nucleus starts it')
  }

  /** Those that need others stop before them. */
  async stop(): Promise<void> {
    this.#isStopping = true
    const definitions = [...this.#components.values()].map(({ definition }) => definition)
    for (const { name } of dependentsFirst(definitions)) {
      await this.#close(name, false, 'the nucleus stops')
      this.#options.limiter?.release(name)
    }
    this.#events.complete()
  }

  /** The BROKEN ones of these begin anew with their installation. */
  reinstallBroken(names: readonly string[]): void {
    for (const name of names) {
      if (this.#components.get(name)?.state === 'BROKEN') this.#ask(name, 'reinstall', 'it is tried anew')
    }
  }

  /** While on, these give up as on a real core of this kind, whatever restarts the options ask for. */
  strict(names: readonly string[], isOn: boolean): void {
    for (const name of names) {
      if (isOn) this.#strict.add(name)
      else this.#strict.delete(name)
      this.#dispatch({ type: 'policy', component: name, policy: this.#policyOf(name) })
    }
  }

  /**
   * Resolves when all of these are RUNNING or FINISHED with nothing left to do, and have been so for a while, or when
   * one of them is BROKEN. Rejects with the signal's reason.
   */
  settled(names: readonly string[], signal: AbortSignal): Promise<Settled> {
    const look = (): readonly ManagedComponent[] => names.flatMap((name) => this.#components.get(name) ?? [])
    return settle({
      look,
      isAtRest: (name) => this.#machine.isAtRest(name),
      changes$: this.#handled,
      steadyMs: this.#options.steadyMs ?? STEADY_MS,
      signal,
    })
  }

  /** Stops and starts again; no failure of the component. Resolves when nothing of the former life is left. */
  async restart(name: string, reason = 'a restart was asked for'): Promise<void> {
    const life = this.#components.get(name)?.lives
    this.#ask(name, 'restart', reason)
    await this.#until(() => this.#components.get(name)?.lives !== life || this.#machine.isAtRest(name))
  }

  async stopOne(name: string, reason = 'a stop was asked for'): Promise<void> {
    this.#ask(name, 'stop', reason)
    await this.#until(() => this.#machine.isAtRest(name))
  }

  /** Freezes every process of the component. @returns false when none runs */
  pause(name: string): boolean {
    return this.#components.get(name)?.processes.signalAll('SIGSTOP') ?? false
  }

  /** @returns false when nothing runs */
  resume(name: string): boolean {
    return this.#components.get(name)?.processes.signalAll('SIGCONT') ?? false
  }

  get(name: string): ManagedComponent | undefined {
    return this.#components.get(name)
  }

  report(name: string, state: 'RUNNING' | 'ERRORED'): boolean {
    const present = this.#components.get(name)?.state
    const allowed: readonly (ComponentState | undefined)[] =
      state === 'RUNNING' ? ['STARTING', 'RUNNING'] : ['STARTING', 'RUNNING', 'STOPPING']
    this.#dispatch({ type: 'report', component: name, state })
    return allowed.includes(present)
  }

  status(): ComponentStatus[] {
    return [...this.#components.values()].map(({ definition, state, pid, restarts }) => ({
      name: definition.name,
      version: definition.version,
      state,
      pid,
      restarts,
      rssBytes: pid === null ? null : readRssBytes(pid),
    }))
  }

  #replace(present: ManagedComponent, definition: ComponentDefinition, isToRestart: boolean): void {
    const { change, reason } = changeOf(present.definition, definition)
    present.definition = definition
    const asked: { readonly change: Change; readonly reason: string } =
      isToRestart && change === 'nothing'
        ? { change: 'restart', reason: 'its configuration changed' }
        : { change, reason }
    const begun = this.#isStarted ? asked : { change: 'nothing' as const, reason }
    this.#dispatch({ type: 'replace', component: definition.name, spec: this.#specOf(definition), ...begun })
  }

  #specOf({ lifecycle, dependencies }: ComponentDefinition): MachineSpec {
    const known = Object.entries(lifecycle.steps).filter(
      ([, { spelling }]) => spelling === undefined || this.#rules.readsAnySpelling,
    )
    return { steps: Object.fromEntries(known), dependencies }
  }

  #manage(definition: ComponentDefinition): ManagedComponent {
    return new ManagedComponent(definition, this.#rules.readsSkipif, (event) => this.#dispatch(event))
  }

  #policyOf(name: string): RetryPolicy {
    const { restart } = this.#options
    if (!this.#strict.has(name)) return createRestartPolicy(this.#rules, restart)
    return createRestartPolicy(this.#rules, { ...restart, giveUpAfter: this.#rules.retry.tries })
  }

  #ask(component: string, request: Request, reason: string): void {
    this.#dispatch({ type: 'ask', component, request, reason })
  }

  async #close(name: string, uninstalls: boolean, reason: string): Promise<void> {
    this.#dispatch({ type: 'close', component: name, uninstalls, reason })
    await this.#until(() => this.#machine.stateOf(name) === undefined)
  }

  /** Events that an effect brings about come after it: nobody is called back from within. */
  #dispatch(event: MachineEvent): void {
    this.#queue.push(event)
    if (this.#isHandling) return
    this.#isHandling = true
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      for (const effect of this.#machine.handle(next, performance.now())) this.#perform(effect)
    }
    this.#isHandling = false
    this.#handled.next()
  }

  #perform(effect: MachineEffect): void {
    const event = this.#components.get(effect.component)?.perform(effect)
    if (event !== undefined) this.#events.next(event)
  }

  #until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve()
    return new Promise((resolve) => {
      const subscription = this.#handled.subscribe(() => {
        if (!condition()) return
        subscription.unsubscribe()
        resolve()
      })
    })
  }
}
