import { rmSync } from 'node:fs'
import type { Observable } from 'rxjs'
import type { JsonObject } from '../../shared/bytes/json.ts'
import type { Bus } from '../../shared/component/host.ts'
import { openAddOns } from './add-ons/add-ons.ts'
import type { SecretVault } from './add-ons/secret.ts'
import { openSecretVault } from './add-ons/secret-file.ts'
import { RightsTable } from './authorization/rights-table.ts'
import { createTokens } from './authorization/tokens.ts'
import type { CloudLink } from './cloud-link.ts'
import { openConfigStore } from './configuration/config-store.ts'
import { createAnswers } from './connection/answers.ts'
import { startIpcServer } from './connection/ipc-server.ts'
import { Core, type CoreParts } from './core.ts'
import { type Deployment, planDeployment } from './deployment.ts'
import { type Flavour, type FlavourName, flavourOf } from './flavour.ts'
import { createLayout, installFiles, type Layout } from './layout.ts'
import { ComponentSet } from './lifecycle/component-set.ts'
import { openProcessTable } from './lifecycle/process-table.ts'
import type { RestartOptions } from './lifecycle/restart-policy.ts'
import { openLog } from './logs/rotating-log.ts'
import { createOperations } from './operations/registry.ts'
import { createLocalTopics } from './pubsub/local-topics.ts'
import type { ComponentStatus, NucleusEvent } from './status.ts'
import { createValidation } from './validation.ts'

export interface NucleusOptions {
  /** The core's root folder, made when missing; its content survives the nucleus. */
  readonly rootDir: string
  /** Thing name of the core device. */
  readonly thing: string
  readonly region: string
  readonly flavour: FlavourName
  readonly deployments: readonly Deployment[]
  readonly cloud: CloudLink
  readonly restart?: RestartOptions
  /** Secrets for aws.greengrass.SecretManager, in a file for its owner alone. */
  readonly secretsFile?: string
}

/** A running core device: its IPC server and the processes of its components. */
export interface Nucleus {
  components(): ComponentStatus[]
  /** A bus for code in this process, under a name of its own and without the rights of a recipe. */
  bus(principal: string): Bus
  /** Signals every process of the component, SIGKILL unless told otherwise. @returns false when none runs */
  kill(name: string, signal?: NodeJS.Signals): boolean
  restart(name: string): Promise<void>
  /**
   * What a deployment with only this change does: merges, tells the component, and restarts it where the flavour
   * does. @throws NucleusError when the component refuses (java)
   */
  mergeConfiguration(name: string, value: JsonObject): Promise<void>
  /**
   * Cuts every IPC connection as a restart of the IPC server alone does. With `renew` the tokens die too, as on
   * lite: running components are refused from then on.
   */
  cutIpc(tokens: 'keep' | 'renew'): void
  readonly events$: Observable<NucleusEvent>
  /** Stops every component and the server; nothing is left running. */
  stop(): Promise<void>
}

/**
 * Starts a simulated core device; resolves when its components have begun to start.
 * @throws NucleusError before anything has started
 */
export async function startNucleus(options: NucleusOptions): Promise<Nucleus> {
  const flavour = flavourOf(options.flavour)
  const plan = planDeployment(options.deployments, flavour.name)
  const secrets = openSecretVault(options.secretsFile)
  const layout = createLayout(options.rootDir)
  const processes = openProcessTable(layout.processes)
  const configuration = openConfigStore(layout.configuration)
  const components = new ComponentSet()
  const parts: CoreParts = {
    thing: options.thing,
    region: options.region,
    restart: options.restart,
    flavour,
    plan,
    layout,
    processes,
    configuration,
    components,
    cloud: options.cloud,
    topics: createLocalTopics(flavour.localSubscriptionsMax),
    validation: createValidation(),
    tokens: createTokens(flavour.name),
    log: openLog(layout.logs, 'greengrass'),
  }
  const nowMs = Date.now()
  for (const { name, version, recipe, deployment } of plan) {
    installFiles(layout, name, version, { ...deployment, unarchivedDir: deployment.unarchivedDir })
    configuration.deploy(name, {
      version,
      defaults: recipe.defaultConfiguration,
      merge: deployment.configuration,
      timeMs: nowMs,
    })
  }
  deployCore(parts, nowMs)
  const server = await serve(parts, layout, flavour, secrets)
  const core = new Core(parts, server)
  core.start()
  return core
}

/** The core's own configuration, which components may read. */
function deployCore({ configuration, flavour, region }: CoreParts, timeMs: number): void {
  const defaults = { awsRegion: region, iotDataEndpoint: '', iotCredEndpoint: '' }
  const [name = ''] = flavour.ownComponents
  configuration.deploy(name, { version: flavour.version, defaults, merge: undefined, timeMs })
}

function serve(
  parts: CoreParts,
  layout: Layout,
  flavour: Flavour,
  secrets: SecretVault,
): ReturnType<typeof startIpcServer> {
  const { topics, configuration, cloud, components, validation, tokens, log } = parts
  const rights = new RightsTable(configuration, flavour.name)
  const services = {
    flavour,
    topics,
    configuration,
    cloud,
    validation,
    addOns: openAddOns(layout.root, secrets),
    lifecycle: components,
    allows: rights.allows,
    nowMs: () => Date.now(),
  }
  // A socket that a killed nucleus left behind; a living one was found in the process table.
  rmSync(layout.socket, { force: true })
  return startIpcServer({
    socketPath: layout.socket,
    flavour,
    answers: createAnswers(flavour),
    operations: createOperations(services, (token) => tokens.ownerOf(token) !== undefined),
    authenticate: tokens.ownerOf,
    log: (message) => log.write('WARN', 'ipc', message),
  })
}
