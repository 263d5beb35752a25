import { map, type Observable } from 'rxjs'
import type { JsonObject } from '../../shared/bytes/json.ts'
import type { Bus } from '../../shared/component/host.ts'
import type { Tokens } from './authorization/tokens.ts'
import type { CloudLink } from './cloud-link.ts'
import type { ConfigStore } from './configuration/config-store.ts'
import type { IpcServer } from './connection/ipc-server.ts'
import type { ConfiguredValue, GroupRevision, Nucleus } from './core-device.ts'
import type { DeploymentRequest } from './deployments/document/deployment-request.ts'
import { VALIDATION_TIMEOUT_S } from './deployments/document/read-document.ts'
import type { DeploymentEngine } from './deployments/engine/deployment-engine.ts'
import type { DeploymentStatus } from './deployments/engine/deployment-record.ts'
import type { DeploymentPlan } from './deployments/engine/plan.ts'
import type { CoreIdentity } from './deployments/groups/target.ts'
import type { LocalDeployments } from './deployments/local-deployments.ts'
import { NucleusError } from './errors.ts'
import type { Flavour } from './flavour.ts'
import { createInProcessBus } from './in-process-bus.ts'
import type { Layout } from './layout.ts'
import type { ProcessTable } from './lifecycle/process-table.ts'
import type { RotatingLog } from './logs/rotating-log.ts'
import type { UpdateNotices } from './notices/update-notices.ts'
import type { LocalTopics } from './pubsub/local-topics.ts'
import type { ComponentRuntime } from './running/component-runtime.ts'
import { writeEffectiveConfiguration } from './running/effective-configuration.ts'
import { leavesOf, pointerOf } from './state/origins.ts'
import type { ComponentStatus, NucleusEvent } from './status.ts'
import type { Timer } from './timer.ts'
import type { Validation } from './validation.ts'

export interface CoreParts {
  readonly identity: CoreIdentity
  readonly flavour: Flavour
  readonly layout: Layout
  readonly processes: ProcessTable
  readonly configuration: ConfigStore
  readonly runtime: ComponentRuntime
  readonly engine: DeploymentEngine
  readonly local: LocalDeployments
  readonly server: IpcServer
  /** Ends the conversation with the control plane. */
  readonly closeLink: () => void
  readonly link: CloudLink
  readonly topics: LocalTopics
  readonly validation: Validation
  readonly notices: UpdateNotices
  readonly tokens: Tokens
  readonly timer: Timer
  readonly log: RotatingLog
  readonly notes: readonly string[]
}

/** The parts of a core device at work together. */
export class Core implements Nucleus {
  readonly #parts: CoreParts
  readonly deployments$: Observable<DeploymentStatus>
  readonly events$: Observable<NucleusEvent>
  readonly #stopping = new AbortController()

  constructor(parts: CoreParts) {
    this.#parts = parts
    this.events$ = parts.runtime.events$
    this.deployments$ = parts.engine.changes$.pipe(map(({ asked, ...status }) => status))
    this.events$.subscribe((event) => this.#logEvent(event))
    for (const note of parts.notes) parts.log.write('WARN', 'deployment', note)
  }

  get notes(): readonly string[] {
    return this.#parts.notes
  }

  /** The components start in the next turn of the loop, so that whoever waits for this core sees every event. */
  start(): void {
    const { runtime, engine } = this.#parts
    this.#writeEffectiveConfiguration()
    // What a killed nucleus was in the middle of decides what starts.
    const isInterrupted = engine.isInterrupted()
    if (!isInterrupted) runtime.install()
    setImmediate(() => {
      if (this.#stopping.signal.aborted) return
      if (!isInterrupted) runtime.components.start()
      engine.start()
    })
  }

  get socketPath(): string {
    return this.#parts.layout.socket
  }

  components(): ComponentStatus[] {
    return this.#parts.runtime.components.status()
  }

  bus(principal: string): Bus {
    return createInProcessBus(principal, this.#parts.topics, this.#parts.link)
  }

  kill(name: string, signal: NodeJS.Signals = 'SIGKILL'): boolean {
    return this.#parts.runtime.components.get(name)?.signal(signal) ?? false
  }

  async restart(name: string): Promise<void> {
    await this.#parts.runtime.components.restart(name, 'a restart was asked for')
  }

  stopOne(name: string): Promise<void> {
    return this.#parts.runtime.components.stopOne(name)
  }

  async mergeConfiguration(name: string, value: JsonObject): Promise<void> {
    const { configuration, validation, flavour, timer, runtime } = this.#parts
    const refusal = await validation.ask(name, {
      configuration: mergedPreview(configuration.valueOf(name), value),
      deploymentId: `merge-${timer.nowMs()}`,
      timeoutMs: VALIDATION_TIMEOUT_S * 1000,
      signal: this.#stopping.signal,
    })
    if (refusal !== undefined) {
      throw new NucleusError('GENBA_CONFIG_REFUSED', `${name} refuses the configuration`, [
        { where: name, received: refusal, effect: 'the previous configuration stays active' },
      ])
    }
    const options = { timeMs: timer.nowMs(), onMismatch: 'replace', by: 'genba' } as const
    const { changed } = configuration.update(name, [], value, options)
    // Lite restarts on every change of the deployed configuration, Java when a script would now run differently.
    const only = new Set([name])
    runtime.install(flavour.name === 'lite' && changed.length > 0 ? only : new Set(), only)
  }

  deploy(request: DeploymentRequest): string {
    return this.#parts.local.create(request)
  }

  deployments(): readonly DeploymentStatus[] {
    return this.#parts.local.all()
  }

  cancel(deploymentId: string): boolean {
    return this.#parts.local.cancel(deploymentId)
  }

  plan(request: DeploymentRequest): Promise<DeploymentPlan> {
    return this.#parts.local.plan(request)
  }

  configurationOf(name: string): readonly ConfiguredValue[] {
    const component = this.#parts.configuration.state().components.get(name)
    if (component === undefined) {
      throw new NucleusError('GENBA_COMPONENT_UNKNOWN', `${name} is not on this core`, [
        {
          where: name,
          expected: `one of ${[...this.#parts.configuration.state().components.keys()].join(', ')}`,
        },
      ])
    }
    const { configuration, origins, version } = component
    return leavesOf(configuration).map(({ path, value, timeMs }) => {
      const origin = origins[pointerOf(path)] ?? { kind: 'default', detail: version }
      return { path, value, timeMs, origin }
    })
  }

  groups(): readonly GroupRevision[] {
    return [...this.#parts.configuration.state().groups].map(([name, { roots, ...group }]) => ({
      name,
      ...group,
      roots: Object.fromEntries(Object.entries(roots).map(([root, { version }]) => [root, version])),
    }))
  }

  cutIpc(tokens: 'keep' | 'renew'): void {
    if (tokens === 'renew') this.#parts.tokens.forget()
    this.#parts.server.cut()
  }

  async stop(): Promise<void> {
    const { runtime, engine, server, processes, layout, log } = this.#parts
    this.#stopping.abort()
    this.#parts.closeLink()
    await engine.stop()
    await runtime.stop()
    await server.close()
    this.#writeEffectiveConfiguration()
    log.close()
    processes.close()
    layout.release()
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

  #writeEffectiveConfiguration(): void {
    const { configuration, runtime } = this.#parts
    writeEffectiveConfiguration(configuration.state(), runtime.planned(), this.#parts)
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
