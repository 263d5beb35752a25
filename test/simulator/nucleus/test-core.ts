import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BehaviorSubject } from 'rxjs'
import type { JsonObject } from '../../../shared/bytes/json.ts'
import type { CloudLink } from '../../../simulator/nucleus/cloud-link.ts'
import type { Nucleus, NucleusOptions } from '../../../simulator/nucleus/core-device.ts'
import type { FlavourName } from '../../../simulator/nucleus/flavour.ts'
import { startNucleus } from '../../../simulator/nucleus/nucleus.ts'

/** Resolves when the condition holds; fails with what it was after ten seconds. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = Date.now() + 10_000
  while (!(await condition())) {
    if (Date.now() > deadlineMs) throw new Error(`waited in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export interface RecipeParts {
  readonly run?: string
  readonly lifecycle?: JsonObject
  readonly configuration?: JsonObject
  readonly dependencies?: JsonObject
  readonly accessControl?: JsonObject
}

const ALL_RIGHTS = {
  'aws.greengrass.ipc.pubsub': { all: { operations: ['*'], resources: ['*'] } },
  'aws.greengrass.ipc.mqttproxy': { all: { operations: ['*'], resources: ['#'] } },
}

function recipeOf(name: string, parts: RecipeParts): JsonObject {
  const accessControl = parts.accessControl ?? ALL_RIGHTS
  return {
    RecipeFormatVersion: '2020-01-25',
    ComponentName: name,
    ComponentVersion: '1.0.0',
    ComponentConfiguration: { DefaultConfiguration: { ...parts.configuration, accessControl } },
    ComponentDependencies: parts.dependencies ?? {},
    Manifests: [
      {
        Platform: { os: '*', runtime: '*' },
        Lifecycle: parts.lifecycle ?? { run: parts.run ?? 'exec sleep 600' },
      },
    ],
  }
}

/** Writes down what a client needs to speak for the component, and waits. */
const IDLE =
  'printf "%s\\n%s" "$AWS_GG_NUCLEUS_DOMAIN_SOCKET_FILEPATH_FOR_COMPONENT" "$SVCUID" > ipc; exec sleep 600'

export interface TestCore {
  readonly nucleus: Nucleus
  readonly rootDir: string
  readonly cloud: TestCloud
  /** How to connect as a component; waits until its process is there. */
  identityOf(component: string): Promise<IpcIdentity>
  stop(): Promise<void>
}

export interface IpcIdentity {
  readonly socketPath: string
  readonly token: string
}

interface TestCloud extends CloudLink {
  readonly sent: { readonly topic: string; readonly payload: string; readonly qos: number }[]
  isUp: boolean
  deliver(topic: string, payload: Uint8Array): void
}

export interface TestCoreOptions {
  readonly flavour?: FlavourName
  /** Components by name; those without parts only lend their identity. */
  readonly components: Readonly<Record<string, RecipeParts>>
  readonly rootDir?: string
  readonly restart?: NucleusOptions['restart']
  readonly artifactsDir?: string
  readonly secretsFile?: string
}

export async function startTestCore(options: TestCoreOptions): Promise<TestCore> {
  const rootDir = options.rootDir ?? mkdtempSync(join(tmpdir(), 'genba-core-'))
  const cloud = createTestCloud()
  const nucleus = await startNucleus({
    rootDir,
    thing: 'line-9',
    region: 'eu-central-1',
    flavour: options.flavour ?? 'lite',
    cloud,
    initial: {
      groupName: 'genba-gateways',
      components: Object.entries(options.components).map(([name, parts]) => ({
        recipe: recipeOf(name, { run: IDLE, ...parts }),
        artifactsDir: options.artifactsDir ?? tmpdir(),
      })),
    },
    ...(options.restart === undefined ? {} : { restart: options.restart }),
    ...(options.secretsFile === undefined ? {} : { secretsFile: options.secretsFile }),
  })
  return {
    nucleus,
    rootDir,
    cloud,
    identityOf: async (component) => {
      const path = join(rootDir, 'work', component, 'ipc')
      await until(
        `${component} has its identity`,
        () => existsSync(path) && readFileSync(path, 'utf8').includes('\n'),
      )
      const [socketPath = '', token = ''] = readFileSync(path, 'utf8').split('\n')
      return { socketPath, token }
    },
    stop: async () => {
      await nucleus.stop()
      if (options.rootDir === undefined) rmSync(rootDir, { recursive: true, force: true })
    },
  }
}

function createTestCloud(): TestCloud {
  const handlers = new Set<(topic: string, payload: Uint8Array) => void>()
  const cloud: TestCloud = {
    sent: [],
    isUp: true,
    up$: new BehaviorSubject(true),
    publish: async (topic, payload, qos) => {
      if (!cloud.isUp) throw new Error('the link is down')
      cloud.sent.push({ topic, payload: Buffer.from(payload).toString('utf8'), qos })
    },
    subscribe: async (_filter, onMessage) => {
      handlers.add(onMessage)
      return { close: async () => void handlers.delete(onMessage) }
    },
    deliver: (topic, payload) => {
      for (const handler of handlers) handler(topic, payload)
    },
  }
  return cloud
}
