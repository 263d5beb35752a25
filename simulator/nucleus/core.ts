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
import type { ComponentSet } from './lifecycle/component-set.ts'
import type { ProcessTable } from './lifecycle/process-table.ts'
import { createRestartPolicy, type RestartOptions } from './lifecycle/restart-policy.ts'
import { ScriptRunner } from './lifecycle/script-runner.ts'
import { openLog, type RotatingLog } from './logs/rotating-log.ts'
import type { LocalTopics } from './pubsub/local-topics.ts'
import type { ComponentStatus, NucleusEvent } from './status.ts'
import type { Validation } from './validation.ts'

export interface CoreParts {
  readonly thing: string
  readonly region: string
  readonly restart: RestartOptions | undefined
  readonly flavour: Flavour
  readonly plan: readonly PlannedComponent[]
  readonly layout: Layout
  readonly processes: ProcessTable
  readonly configuration: ConfigStore
  readonly components: ComponentSet
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
  readonly #logs: RotatingLog[] = []

  constructor(parts: CoreParts, server: IpcServer) {
    this.#parts = parts
    this.#server = server
    const { layout, flavour, plan, processes, configuration, tokens, thing, region } = parts
    this.#runner = new ScriptRunner({
      layout,
      flavour,
      plan,
      processes,
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
    await this.#parts.components.get(name)?.restart('a restart was asked for')
  }

  async mergeConfiguration(name: string, value: JsonObject): Promise<void> {
    const { configuration, validation, flavour } = this.#parts
    const refusal = await validation.ask(name, mergedPreview(configuration.valueOf(name), value))
    if (refusal !== undefined) {
      throw new NucleusError('GENBA_CONFIG_REFUSED', `${name} refuses the configuration`, [
        { where: name, received: refusal, effect: 'the previous configuration stays active' },
      ])
    }
    const scripts = this.#scriptsOf(name)
    const options = { timeMs: Date.now(), onMismatch: 'replace' } as const
    const { changed } = configuration.update(name, [], value, options)
    // Lite restarts on every change of the deployed configuration, Java when a script would now run differently.
    const restarts = flavour.name === 'lite' ? changed.length > 0 : scripts !== this.#scriptsOf(name)
    if (restarts) await this.#parts.components.get(name)?.restart('its configuration changed')
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
    for (const each of [...this.#logs, log]) each.close()
    processes.close()
    layout.release()
  }

  #add(component: PlannedComponent): void {
    const { layout, components, restart } = this.#parts
    const log = openLog(layout.logs, component.name)
    this.#logs.push(log)
    components.add({
      recipe: component.recipe,
      steps: component.manifest.lifecycle.steps,
      start: (_name, step) => this.#runner.start(component, step, log),
      policy: createRestartPolicy(restart),
    })
  }

  /** What a component would run with its present configuration, as one text to compare. */
  #scriptsOf(name: string): string {
    const component = this.#parts.plan.find((planned) => planned.name === name)
    if (component === undefined) return ''
    return this.#runner.interpolate(component, JSON.stringify(component.manifest.lifecycle))
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
