import { of } from 'rxjs'
import { historian } from '../../../components/historian/component.ts'
import type { RunningComponent } from '../../../shared/component/define-component.ts'
import type { Bus, BusMessage, Host, Log, QueueFigures } from '../../../shared/component/host.ts'
import { checkFrameSize, publishFrameBytes } from '../../../shared/component/message-size.ts'
import { type DeferralAnswer, UpdateDeferral } from '../../../shared/component/update-deferral.ts'
import { type CommitMessage, parseCommit } from '../../../shared/contract/commit.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import { signingKeyFromSeed } from '../../../shared/proof/signing-key.ts'
import type { StoreError } from '../../../shared/store/errors.ts'
import { createMemoryDisk, type MemoryDisk } from '../../../shared/store/memory-store.ts'
import type { KeyValueStore } from '../../../shared/store/store.ts'
import { topicMatches } from '../../../simulator/nucleus/pubsub/topic-filter.ts'
import { createVirtualClock, type VirtualClock } from '../../../simulator/virtual/virtual-clock.ts'
import { createVirtualScheduler } from '../../../simulator/virtual/virtual-scheduler.ts'
import { ABSENT } from '../../support/absent.ts'
import { storeWith } from '../../support/store-with.ts'

/** A bus that delivers in microtasks, has the size limit of a real one, and can be cut or made to lose messages. */
interface LoopBus extends Bus {
  isAway: boolean
  /** Messages for which it answers true are taken and not delivered. */
  loses: (message: BusMessage) => boolean
  readonly published: BusMessage[]
}

function createLoopBus(): LoopBus {
  const subscribers = new Set<{ filter: string; onMessage: (message: BusMessage) => void }>()
  const bus: LoopBus = {
    isAway: false,
    loses: () => false,
    published: [],
    async publish(topic, payload) {
      checkFrameSize(publishFrameBytes(topic, payload), topic)
      if (bus.isAway) throw new Error('the nucleus is away')
      const message = { topic, payload: structuredClone(payload) }
      bus.published.push(message)
      if (bus.loses(message)) return
      for (const { filter, onMessage } of subscribers) if (topicMatches(filter, topic)) onMessage(message)
    },
    async subscribe(filter, onMessage) {
      const subscriber = { filter, onMessage }
      subscribers.add(subscriber)
      return {
        close: async () => {
          subscribers.delete(subscriber)
        },
      }
    },
    publishToCloud: async () => {},
  }
  return bus
}

/** What the disk does to batches: nothing, hold them open, or refuse them. */
interface DiskFaults {
  held: Promise<void> | undefined
  refusal: StoreError | undefined
  batchCount: number
  /** Beside what the store takes. */
  freeBytes: number
  /** That the store seems to take more, or less. */
  otherBytes: number
  /** For who opens the store. */
  opening: StoreError | undefined
}

function faulty(store: KeyValueStore, faults: DiskFaults): KeyValueStore {
  return storeWith(store, {
    async batch(operations, options) {
      faults.batchCount += 1
      await faults.held
      if (faults.refusal) throw faults.refusal
      await store.batch(operations, options)
    },
  })
}

export interface Site {
  readonly clock: VirtualClock
  readonly bus: LoopBus
  readonly disk: MemoryDisk
  /** In directories outside of the component's own. */
  diskAt(path: string): MemoryDisk
  readonly faults: DiskFaults
  readonly warnings: string[]
  readonly failures: unknown[]
  readonly scheduler: Host<unknown>['scheduler']
  readonly log: Log
  /** Starts the historian as a new process on the same disk. */
  start(configuration?: object): Promise<RunningComponent>
  /** Death of the process: its bus and its disk are gone from under it. */
  kill(): void
  /** Lets virtual time pass. */
  pass(ms: number): Promise<void>
  /** Publishes frames on their producer's feed. */
  feed(producer: string, ...frames: Uint8Array[]): Promise<void>
  commits(): CommitMessage[]
  /** As a nucleus asks before an update. */
  askForUpdate(deployment: string): DeferralAnswer
  gauge(name: string): number | undefined
  queue(): QueueFigures | undefined
}

export function createSite(): Site {
  const clock = createVirtualClock({ wallUs: 1_700_000_000_000_000 })
  const scheduler = createVirtualScheduler(clock, (action) => action())
  const bus = createLoopBus()
  const disk = createMemoryDisk()
  const directories = new Map<string, MemoryDisk>()
  const diskAt = (path: string): MemoryDisk => {
    const known = directories.get(path) ?? createMemoryDisk()
    directories.set(path, known)
    return known
  }
  const faults: DiskFaults = {
    held: undefined,
    refusal: undefined,
    batchCount: 0,
    freeBytes: 1e12,
    otherBytes: 0,
    opening: undefined,
  }
  const warnings: string[] = []
  const failures: unknown[] = []
  const gauges = new Map<string, () => number>()
  let queue: (() => QueueFigures) | undefined
  let deferral = new UpdateDeferral(() => clock.monotonicMs())
  let life = { isAlive: true, closers: [] as (() => void)[] }
  const warn = (_: unknown, message: string) => void warnings.push(message)
  const log: Log = { debug: () => {}, info: () => {}, warn, error: warn }

  /** The bus of one process: silent once it is dead. */
  function busOfProcess(): Bus {
    const own = life
    return {
      publish: (topic, payload) => (own.isAlive ? bus.publish(topic, payload) : new Promise(() => {})),
      publishToCloud: (topic, payload) => bus.publishToCloud(topic, payload),
      async subscribe(filter, onMessage) {
        const subscription = await bus.subscribe(filter, (message) => {
          if (own.isAlive) onMessage(message)
        })
        own.closers.push(() => void subscription.close())
        return subscription
      },
    }
  }

  return {
    clock,
    bus,
    disk,
    diskAt,
    faults,
    warnings,
    failures,
    scheduler,
    log,
    async start(configuration = {}) {
      life = { isAlive: true, closers: [] }
      deferral = new UpdateDeferral(() => clock.monotonicMs())
      return historian.run({
        identity: { component: historian.name, version: historian.version, thing: 'test' },
        bus: busOfProcess(),
        config$: of(historian.config.parse(configuration)),
        clock,
        scheduler,
        store: {
          open: async () => {
            if (faults.opening) throw faults.opening
            return faulty(disk.open(), faults)
          },
          openAt: async (path) => diskAt(path).open(),
          space: async () => ({
            usedBytes: disk.sizeBytes() + faults.otherBytes,
            freeBytes: faults.freeBytes,
          }),
        },
        files: { sizeBytes: async () => 0, read: async () => new Uint8Array() },
        loadModule: async () => undefined,
        ...ABSENT,
        signing: { key: async () => signingKeyFromSeed(new Uint8Array(32)) },
        lifecycle: {
          ready: async () => {},
          fail: (error) => void failures.push(error),
          finish: () => {},
          busy: (why) => deferral.busy(why),
        },
        log,
        metrics: {
          counter: () => ({ add: () => {} }),
          gauge: (name, _, read) => void gauges.set(name, read),
          queue: (_, read) => {
            queue = read
          },
        },
      })
    },
    kill() {
      life.isAlive = false
      for (const close of life.closers) close()
      disk.kill()
    },
    askForUpdate: (deployment) => deferral.answer(deployment),
    pass: (ms) => clock.runUntil(clock.nowUs() + ms * 1000),
    async feed(producer, ...frames) {
      for (const bytes of frames) await bus.publish(Topic.feed(producer), { bytes })
    },
    commits: () =>
      bus.published.flatMap(({ topic, payload }) => {
        const commit = topic === Topic.commit && 'json' in payload ? parseCommit(payload.json) : undefined
        return commit ? [commit] : []
      }),
    gauge: (name) => gauges.get(`genba_historian_${name}`)?.(),
    queue: () => queue?.(),
  }
}
