import { isDeepStrictEqual } from 'node:util'
import { type Observable, Subject } from 'rxjs'
import type { FlavourName } from '../flavour.ts'
import type { LifecycleReports } from '../operations/services.ts'
import type { Dependency, Recipe, RecipeLifecycle, Step, StepName } from '../recipe/recipe.ts'
import type { ComponentStatus, NucleusEvent } from '../status.ts'
import { ManagedComponent } from './managed-component.ts'
import { readRssBytes } from './memory.ts'
import { createRestartPolicy, type RestartOptions } from './restart-policy.ts'
import type { ScriptProcess } from './script-process.ts'

export interface ComponentDefinition {
  readonly name: string
  readonly version: string
  readonly dependencies: readonly Dependency[]
  readonly lifecycle: RecipeLifecycle
  readonly limits?: { readonly memoryKiB?: number; readonly cpus?: number }
  readonly runAs?: string
  readonly start: (step: StepName, script: Step) => ScriptProcess
}

export interface ComponentSetOptions {
  readonly flavour: FlavourName
  readonly restart?: RestartOptions
  readonly steadyMs?: number
}

/** All components of a core, started and stopped in the order of their dependencies. */
export class ComponentSet implements LifecycleReports {
  readonly #components = new Map<string, ManagedComponent>()
  readonly #definitions = new Map<string, ComponentDefinition>()
  readonly #strict = new Set<string>()
  readonly #events = new Subject<NucleusEvent>()
  readonly events$: Observable<NucleusEvent> = this.#events.asObservable()
  #isStopping = false
  #isStarted = false
  readonly #options: ComponentSetOptions

  constructor(options: ComponentSetOptions) {
    this.#options = options
  }

  strict(names: readonly string[], on: boolean): void {
    for (const name of names) on ? this.#strict.add(name) : this.#strict.delete(name)
  }

  put(definition: ComponentDefinition, options: { readonly restart?: boolean } = {}): void {
    const before = this.#definitions.get(definition.name)
    const present = this.#components.get(definition.name)
    this.#definitions.set(definition.name, definition)
    if (present !== undefined && before !== undefined) {
      const same =
        before.version === definition.version && isDeepStrictEqual(before.lifecycle, definition.lifecycle)
      if (same && options.restart !== true) return
      const next = this.#make(definition, present.restarts + 1)
      void present.stop('replaced').then(() => {
        this.#components.set(definition.name, next)
        next.start()
      })
      return
    }
    const component = this.#make(definition, 0)
    this.#components.set(definition.name, component)
    if (this.#isStarted) component.start()
  }

  #make(definition: ComponentDefinition, restarts: number): ManagedComponent {
    const hard = definition.dependencies.filter(({ type }) => type === 'HARD').map(({ name }) => name)
    const policy = createRestartPolicy(this.#options.restart)
    const strict = createRestartPolicy({ firstMs: 1, maxMs: 1, giveUpAfter: 3 })
    const component = new ManagedComponent({
      recipe: { ...definition, type: '', manifests: [], defaultConfiguration: {} } as Recipe,
      steps: definition.lifecycle.steps,
      start: definition.start,
      policy: {
        afterFailure: (...args) =>
          (this.#strict.has(definition.name) ? strict : policy).afterFailure(...args),
        reset: () => policy.reset(),
      },
      dependencies: (signal) => this.#waitUsable(hard, signal),
      emit: (event) => this.#emit(event),
      nowMs: () => Date.now(),
    })
    component.restarts = restarts
    return component
  }

  async remove(name: string): Promise<void> {
    await this.#components.get(name)?.stop('removed')
    this.#components.delete(name)
    this.#definitions.delete(name)
  }

  start(): void {
    if (this.#isStopping || this.#isStarted) return
    this.#isStarted = true
    for (const component of this.#components.values()) component.start()
  }

  reinstallBroken(names: readonly string[]): void {
    for (const name of names) {
      const component = this.#components.get(name)
      const definition = this.#definitions.get(name)
      if (component?.state !== 'BROKEN' || definition === undefined) continue
      const next = this.#make(definition, component.restarts)
      this.#components.set(name, next)
      next.start()
    }
  }

  async settled(
    names: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly broken: readonly { name: string; reason: string }[] }> {
    let steadySinceMs = Date.now()
    const watch = this.#events.subscribe(() => {
      steadySinceMs = Date.now()
    })
    try {
      for (;;) {
        signal.throwIfAborted()
        const broken = names.filter((name) => this.get(name)?.state === 'BROKEN')
        if (broken.length > 0) return { broken: broken.map((name) => ({ name, reason: 'it is broken' })) }
        const all = names.every((name) => this.get(name)?.isUsable === true)
        if (all && Date.now() - steadySinceMs >= (this.#options.steadyMs ?? 1000)) return { broken: [] }
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    } finally {
      watch.unsubscribe()
    }
  }

  async restart(name: string, reason = 'a restart was asked for'): Promise<void> {
    await this.#components.get(name)?.restart(reason)
  }

  async stopOne(name: string, reason = 'a stop was asked for'): Promise<void> {
    await this.#components.get(name)?.stop(reason)
  }

  pause(name: string): boolean {
    return this.#components.get(name)?.signal('SIGSTOP') ?? false
  }

  resume(name: string): boolean {
    return this.#components.get(name)?.signal('SIGCONT') ?? false
  }

  /** Those that need others stop before them. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const component of [...this.#components.values()].reverse()) {
      await component.stop('the nucleus stops')
    }
    this.#events.complete()
  }

  get(name: string): ManagedComponent | undefined {
    return this.#components.get(name)
  }

  report(name: string, state: 'RUNNING' | 'ERRORED'): boolean {
    return this.#components.get(name)?.report(state) ?? false
  }

  status(): ComponentStatus[] {
    return [...this.#components.values()].map(({ recipe, state, pid, restarts }) => ({
      name: recipe.name,
      version: recipe.version,
      state,
      pid,
      restarts,
      rssBytes: pid === null ? null : readRssBytes(pid),
    }))
  }

  #emit(event: NucleusEvent): void {
    this.#events.next(event)
    if (event.type === 'state') this.#followDependency(event.component)
  }

  /** A component restarts when one that it HARD depends on is no longer usable, other than by stopping in order. */
  #followDependency(changed: string): void {
    const dependency = this.#components.get(changed)
    const isGone = dependency !== undefined && !dependency.isUsable && dependency.state !== 'STOPPING'
    if (!isGone || this.#isStopping) return
    for (const component of this.#components.values()) {
      const needsIt = component.recipe.dependencies.some(
        ({ name, type }) => name === changed && type === 'HARD',
      )
      if (needsIt && component.pid !== null) {
        void component.restart(`${changed}, which it needs, is ${dependency.state}`)
      }
    }
  }

  #waitUsable(names: readonly string[], signal: AbortSignal): Promise<void> {
    // A name that is not deployed belongs to the core itself: the plan has checked that.
    const isReady = (): boolean => names.every((name) => this.#components.get(name)?.isUsable ?? true)
    if (isReady()) return Promise.resolve()
    return new Promise((resolve) => {
      const done = (): void => {
        subscription.unsubscribe()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const subscription = this.#events.subscribe({ next: () => isReady() && done() })
      signal.addEventListener('abort', done)
    })
  }
}
