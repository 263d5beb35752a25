import { BusError } from '../../shared/component/bus-error.ts'
import { createConfigFeed } from '../../shared/component/config-feed.ts'
import type { ComponentDefinition } from '../../shared/component/define-component.ts'
import { startHealth } from '../../shared/component/health.ts'
import type {
  Bus,
  CloudCopies,
  Host,
  Log,
  LogFields,
  StoreSpace,
  Workers,
} from '../../shared/component/host.ts'
import { type ComponentMetrics, createMetrics } from '../../shared/component/metrics.ts'
import { UpdateDeferral } from '../../shared/component/update-deferral.ts'
import { describeError, GenbaError } from '../../shared/errors/genba-error.ts'
import { signingKeyFromSeed } from '../../shared/proof/signing-key.ts'
import { StoreError } from '../../shared/store/errors.ts'
import { connectToBus } from './bus-connection.ts'
import type { Incarnation } from './incarnation.ts'
import type { Random } from './random.ts'
import { createVirtualFiles } from './virtual-files.ts'
import { createVirtualScheduler } from './virtual-scheduler.ts'
import { openVirtualStore, type VirtualStore } from './virtual-store.ts'
import type { World } from './world.ts'

/** One incarnation's view of the world, and what remains to do in the world when it has died. */
export interface VirtualHost {
  readonly host: Host<unknown>
  readonly metrics: ComponentMetrics
  readonly deferral: UpdateDeferral
  configure(value: unknown): void
  /** Closes the connection and abandons the writes under way, as the end of a process does. */
  release(): void
}

const THING = 'virtual-gateway'

export function createVirtualHost(
  world: World,
  definition: ComponentDefinition,
  options: { readonly configuration: unknown; readonly incarnation: Incarnation; readonly random: Random },
): VirtualHost {
  const { incarnation, random } = options
  const { clock } = world
  const identity = { component: definition.name, version: definition.version, thing: THING }
  const log = createLog(world, definition.name, incarnation)
  const connection = connectToBus(world.bus, {
    name: definition.name,
    random: random.fork('bus'),
    runGuarded: incarnation.runGuarded,
  })
  const scheduler = createVirtualScheduler(clock, incarnation.runGuarded)
  const metrics = createMetrics()
  const feed = createConfigFeed(definition.config, options.configuration, { component: definition.name, log })
  const files = createVirtualFiles(world.files)
  const stores: VirtualStore[] = []
  const openStore = (name: string) => {
    const parts = { component: definition.name, name, random: random.fork(`store/${name}`) }
    const store = openVirtualStore(world, parts)
    stores.push(store)
    return throughIncarnation(store, incarnation)
  }
  const bus = busThroughIncarnation(connection, incarnation)
  if (world.health) {
    startHealth({ identity, bus: connection, metrics, clock, scheduler, log, configuration: feed.state })
  }
  const deferral = new UpdateDeferral(() => clock.monotonicMs())

  const host: Host<unknown> = {
    identity,
    bus,
    clock,
    // Its monotonic clock goes on through every death.
    bootId: 'virtual',
    scheduler,
    metrics,
    log,
    config$: feed.config$,
    store: {
      open: (name) => incarnation.call(async () => openStore(name)),
      openAt: (path) => incarnation.call(() => noDirectory(path)),
      space: (name) => incarnation.call(async () => spaceOf(world, definition.name, name)),
    },
    signing: { key: (name) => incarnation.call(async () => keyOf(world, definition.name, name)) },
    files: {
      sizeBytes: (path) => incarnation.call(() => files.sizeBytes(path)),
      read: (path, offset, length) => incarnation.call(() => files.read(path, offset, length)),
    },
    loadModule: (path) => incarnation.call(async () => findModule(world, path)),
    workers: noWorkers,
    copies: noCopies,
    lifecycle: createLifecycle(world, definition.name, incarnation, deferral),
  }

  return {
    host,
    metrics,
    deferral,
    configure: (value) => {
      feed.offer(value)
    },
    release() {
      connection.hangUp()
      for (const store of stores) store.abandon()
    },
  }
}

const busThroughIncarnation = (connection: Bus, incarnation: Incarnation): Bus => ({
  publish: (topic, payload) => incarnation.call(() => connection.publish(topic, payload)),
  publishToCloud: (topic, payload) => incarnation.call(() => connection.publishToCloud(topic, payload)),
  subscribe: (filter, onMessage) => incarnation.call(() => connection.subscribe(filter, onMessage)),
})

function createLifecycle(
  world: World,
  name: string,
  incarnation: Incarnation,
  deferral: UpdateDeferral,
): Host<unknown>['lifecycle'] {
  return {
    ready: () => incarnation.call(async () => world.trace.note(name, 'is ready')),
    fail(error) {
      if (!incarnation.isAlive) return
      report(world, name, 'failed', error)
      incarnation.die('failed')
    },
    finish() {
      if (incarnation.isAlive) incarnation.die('done')
    },
    busy: (why) => deferral.busy(why),
  }
}

/** The simulated disk is full when a fault says so. */
const DISK_FREE_BYTES = 1e12

const spaceOf = ({ disk }: Pick<World, 'disk'>, component: string, name: string): StoreSpace => ({
  usedBytes: disk.directory(component, name).disk.sizeBytes(),
  freeBytes: DISK_FREE_BYTES,
})

async function noDirectory(path: string): Promise<never> {
  throw new StoreError('GENBA_STORE_IO', 'the simulated disk has no directories but those of components', {
    issues: [{ where: path }],
  })
}

/** Every operation of a store is a place where the process can die. */
function throughIncarnation(store: VirtualStore, incarnation: Incarnation) {
  return {
    get: (...args: Parameters<VirtualStore['get']>) => incarnation.call(() => store.get(...args)),
    page: (...args: Parameters<VirtualStore['page']>) => incarnation.call(() => store.page(...args)),
    batch: (...args: Parameters<VirtualStore['batch']>) => incarnation.call(() => store.batch(...args)),
    clear: (...args: Parameters<VirtualStore['clear']>) => incarnation.call(() => store.clear(...args)),
    compact: (...args: Parameters<VirtualStore['compact']>) => incarnation.call(() => store.compact(...args)),
    close: () => incarnation.call(() => store.close()),
  }
}

/** A thread runs in real time, so a run with one could not be repeated from its seed. */
/** This core keeps nothing of the cloud: a rule that asks gets the error of a core without the managers. */
const noCopies: CloudCopies = {
  thingShadow: () => Promise.reject(new BusError('GENBA_BUS_REFUSED', 'this core keeps no shadows')),
  secret: () => Promise.reject(new BusError('GENBA_BUS_REFUSED', 'this core keeps no secrets')),
}

const noWorkers: Workers = {
  start({ name }) {
    throw new GenbaError('GENBA_WORKERS_UNAVAILABLE', `function ${name} cannot run in virtual time`, {
      issues: [{ where: name, mend: 'try it on a gateway: `genba start` runs the real processes' }],
    })
  },
}

/** Of the run's seed, so that every life of the component has the same key, and every run with the seed. */
function keyOf({ random }: World, component: string, name: string) {
  const own = random.fork(`key/${component}/${name}`)
  return signingKeyFromSeed(Uint8Array.from({ length: 32 }, () => own.integer(0, 255)))
}

function findModule(world: World, path: string): unknown {
  const found = world.modules.get(path)
  if (found === undefined)
    throw new GenbaError('GENBA_MODULE_UNREADABLE', `there is no module ${path} in this run`)
  return found
}

/** Remembers a mishap for the report, and puts it into the trace. */
export function report(
  world: World,
  component: string,
  kind: World['incidents'][number]['kind'],
  error: unknown,
): void {
  const text = describeError(error)
  world.trace.note(component, kind, text)
  world.incidents.push({ atUs: world.clock.nowUs(), component, kind, text })
}

function createLog(world: World, component: string, incarnation: Pick<Incarnation, 'isAlive'>): Log {
  const write = (level: string) => (fields: LogFields, message: string) => {
    if (!incarnation.isAlive) return
    world.trace.note(component, level, message)
    if (level !== 'error') return
    const cause = fields['err'] ?? fields['error']
    const text = cause === undefined ? message : `${message}: ${describeError(cause)}`
    world.incidents.push({ atUs: world.clock.nowUs(), component, kind: 'logged-error', text })
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
