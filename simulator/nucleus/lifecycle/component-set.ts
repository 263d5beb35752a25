import { type Observable, Subject } from 'rxjs'
import type { LifecycleReports } from '../operations/services.ts'
import type { ComponentStatus, NucleusEvent } from '../status.ts'
import { ManagedComponent, type ManagedParts } from './managed-component.ts'
import { readRssBytes } from './memory.ts'

export type ComponentParts = Omit<ManagedParts, 'dependencies' | 'emit' | 'nowMs'>

/** All components of a core, started and stopped in the order of their dependencies. */
export class ComponentSet implements LifecycleReports {
  readonly #components = new Map<string, ManagedComponent>()
  readonly #events = new Subject<NucleusEvent>()
  readonly events$: Observable<NucleusEvent> = this.#events.asObservable()
  #isStopping = false

  /** Adds a component that is started by `start`; dependencies come before those that need them. */
  add(parts: ComponentParts): void {
    const hard = parts.recipe.dependencies.filter(({ type }) => type === 'HARD').map(({ name }) => name)
    const component = new ManagedComponent({
      ...parts,
      dependencies: (signal) => this.#waitUsable(hard, signal),
      emit: (event) => this.#emit(event),
      nowMs: () => Date.now(),
    })
    this.#components.set(parts.recipe.name, component)
  }

  start(): void {
    if (this.#isStopping) return
    for (const component of this.#components.values()) component.start()
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
