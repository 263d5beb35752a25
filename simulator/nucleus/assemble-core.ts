import { rmSync } from 'node:fs'
import { DEFAULT_ACCOUNT } from '../aws/defaults.ts'
import { type AddOns, openAddOns } from './add-ons/add-ons.ts'
import { openSecretVault } from './add-ons/secret-file.ts'
import { RightsTable } from './authorization/rights-table.ts'
import { createTokens } from './authorization/tokens.ts'
import { type ConfigStore, openConfigStore } from './configuration/config-store.ts'
import { EMPTY_MAP, fillDefaults } from './configuration/tree.ts'
import { createAnswers } from './connection/answers.ts'
import { type IpcServer, startIpcServer } from './connection/ipc-server.ts'
import { Core, type CoreParts } from './core.ts'
import type { NucleusOptions } from './core-device.ts'
import { linkControlPlane } from './deployments/cloud/control-plane-link.ts'
import { DeploymentEngine } from './deployments/engine/deployment-engine.ts'
import { DeploymentRecords } from './deployments/engine/deployment-record.ts'
import type { EngineParts } from './deployments/engine/engine-parts.ts'
import { journalFile } from './deployments/engine/journal.ts'
import type { CoreIdentity } from './deployments/groups/target.ts'
import { deployInitially } from './deployments/initial-deployment.ts'
import { createLocalDeployments } from './deployments/local-deployments.ts'
import { createAwsComponentCloud } from './deployments/sources/aws-component-cloud.ts'
import { type ComponentCloud, NO_CLOUD, whileUp } from './deployments/sources/component-cloud.ts'
import { findLocalVersions } from './deployments/sources/local-versions.ts'
import { PackageStore } from './deployments/sources/package-store.ts'
import { type Flavour, flavourOf } from './flavour.ts'
import { createLayout, type Layout } from './layout.ts'
import { createLimiter, type Limiter } from './lifecycle/process/resource-limits.ts'
import { startScript } from './lifecycle/process/script-process.ts'
import { createUserChoice, type UserChoice } from './lifecycle/process/user-choice.ts'
import { openProcessTable } from './lifecycle/process-table.ts'
import { openLog } from './logs/rotating-log.ts'
import { createUpdateNotices } from './notices/update-notices.ts'
import { createOperations } from './operations/registry.ts'
import type { Services } from './operations/services.ts'
import { createLocalTopics } from './pubsub/local-topics.ts'
import { describePlatform } from './recipe/platform.ts'
import { ComponentRuntime } from './running/component-runtime.ts'
import { writeEffectiveConfiguration } from './running/effective-configuration.ts'
import type { CoreState } from './state/core-state.ts'
import { REAL_TIMER } from './timer.ts'
import { createValidation } from './validation.ts'

const TIME_LIMIT_MS = 15 * 60_000

/** Builds every part of a core from its disk. @throws NucleusError before anything has started */
export async function assembleCore(options: NucleusOptions): Promise<Core> {
  const flavour = flavourOf(options.flavour)
  const { thing, region, account = DEFAULT_ACCOUNT } = options
  const identity = { thing, region, account }
  const secrets = openSecretVault(options.secretsFile)
  const layout = createLayout(options.rootDir)
  const processes = openProcessTable(layout.processes)
  try {
    const configuration = openConfigStore(layout.configuration)
    const packages = new PackageStore(layout)
    const notes = prepareState(configuration, { options, flavour, layout, identity, packages })
    const timer = REAL_TIMER
    const log = openLog(layout.logs, 'greengrass')
    const note = (component: string, text: string): void => log.write('WARN', component, text)
    const parts = {
      identity,
      flavour,
      layout,
      packages,
      processes,
      configuration,
      timer,
      notes,
      link: options.cloud,
      topics: createLocalTopics(flavour.localSubscriptionsMax),
      validation: createValidation(timer),
      addOns: openAddOns(layout.root, secrets),
      notices: createUpdateNotices(timer),
      tokens: createTokens(flavour.name),
      limiter: createLimiter({ note }),
      users: createUserChoice({ note }),
      log,
    }
    return await connectParts(parts, options)
  } catch (error) {
    processes.close()
    throw error
  }
}

interface StateParts {
  readonly options: NucleusOptions
  readonly flavour: Flavour
  readonly layout: Layout
  readonly identity: CoreIdentity
  readonly packages: PackageStore
}

/** What the core is given at its start, as far as it may change what is there. @returns notes for people */
function prepareState(
  configuration: ConfigStore,
  { options, flavour, layout, identity, packages }: StateParts,
): string[] {
  const notes: string[] = []
  let state = withOwnComponent(configuration.state(), flavour, identity)
  const isUnfinished = journalFile(layout.journal).read() !== undefined
  if (options.initial !== undefined && isUnfinished) {
    notes.push('a deployment is unfinished: the built-in components are not deployed again')
  } else if (options.initial !== undefined) {
    const local = findLocalVersions(packages, {}, flavour.name)
    const context = { flavour, layout, identity, local, nowMs: REAL_TIMER.nowMs() }
    const initial = deployInitially(state, options.initial, context)
    state = initial.state
    if (initial.note !== undefined) notes.push(initial.note)
  }
  if (state !== configuration.state()) configuration.replace(state)
  return notes
}

/** The core's own configuration, which components may read. */
function withOwnComponent(state: CoreState, flavour: Flavour, { region }: CoreIdentity): CoreState {
  const [name = ''] = flavour.ownComponents
  const { version } = flavour
  const present = state.components.get(name)
  if (present?.version === version) return state
  const defaults = { awsRegion: region, iotDataEndpoint: '', iotCredEndpoint: '' }
  const tree = fillDefaults(present?.configuration ?? EMPTY_MAP, defaults)
  const own = { version, configuration: tree, origins: present?.origins ?? {} }
  return { ...state, components: new Map(state.components).set(name, own) }
}

type FirstParts = Omit<CoreParts, 'runtime' | 'engine' | 'local' | 'server' | 'closeLink'> & {
  readonly packages: PackageStore
  readonly limiter: Limiter
  readonly users: UserChoice
  readonly addOns: AddOns
}

async function connectParts(parts: FirstParts, options: NucleusOptions): Promise<Core> {
  const { configuration, packages, flavour, identity, layout } = parts
  const runtime = new ComponentRuntime({
    ...parts,
    thing: identity.thing,
    region: identity.region,
    recipeText: (name, version) => packages.recipeText(name, version),
    startScript: options.startScript ?? startScript,
    restart: options.restart,
    steadyMs: options.steadyMs,
  })
  let server: IpcServer | undefined
  const engineParts: EngineParts = {
    ...parts,
    runtime,
    platform: describePlatform(flavour.name),
    cloud: componentCloud(options, identity),
    records: new DeploymentRecords(layout.deployments),
    journal: journalFile(layout.journal),
    timeLimitMs: options.deploymentTimeLimitMs ?? TIME_LIMIT_MS,
    onStage: (stage, deploymentId) => {
      parts.log.write('INFO', 'deployment', `${deploymentId}: ${stage}`)
      return options.onStage?.(stage, deploymentId)
    },
    cutIpc: () => server?.cut(),
    onChanged: () => writeEffectiveConfiguration(configuration.state(), runtime.planned(), parts),
  }
  const engine = new DeploymentEngine(engineParts)
  const local = createLocalDeployments(engine, engineParts)
  server = await serve({ ...parts, runtime, local })
  const { link, timer } = parts
  const closeLink =
    options.cloudEndpoints === undefined
      ? () => {}
      : linkControlPlane(link, engine, { ...engineParts, nowMs: () => timer.nowMs() })
  return new Core({ ...parts, runtime, engine, local, server, closeLink })
}

function componentCloud(
  { cloud, cloudEndpoints }: NucleusOptions,
  { region, thing }: CoreIdentity,
): ComponentCloud {
  if (cloudEndpoints === undefined) return NO_CLOUD
  let isUp = false
  cloud.up$.subscribe((up) => {
    isUp = up
  })
  return whileUp(createAwsComponentCloud({ endpoints: cloudEndpoints, region, thing }), () => isUp)
}

type ServedParts = FirstParts & Pick<CoreParts, 'runtime' | 'local'>

function serve(parts: ServedParts): Promise<IpcServer> {
  const {
    addOns,
    topics,
    configuration,
    link,
    runtime,
    validation,
    notices,
    tokens,
    log,
    flavour,
    layout,
    local,
  } = parts
  const rights = new RightsTable(configuration, flavour.name)
  const services: Services = {
    flavour,
    topics,
    configuration,
    validation,
    notices,
    addOns,
    cloud: link,
    deployments: local,
    lifecycle: { report: (component, state) => runtime.components.report(component, state) },
    components: () => runtime.components,
    allows: rights.allows,
    nowMs: () => REAL_TIMER.nowMs(),
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
