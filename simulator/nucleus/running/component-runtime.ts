import { mkdirSync } from 'node:fs'
import { type Observable, Subject } from 'rxjs'
import type { JsonObject } from '../../../shared/bytes/json.ts'
import type { Tokens } from '../authorization/tokens.ts'
import type { ConfigStore } from '../configuration/config-store.ts'
import { toJson } from '../configuration/tree.ts'
import type { Flavour } from '../flavour.ts'
import type { Layout } from '../layout.ts'
import type { ComponentDefinition } from '../lifecycle/component-definition.ts'
import { ComponentSet } from '../lifecycle/component-set.ts'
import type { Limiter } from '../lifecycle/process/resource-limits.ts'
import type { StartScript } from '../lifecycle/process/script-process.ts'
import type { UserChoice } from '../lifecycle/process/user-choice.ts'
import type { ProcessTable } from '../lifecycle/process-table.ts'
import type { RestartOptions } from '../lifecycle/restart-policy.ts'
import { ScriptRunner } from '../lifecycle/script-runner.ts'
import { openLog, type RotatingLog } from '../logs/rotating-log.ts'
import type { PlannedComponent } from '../recipe/planned-component.ts'
import type { CoreState } from '../state/core-state.ts'
import type { NucleusEvent } from '../status.ts'
import { installedComponents, type RecipeTexts } from './installed-components.ts'

export interface RuntimeParts {
  readonly thing: string
  readonly region: string
  readonly flavour: Flavour
  readonly layout: Layout
  readonly processes: ProcessTable
  readonly limiter: Limiter
  readonly users: UserChoice
  readonly startScript: StartScript
  readonly tokens: Tokens
  readonly configuration: ConfigStore
  readonly recipeText: RecipeTexts
  readonly restart: RestartOptions | undefined
  readonly steadyMs: number | undefined
}

/** The components of the core at work: what the state says, as definitions that the life cycle runs. */
export class ComponentRuntime {
  readonly #parts: RuntimeParts
  readonly #logs = new Map<string, RotatingLog>()
  readonly #events = new Subject<NucleusEvent>()
  readonly events$: Observable<NucleusEvent> = this.#events.asObservable()
  #set: ComponentSet

  constructor(parts: RuntimeParts) {
    this.#parts = parts
    this.#set = this.#newSet()
  }

  /** The present set; another one after `renew`. */
  get components(): ComponentSet {
    return this.#set
  }

  /**
   * Brings every component of the present state to what the state says; what has not changed goes on running.
   * Nothing is removed.
   * @param restarted components that begin anew even if nothing that they run has changed
   * @param only all, when left out
   */
  install(restarted: ReadonlySet<string> = new Set(), only?: ReadonlySet<string>): void {
    const { configuration } = this.#parts
    const state = configuration.state()
    for (const definition of this.definitionsOf(this.planned(), state)) {
      if (only !== undefined && !only.has(definition.name)) continue
      // Who looks for the log of a component finds it, if only empty.
      this.#logOf(definition.name)
      this.#set.put(definition, restarted.has(definition.name) ? { restart: true } : {})
    }
  }

  /** The components of the present state with their recipes, dependencies first. */
  planned(): PlannedComponent[] {
    const { configuration, recipeText, flavour } = this.#parts
    return installedComponents(configuration.state(), recipeText, flavour)
  }

  /** What the components of a state would run, without running anything. */
  definitionsOf(planned: readonly PlannedComponent[], state: CoreState): ComponentDefinition[] {
    const { layout, flavour, processes, tokens, thing, region, limiter, users, startScript } = this.#parts
    const runner = new ScriptRunner({
      layout,
      flavour,
      plan: planned,
      processes,
      limiter,
      users,
      startScript,
      thing,
      region,
      tokenOf: tokens.tokenOf,
      configurationOf: (name) => {
        const component = state.components.get(name)
        return component === undefined ? {} : (toJson(component.configuration) as JsonObject)
      },
    })
    return planned.map((component) => {
      const { name, version, dependencies, manifest } = component
      const lifecycle = runner.interpolate(component, manifest.lifecycle)
      const runWith = runWithOf(state, name)
      const { setenv } = lifecycle
      return {
        name,
        version,
        dependencies,
        lifecycle,
        ...runWith,
        start: (stepName, step) => {
          mkdirSync(layout.workPath(name), { recursive: true })
          const log = this.#logOf(name)
          return runner.start(component, { name: stepName, step, setenv, runAs: runWith.runAs, log })
        },
      }
    })
  }

  /** The nucleus restarts: everything ends, and what starts from here on is new, tokens included. */
  async renew(cutIpc: () => void): Promise<void> {
    await this.#set.stop()
    this.#parts.tokens.forget()
    cutIpc()
    this.#set = this.#newSet()
  }

  async stop(): Promise<void> {
    await this.#set.stop()
    this.#events.complete()
    for (const log of this.#logs.values()) log.close()
  }

  #newSet(): ComponentSet {
    const { flavour, restart, steadyMs, limiter } = this.#parts
    const set = new ComponentSet({
      flavour: flavour.name,
      restart,
      limiter,
      ...(steadyMs === undefined ? {} : { steadyMs }),
    })
    set.events$.subscribe((event) => this.#events.next(event))
    return set
  }

  #logOf(name: string): RotatingLog {
    const log = this.#logs.get(name) ?? openLog(this.#parts.layout.logs, name)
    this.#logs.set(name, log)
    return log
  }
}

function runWithOf(state: CoreState, name: string): Pick<ComponentDefinition, 'runAs' | 'limits'> {
  const { posixUser, systemResourceLimits } = state.components.get(name)?.runWith ?? {}
  const { memory, cpus } = systemResourceLimits ?? {}
  return {
    ...(posixUser === undefined ? {} : { runAs: posixUser }),
    ...(systemResourceLimits === undefined
      ? {}
      : {
          limits: {
            ...(memory === undefined ? {} : { memoryKiB: memory }),
            ...(cpus === undefined ? {} : { cpus }),
          },
        }),
  }
}
