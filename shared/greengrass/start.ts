import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ReportedLifecycleState } from 'aws-iot-device-sdk-v2/dist/greengrasscoreipc/model.js'
import { asyncScheduler } from 'rxjs'
import type * as z from 'zod'
import { ConfigError } from '../component/config.ts'
import { type ConfigFeed, createConfigFeed, refusalOf } from '../component/config-feed.ts'
import type { ComponentDefinition } from '../component/define-component.ts'
import { startHealth } from '../component/health.ts'
import type { Bus, Host, Log } from '../component/host.ts'
import { createMetrics } from '../component/metrics.ts'
import { UpdateDeferral } from '../component/update-deferral.ts'
import type { HealthMessage } from '../contract/health.ts'
import { Topic } from '../contract/topics.ts'
import { openLevelStore } from '../store/level-store.ts'
import { measureStore } from '../store/store-space.ts'
import type { Clock } from '../time/time.ts'
import { readBootId } from './boot-id.ts'
import { createCloudCopies } from './cloud-copies.ts'
import { answerUpdates } from './component-updates.ts'
import { answerValidation, followConfiguration, readConfiguration } from './configuration.ts'
import { openExitBudget } from './exit-budget.ts'
import { gatewayFiles } from './files.ts'
import { createGreengrassBus } from './greengrass-bus.ts'
import { IpcSession } from './ipc-session.ts'
import { createLogger } from './logger.ts'
import { OwnChanges, type OwnChangesParts } from './own-changes.ts'
import { manageProcess, type ProcessLife } from './process-life.ts'
import { openComponentKey } from './signing.ts'
import { createWorkers } from './workers.ts'

const scheduler = asyncScheduler

const clock: Clock = {
  wallUs: () => Date.now() * 1000,
  monotonicMs: () => Number(process.hrtime.bigint() / 1000n) / 1000,
}

/** Beside the bundle of a component that runs functions. */
const WORKER_ENTRY = new URL('../FunctionWorker/function-worker.mjs', import.meta.url)

/**
 * Runs a component on a Greengrass core, real or simulated: connects by the environment that the nucleus gives,
 * checks the configuration, and hands the component its host. Resolves when the component works; the process then
 * lives until it is told to stop. A configuration that is not valid ends it with an error in the log.
 */
export async function startOnGreengrass<Schema extends z.ZodType>(
  definition: ComponentDefinition<Schema>,
): Promise<void> {
  const { name: component, version } = definition
  const log = createLogger({ component, version })
  const life = manageProcess(scheduler, log)
  try {
    await run(definition, log, life)
  } catch (error) {
    life.fail(error)
  }
}

async function run<Schema extends z.ZodType>(
  definition: ComponentDefinition<Schema>,
  log: Log,
  life: ProcessLife,
): Promise<void> {
  const { name: component, version } = definition
  const identity = { component, version, thing: process.env['AWS_IOT_THING_NAME'] ?? '' }
  const session = openSession(log)
  await session.open()
  const bus = createGreengrassBus(session, log, { scheduler, log })
  const bootId = readBootId()
  const changes = openChanges({ identity, bus, log }, bootId)
  const feed = await openFeed(definition, { session, bus, log, changes })
  const deferral = new UpdateDeferral(() => clock.monotonicMs())
  const metrics = createMetrics()
  const host: Host<z.output<Schema>> = {
    identity,
    bus,
    config$: feed.config$,
    clock,
    bootId,
    scheduler,
    store: {
      open: (name) =>
        openLevelStore(join(process.cwd(), 'store', name), ({ file, what }) =>
          log.error({ store: name, file }, `a log of the store ${what}; what was written there last is lost`),
        ),
      openAt: openLevelStore,
      space: (name) => measureStore(join(process.cwd(), 'store', name)),
    },
    signing: { key: (name) => openComponentKey(process.cwd(), name) },
    files: gatewayFiles,
    loadModule: (path) => import(pathToFileURL(resolve(path)).href),
    workers: createWorkers({ entry: WORKER_ENTRY }),
    copies: createCloudCopies(session),
    lifecycle: {
      ready: () => reportRunning(session, log),
      fail: life.fail,
      finish: life.finish,
      busy: (why) => deferral.busy(why),
    },
    log,
    metrics,
  }
  // Side by side: what a component reads is missing while it starts.
  const [running] = await Promise.all([
    definition.run(host),
    followConfiguration({ session, scheduler, log, feed, changes }),
    answerValidation({ session, scheduler, log, feed, changes }),
    answerUpdates({ session, scheduler, log, deferral, onDeployment: (id) => changes.noteDeployment(id) }),
  ])
  changes.started(feed.digests())
  const health = startHealth({ identity, bus, metrics, clock, scheduler, log, configuration: feed.state })
  life.attach(running, async () => {
    health.stop()
    await changes.stop()
    await session.close()
  })
  log.info({}, 'the component works')
}

const openChanges = (parts: Pick<OwnChangesParts, 'identity' | 'bus' | 'log'>, bootId: string): OwnChanges =>
  new OwnChanges({
    ...parts,
    scheduler,
    readClocks: () => ({
      wallUs: clock.wallUs(),
      monotonicUs: Math.round(clock.monotonicMs() * 1000),
      bootId,
    }),
    path: resolve('changes.json'),
    codePath: process.argv[1] ?? '',
  })

/** @throws ConfigError `GENBA_CONFIG_INVALID`, after whoever watches over the gateway was told why this process ends */
async function openFeed<Schema extends z.ZodType>(
  { name: component, version, config }: ComponentDefinition<Schema>,
  {
    session,
    bus,
    log,
    changes,
  }: { readonly session: IpcSession; readonly bus: Bus; readonly log: Log; readonly changes: OwnChanges },
): Promise<ConfigFeed<z.output<Schema>>> {
  try {
    return createConfigFeed(config, await readConfiguration(session), { component, log })
  } catch (error) {
    if (error instanceof ConfigError) {
      const configuration = { digest: '', refused: refusalOf(error) }
      const message = {
        v: 1,
        component,
        version,
        metrics: {},
        queues: [],
        configuration,
      } satisfies HealthMessage
      await bus.publish(Topic.health(component), { json: message }).catch(() => undefined)
      await changes.refused('start', error)
    }
    throw error
  }
}

function openSession(log: Log): IpcSession {
  const budget = openExitBudget(resolve('exits.json'))
  const onHopeless = (reason: string): void => {
    if (budget.spend(Date.now())) {
      log.error({ reason }, 'the component ends, to be started anew by the nucleus')
      process.exit(1)
    }
    log.error({ reason }, 'the component has ended often enough within this hour and goes on trying')
  }
  return new IpcSession({ scheduler, log, onHopeless })
}

async function reportRunning(session: IpcSession, log: Log): Promise<void> {
  const call = { operation: 'UpdateState', resource: 'RUNNING' }
  try {
    await session.call(call, (client) => client.updateState({ state: ReportedLifecycleState.RUNNING }))
  } catch (error) {
    // A nucleus that does not take the report from this kind of step; the component works all the same.
    log.debug({ err: error }, 'the nucleus does not take the report of the state')
  }
}
