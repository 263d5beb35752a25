import type { Json } from '../../../shared/bytes/json.ts'
import type { WorkerCall, WorkerEnd, WorkerOptions, WorkerReport } from '../../../shared/component/host.ts'
import type { DoneInput, SetAsideInput } from '../../../shared/function/call.ts'
import { FunctionConfig, toDefinition } from '../../../shared/function/config.ts'
import type { FunctionDefinition } from '../../../shared/function/definition.ts'
import { createFunctionPool, type FunctionPool } from '../../../shared/function/pool.ts'
import { createMemoryDisk } from '../../../shared/store/memory-store.ts'
import { createVirtualClock } from '../../../simulator/virtual/virtual-clock.ts'
import { createVirtualScheduler } from '../../../simulator/virtual/virtual-scheduler.ts'

/** What happens to one attempt. `never`: no answer, until the worker is ended. */
export type Fate =
  | { readonly after: number; readonly result: Json | undefined; readonly memoryBytes?: number }
  | { readonly after: number; readonly error: string }
  | { readonly after: number; readonly dies: Exclude<WorkerEnd, 'asked' | 'load'> }
  | 'never'

export interface Attempt {
  readonly id: string
  readonly key: string
  readonly attempt: number
  readonly thread: number
  readonly options: WorkerOptions
  readonly beganMs: number
  endedMs: number | undefined
}

export interface Script {
  /** Milliseconds until a thread is ready, or why it never is. */
  readonly load?: (options: WorkerOptions) => number | { readonly after: number; readonly fault: string }
  /** Of an attempt; the event of every input is its id. */
  readonly fate?: (attempt: Attempt) => Fate
  /** Milliseconds from `end()` until the thread is gone. */
  readonly endAfter?: number
}

const WALL_US = 1_700_000_000_000_000

/** A pool on a virtual clock, with threads that do what the script says. */
export function createPoolWorld(script: Script = {}) {
  const clock = createVirtualClock({ wallUs: WALL_US })
  const scheduler = createVirtualScheduler(clock, (action) => action())
  const disk = createMemoryDisk()
  const attempts: Attempt[] = []
  const done: DoneInput[] = []
  const setAside: SetAsideInput[] = []
  const lines: { level: string; fields: Readonly<Record<string, unknown>>; message: string }[] = []
  const live = new Set<number>()
  let threads = 0
  let threadsMax = 0
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push({ level, fields, message })
  }
  const log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }

  function start(options: WorkerOptions, onReport: (report: WorkerReport) => void) {
    const thread = threads++
    live.add(thread)
    threadsMax = Math.max(threadsMax, live.size)
    let current: Attempt | undefined
    let isEnding = false
    const later = (ms: number, run: () => void) => scheduler.schedule(() => live.has(thread) && run(), ms)
    const ended = (cause: WorkerEnd, message: string) => {
      live.delete(thread)
      if (current !== undefined) current.endedMs ??= clock.monotonicMs()
      onReport({ type: 'ended', cause, message })
    }
    const load = script.load?.(options) ?? 1
    if (typeof load === 'number') later(load, () => !isEnding && onReport({ type: 'ready' }))
    else later(load.after, () => !isEnding && ended('load', load.fault))
    return {
      call(call: WorkerCall) {
        if (current !== undefined && current.endedMs === undefined) throw new Error('two calls at once')
        const { key, attempt } = call
        const id = JSON.parse(call.event)
        const begun: Attempt = {
          id,
          key,
          attempt,
          thread,
          options,
          beganMs: clock.monotonicMs(),
          endedMs: undefined,
        }
        current = begun
        attempts.push(begun)
        const fate = script.fate?.(begun) ?? { after: 1, result: id }
        if (fate === 'never') return
        later(fate.after, () => {
          if (isEnding) return
          if ('dies' in fate) return ended(fate.dies, `it ${fate.dies}`)
          begun.endedMs = clock.monotonicMs()
          const outcome =
            'error' in fate
              ? ({ ok: false, error: fate.error } as const)
              : ({
                  ok: true,
                  result: fate.result === undefined ? undefined : JSON.stringify(fate.result),
                } as const)
          const memoryBytes = ('memoryBytes' in fate && fate.memoryBytes) || 0
          onReport({ type: 'answer', call: call.call, outcome, memoryBytes })
        })
      },
      end() {
        if (isEnding) return
        isEnding = true
        if (current !== undefined) current.endedMs ??= clock.monotonicMs()
        later(script.endAfter ?? 1, () => ended('asked', 'it was asked to end'))
      },
      say: (text: string) => onReport({ type: 'log', level: 'info', text }),
    }
  }
  const handles: ReturnType<typeof start>[] = []
  const workers = {
    start: (options: WorkerOptions, onReport: (report: WorkerReport) => void) => {
      const handle = start(options, onReport)
      handles.push(handle)
      return handle
    },
  }

  return {
    clock,
    disk,
    attempts,
    done,
    setAside,
    lines,
    handles,
    threads: () => ({ started: threads, live: live.size, max: threadsMax }),
    open: (definitions: readonly FunctionDefinition[]): Promise<FunctionPool> =>
      createFunctionPool(definitions, {
        workers,
        scheduler,
        clock,
        log,
        store: disk.open(),
        onDone: (input) => done.push(input),
        onSetAside: (input) => setAside.push(input),
      }),
    ms: (ms: number) => clock.runUntil(clock.nowUs() + ms * 1000),
  }
}

/** A definition from what a user would write, with the defaults of the configuration. */
export const define = (
  config: Partial<Readonly<Record<keyof FunctionConfig, unknown>>> = {},
): FunctionDefinition => toDefinition(FunctionConfig.parse({ name: 'f', file: 'f.mjs', ...config }))

export const input = (id: string, key = 'k', name = 'f') => ({ function: name, id, key, event: id })
