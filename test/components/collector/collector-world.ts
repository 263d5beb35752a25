import { BehaviorSubject } from 'rxjs'
import { collector } from '../../../components/collector/component.ts'
import { CollectorConfig } from '../../../components/collector/config.ts'
import { checkConfig } from '../../../shared/component/config.ts'
import type { RunningComponent } from '../../../shared/component/define-component.ts'
import type { Log } from '../../../shared/component/host.ts'
import { createMetrics } from '../../../shared/component/metrics.ts'
import { type DeferralAnswer, UpdateDeferral } from '../../../shared/component/update-deferral.ts'
import { describeError } from '../../../shared/errors/genba-error.ts'
import type { Column } from '../../../shared/frame/frame.ts'
import type { Source, SourceBatch, SourceContext } from '../../../shared/source/source.ts'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'
import { createNudge } from '../../../shared/time/nudge.ts'
import { createRandom } from '../../../simulator/virtual/random.ts'
import { createVirtualClock } from '../../../simulator/virtual/virtual-clock.ts'
import { createVirtualScheduler } from '../../../simulator/virtual/virtual-scheduler.ts'
import { HistorianModel } from '../../shared/handoff/historian-model.ts'
import { filesOf, START_US } from '../../shared/source/source-contract.ts'
import { ABSENT } from '../../support/absent.ts'

/** One collector process. */
export interface CollectorProcess {
  readonly logged: readonly {
    readonly level: string
    readonly fields: Record<string, unknown>
    readonly message: string
  }[]
  configure(config: unknown): void
  figures(): Promise<Record<string, number>>
  /** As a nucleus asks before an update. */
  askForUpdate(deployment: string): DeferralAnswer
  outbox(): { readonly depth: number; readonly bytes: number }
  /** @returns how long that took, milliseconds */
  drain(): Promise<number>
  kill(): void
}

/** A collector on a virtual clock, with a historian that follows the contract, and disks that outlive it. */
export function createCollectorWorld(options: {
  readonly files?: Record<string, string>
  readonly modules?: Record<string, unknown>
}) {
  const clock = createVirtualClock({ wallUs: START_US })
  const historian = new HistorianModel(clock, createRandom(1))
  const disks = new Map([
    ['outbox', createMemoryDisk()],
    ['sources', createMemoryDisk()],
  ])
  const files: Record<string, string> = { ...options.files }
  const run = (ms: number) => clock.runUntil(clock.nowUs() + ms * 1000)

  function start(config: unknown): CollectorProcess {
    let isDead = false
    const logged: { level: string; fields: Record<string, unknown>; message: string }[] = []
    const metrics = createMetrics()
    const config$ = new BehaviorSubject(parse(config))
    const connection = historian.connect()
    const identity = { component: 'genba.Collector', version: '0.1.0', thing: 'gateway' }
    let running: RunningComponent | undefined
    const deferral = new UpdateDeferral(() => clock.monotonicMs())
    collector
      .run({
        identity,
        bus: {
          ...connection,
          publish: (...args) => (isDead ? new Promise(() => undefined) : connection.publish(...args)),
        },
        config$,
        clock,
        scheduler: createVirtualScheduler(clock, (action) => {
          if (!isDead) action()
        }),
        store: {
          open: async (name) => (disks.get(name) ?? createMemoryDisk()).open(),
          openAt: async () => createMemoryDisk().open(),
          space: async () => ({ usedBytes: 0, freeBytes: 1e12 }),
        },
        files: filesOf(files),
        loadModule: async (path) => options.modules?.[path] ?? Promise.reject(new Error(`no module ${path}`)),
        ...ABSENT,
        lifecycle: {
          ready: async () => undefined,
          fail: (error) => logged.push({ level: 'fail', fields: {}, message: String(error) }),
          finish: () => undefined,
          busy: (why) => deferral.busy(why),
        },
        log: recordingLog(logged),
        metrics,
      })
      .then((started) => {
        running = started
      })
    return {
      logged,
      configure: (next) => config$.next(parse(next)),
      figures: () => metrics.snapshot(),
      askForUpdate: (deployment) => deferral.answer(deployment),
      outbox: () => metrics.queues(clock.monotonicMs())[0] ?? { depth: -1, bytes: -1 },
      async drain() {
        const beginUs = clock.nowUs()
        const draining = running?.drain().then(() => (clock.nowUs() - beginUs) / 1000)
        await run(10_000)
        for (const disk of disks.values()) disk.kill()
        return (await draining) ?? 0
      },
      kill() {
        isDead = true
        connection.disconnect()
        for (const disk of disks.values()) disk.kill()
      },
    }
  }

  return { clock, historian, files, run, start }
}

function parse(config: unknown): CollectorConfig {
  const checked = checkConfig(CollectorConfig, config, { component: 'genba.Collector' })
  if (!checked.ok) throw new Error(describeError(checked.error))
  return checked.config
}

function recordingLog(logged: { level: string; fields: Record<string, unknown>; message: string }[]): Log {
  const write = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void logged.push({ level, fields, message })
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

/** A machine whose samples the test gives by hand. */
export function createHandMachine() {
  let queue: SourceBatch[] = []
  let error: Error | undefined
  let wake: (() => void) | undefined
  const source: Source = {
    replayable: false,
    async *read({ scheduler, signal }: SourceContext) {
      const nudge = createNudge(scheduler)
      wake = () => nudge.call()
      while (!signal.aborted) {
        for (const batch of queue.splice(0)) yield batch
        const failure = error
        error = undefined
        if (failure) throw failure
        await nudge.wait(600_000, signal)
      }
    },
  }
  return {
    module: { createSource: () => source },
    give(columns: readonly Column[], completeBeforeUs: number) {
      queue = [...queue, { columns, completeBeforeUs, position: '' }]
      wake?.()
    },
    fail(with_: Error) {
      error = with_
      wake?.()
    },
  }
}

export function numberColumn(
  tag: string,
  samples: readonly (readonly [timeUs: number, value: number])[],
): Column {
  return {
    tag,
    timesUs: Float64Array.from(samples, ([timeUs]) => timeUs),
    quality: new Uint8Array(samples.length),
    data: { kind: 'number', values: Float64Array.from(samples, ([, value]) => value) },
  }
}
