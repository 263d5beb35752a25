import type { Log, Metrics } from '../../../shared/component/host.ts'
import { decodeFrame } from '../../../shared/frame/decode.ts'
import { encodeContent } from '../../../shared/frame/encode.ts'
import { createSender, type Sender } from '../../../shared/handoff/sender.ts'
import type { SenderLimits } from '../../../shared/handoff/sender-limits.ts'
import { createMemoryDisk, type MemoryDisk } from '../../../shared/store/memory-store.ts'
import type { KeyValueStore } from '../../../shared/store/store.ts'
import { createRandom } from '../../../simulator/virtual/random.ts'
import { createVirtualClock, type VirtualClock } from '../../../simulator/virtual/virtual-clock.ts'
import { createVirtualScheduler } from '../../../simulator/virtual/virtual-scheduler.ts'
import { HistorianModel } from './historian-model.ts'

export const LIMITS: SenderLimits = { memoryBytes: 20_000, spillBytes: 1_000_000 }

/** A process with one sender: everything in it stops at its death, wherever it stands. */
export interface SenderProcess {
  readonly sender: Sender
  readonly logged: readonly string[]
  readonly counters: ReadonlyMap<string, number>
  kill(): void
}

export interface World {
  readonly clock: VirtualClock
  readonly historian: HistorianModel
  readonly disk: MemoryDisk
  start(options?: {
    limits?: SenderLimits
    spill?: boolean
    wrap?: (store: KeyValueStore) => KeyValueStore
  }): Promise<SenderProcess>
  /** Lets virtual time pass. */
  run(ms: number): Promise<void>
  /** Runs until a promise settles, at most an hour. */
  settle<T>(promise: Promise<T>): Promise<T>
}

export function createWorld(seed = 1): World {
  const clock = createVirtualClock({ wallUs: Date.UTC(2026, 0, 1) * 1000 })
  const historian = new HistorianModel(clock, createRandom(seed).fork('bus'))
  const disk = createMemoryDisk()
  const run = (ms: number) => clock.runUntil(clock.nowUs() + ms * 1000)

  async function settle<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false
    promise.then(
      () => {
        isSettled = true
      },
      () => {
        isSettled = true
      },
    )
    for (let ms = 0; ms < 3_600_000 && !isSettled; ms += 20) await run(20)
    if (!isSettled) throw new Error('nothing came of it in an hour')
    return promise
  }

  async function start({
    limits = LIMITS,
    spill = true,
    wrap = (store: KeyValueStore) => store,
  } = {}): Promise<SenderProcess> {
    let isDead = false
    const logged: string[] = []
    const counters = new Map<string, number>()
    const connection = historian.connect()
    const sender = await createSender({
      identity: { component: 'genba.Collector', version: '0.1.0', thing: 'gateway' },
      bus: {
        ...connection,
        publish: (...args) => (isDead ? new Promise(() => undefined) : connection.publish(...args)),
      },
      scheduler: createVirtualScheduler(clock, (action) => {
        if (!isDead) action()
      }),
      clock,
      log: recordingLog(logged),
      metrics: recordingMetrics(counters),
      store: wrap(disk.open()),
      client: historian.client(),
      limits,
      spill,
    })
    const kill = () => {
      isDead = true
      connection.disconnect()
      disk.kill()
    }
    return { sender, logged, counters, kill }
  }
  return { clock, historian, disk, start, run, settle }
}

function recordingLog(logged: string[]): Log {
  const write = (level: string) => (_fields: unknown, message: string) => logged.push(`${level} ${message}`)
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

function recordingMetrics(counters: Map<string, number>): Metrics {
  return {
    counter: (name) => ({ add: (count = 1) => counters.set(name, (counters.get(name) ?? 0) + count) }),
    gauge: () => undefined,
    queue: () => undefined,
  }
}

/** A frame that carries numbers, and the number after which its source goes on. */
export function numbers(values: readonly number[], position = '') {
  return encodeContent({
    body: 'samples',
    columns: [
      {
        tag: 'numbers',
        timesUs: Float64Array.from(values),
        quality: new Uint8Array(values.length),
        data: { kind: 'number', values: Float64Array.from(values) },
      },
    ],
    completeBeforeUs: values.at(-1) ?? -Infinity,
    position,
  })
}

/** Values of a producer on a disk, oldest first, and whatever else stands there. */
export async function spilledValues(disk: MemoryDisk, producer: string): Promise<number[]> {
  const store = disk.open()
  const entries = await store.page(
    { gte: Buffer.from('frame/'), lt: Buffer.from('frame0') },
    { maxEntries: 1e6, maxBytes: 1e9 },
  )
  await store.close()
  return entries
    .map(({ value }) => decodeFrame(value.subarray(8)))
    .filter(({ header }) => header.producer === producer)
    .flatMap((frame) => (frame.body === 'samples' ? frame.columns : []))
    .flatMap(({ data }) => (data.kind === 'number' ? [...data.values] : []))
}
