import type { Observable } from 'rxjs'
import type { JsonObject } from '../../shared/bytes/json.ts'
import type { Bus } from '../../shared/component/host.ts'
import type { Tokens } from './authorization/tokens.ts'
import type { CloudLink } from './cloud-link.ts'
import type { ConfigStore } from './configuration/config-store.ts'
import { replaceFile } from './configuration/persisted.ts'
import type { IpcServer } from './connection/ipc-server.ts'
import type { PlannedComponent } from './deployment.ts'
import { NucleusError } from './errors.ts'
import type { Flavour } from './flavour.ts'
import { createInProcessBus } from './in-process-bus.ts'
import type { Layout } from './layout.ts'
import type { ComponentDefinition } from './lifecycle/component-definition.ts'
import type { ComponentSet } from './lifecycle/component-set.ts'
import type { Limiter } from './lifecycle/process/resource-limits.ts'
import { createUserChoice } from './lifecycle/process/user-choice.ts'
import type { ProcessTable } from './lifecycle/process-table.ts'
import { ScriptRunner } from './lifecycle/script-runner.ts'
import { openLog, type RotatingLog } from './logs/rotating-log.ts'
import type { LocalTopics } from './pubsub/local-topics.ts'
import type { ComponentStatus, NucleusEvent } from './status.ts'
import type { Validation } from './validation.ts'

export interface CoreParts {
  readonly thing: string
  readonly region: string
  readonly flavour: Flavour
  readonly plan: readonly PlannedComponent[]
  readonly layout: Layout
  readonly processes: ProcessTable
  readonly configuration: ConfigStore
  readonly components: ComponentSet
  readonly limiter: Limiter
  readonly cloud: CloudLink
  readonly topics: LocalTopics
  readonly validation: Validation
  readonly tokens: Tokens
  readonly log: RotatingLog
}

/** The parts of a core device at work together. */
export class Core {
  readonly #parts: CoreParts
  readonly #server: IpcServer
  readonly #runner: ScriptRunner
  readonly #logs = new Map<string, RotatingLog>()

  constructor(parts: CoreParts, server: IpcServer) {
    this.#parts = parts
    this.#server = server
    const { layout, flavour, plan, processes, configuration, tokens, thing, region, limiter, log } = parts
    this.#runner = new ScriptRunner({
      layout,
      flavour,
      plan,
      processes,
      limiter,
      users: createUserChoice({ note: (component, text) => log.write('WARN', component, text) }),
      thing,
      region,
      configurationOf: configuration.valueOf,
      tokenOf: tokens.tokenOf,
    })
    for (const component of plan) this.#add(component)
    this.events$.subscribe((event) => this.#logEvent(event))
  }

  get events$(): Observable<NucleusEvent> {
    return this.#parts.components.events$
  }

  /** The components start in the next turn of the loop, so that whoever waits for this core sees every event. */
  start(): void {
    this.#writeEffectiveConfiguration()
    setImmediate(() => this.#parts.components.start())
  }

  components(): ComponentStatus[] {
    return this.#parts.components.status()
  }

  bus(principal: string): Bus {
    return createInProcessBus(principal, this.#parts.topics, this.#parts.cloud)
  }

  kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): boolean {
    return this.#parts.components.get(name)?.signal(signal) ?? false
  }

  async restart(name: string): Promise<void> {
    await this.#parts.components.restart(name)
  }

  async mergeConfiguration(name: string, value: JsonObject): Promise<void> {
    const { configuration, validation, flavour } = this.#parts
    const refusal = await validation.ask(name, mergedPreview(configuration.valueOf(name), value))
    if (refusal !== undefined) {
      throw new NucleusError('GENBA_CONFIG_REFUSED', `${name} refuses the configuration`, [
        { where: name, received: refusal, effect: 'the previous configuration stays active' },
      ])
    }
    const options = { timeMs: Date.now(), onMismatch: 'replace' } as const
    const { changed } = configuration.update(name, [], value, options)
    const component = this.#parts.plan.find((planned) => planned.name === name)
    if (component === undefined) return
    // Lite restarts on every change of the deployed configuration, Java when a script would now run differently.
    const restart = flavour.name === 'lite' && changed.length > 0
    this.#parts.components.put(this.#definitionOf(component), { restart })
  }

  cutIpc(tokens: 'keep' | 'renew'): void {
    if (tokens === 'renew') this.#parts.tokens.forget()
    this.#server.cut()
  }

  async stop(): Promise<void> {
    const { components, processes, layout, log } = this.#parts
    await components.stop()
    await this.#server.close()
    this.#writeEffectiveConfiguration()
    for (const each of [...this.#logs.values(), log]) each.close()
    processes.close()
    layout.release()
  }

  #add(component: PlannedComponent): void {
    this.#logs.set(component.name, openLog(this.#parts.layout.logs, component.name))
    this.#parts.components.put(this.#definitionOf(component))
  }

  /** What a component runs with its present configuration. */
  #definitionOf(component: PlannedComponent): ComponentDefinition {
    const { name, version, dependencies, manifest } = component
    const lifecycle = this.#runner.interpolate(component, manifest.lifecycle)
    const log = this.#logs.get(name) ?? this.#parts.log
    return {
      name,
      version,
      dependencies,
      lifecycle,
      start: (step, definition) =>
        this.#runner.start(component, { name: step, step: definition, setenv: lifecycle.setenv, log }),
    }
  }

  #logEvent(event: NucleusEvent): void {
    const { log } = this.#parts
    if (event.type === 'restart') {
      log.write('INFO', event.component, `restart ${event.restarts} after ${event.delayMs} ms`)
      return
    }
    const level = event.to === 'ERRORED' || event.to === 'BROKEN' ? 'ERROR' : 'INFO'
    log.write(level, event.component, `${event.from} → ${event.to}: ${event.reason}`)
  }

  /** Written as JSON, which is YAML. */
  #writeEffectiveConfiguration(): void {
    const { layout, plan, configuration, thing, region, flavour } = this.#parts
    const services = plan.map(({ name, version, recipe, manifest }) => [
      name,
      {
        componentType: recipe.type.replace('aws.greengrass.', '').toUpperCase(),
        configuration: configuration.valueOf(name),
        dependencies: recipe.dependencies.map((dependency) => `${dependency.name}:${dependency.type}`),
        lifecycle: manifest.lifecycle.steps,
        version,
      },
    ])
    const core = [
      flavour.ownComponents[0],
      { configuration: { awsRegion: region }, version: flavour.version },
    ]
    const effective = {
      system: { rootpath: layout.root, thingName: thing },
      services: Object.fromEntries([...services, core]),
    }
    replaceFile(layout.effectiveConfiguration, `${JSON.stringify(effective, null, 2)}\n`)
  }
}

/** What the component would have, for it to judge; lists and scalars replace, maps merge. */
function mergedPreview(present: JsonObject, value: JsonObject): JsonObject {
  const merged = Object.entries(value).map(([key, item]) => {
    const before = present[key]
    const isMap = (part: unknown): part is JsonObject =>
      part !== null && typeof part === 'object' && !Array.isArray(part)
    return [key, isMap(before) && isMap(item) ? mergedPreview(before, item) : item]
  })
  return { ...present, ...Object.fromEntries(merged) }
}
