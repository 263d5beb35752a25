import { resolve } from 'node:path'
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import type { SchedulerLike, Subscription } from 'rxjs'
import type { WorkerEnd, WorkerHandle, WorkerOptions, WorkerReport, Workers } from '../../component/host.ts'
import { createMemoryWatch, type MemoryWatch } from '../memory-watch.ts'
import type { FromWorker, WorkerStart } from './messages.ts'

const MIB = 1024 ** 2
/** Of the memory of a function, at most: the part in which most objects live and die. */
const YOUNG_MIB_MAX = 8

/** How long a thread may take to end: one inside a call that nothing interrupts does not. */
const ENDING_MS_MAX = 2000

/**
 * Threads of this process.
 *
 * @param entry what a thread runs
 * @param onStuck a thread does not end
 */
export function createThreads(parts: ThreadParts): Workers {
  const watch = createMemoryWatch(parts.scheduler)
  return {
    start: (options, onReport) => new Thread({ ...parts, watch }, options, onReport),
  }
}

interface ThreadParts {
  readonly entry: URL
  readonly scheduler: SchedulerLike
  readonly onStuck: () => void
}

class Thread implements WorkerHandle {
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #memoryBytes: number
  readonly #parts: ThreadParts & { readonly watch: MemoryWatch }
  readonly #onReport: (report: WorkerReport) => void
  #stuck: Subscription | undefined
  #end: { readonly cause: WorkerEnd; readonly message: string } | undefined

  constructor(
    parts: ThreadParts & { readonly watch: MemoryWatch },
    options: WorkerOptions,
    onReport: (report: WorkerReport) => void,
  ) {
    const { name, file, handler, memoryBytes } = options
    const { port1, port2 } = new MessageChannel()
    const workerData: WorkerStart = { name, file: resolve(file), handler, port: port2 }
    this.#port = port1
    this.#memoryBytes = memoryBytes
    this.#parts = parts
    this.#onReport = onReport
    this.#worker = new Worker(parts.entry, {
      name,
      workerData,
      transferList: [port2],
      ...CLOSED_TO_THE_PROCESS,
      resourceLimits: limitsOf(memoryBytes),
    })
    this.#worker.on('error', (error) => this.#failed(error))
    this.#worker.on('exit', (code) => this.#ended(code))
    port1.on('message', (message: FromWorker) => this.#take(message))
    this.#busy()
  }

  call(call: Parameters<WorkerHandle['call']>[0]): void {
    this.#port.postMessage(call)
    this.#busy()
  }

  end(): void {
    this.#terminate('asked', 'it was asked to end')
  }

  #busy(): void {
    this.#parts.watch.begin(this, this.#memoryBytes, (grownBytes) => {
      const grown = `${Math.round(grownBytes / MIB)} MiB`
      this.#terminate(
        'memory',
        `the process grew by ${grown} while it ran, of ${this.#memoryBytes / MIB} MiB at most`,
      )
    })
  }

  #terminate(cause: WorkerEnd, message: string): void {
    this.#end ??= { cause, message }
    this.#parts.watch.end(this)
    this.#stuck ??= this.#parts.scheduler.schedule(() => this.#giveUp(), ENDING_MS_MAX)
    void this.#worker.terminate()
  }

  /** Says why before the process goes, or the cause would go with it. */
  #giveUp(): void {
    if (this.#end !== undefined) this.#onReport({ type: 'ended', ...this.#end })
    this.#parts.onStuck()
  }

  #take(message: FromWorker): void {
    if (message.type === 'dying') {
      this.#end ??= message
      return
    }
    if (message.type !== 'log') this.#parts.watch.end(this)
    this.#onReport(message)
  }

  #failed(error: unknown): void {
    const isMemory = error instanceof Error && Reflect.get(error, 'code') === 'ERR_WORKER_OUT_OF_MEMORY'
    if (isMemory)
      this.#end ??= { cause: 'memory', message: `it needs more than ${this.#memoryBytes / MIB} MiB` }
    else this.#end ??= { cause: 'crash', message: error instanceof Error ? error.message : String(error) }
  }

  #ended(code: number): void {
    this.#stuck?.unsubscribe()
    this.#parts.watch.end(this)
    // Last words may still lie in the port.
    for (let left = receiveMessageOnPort(this.#port); left; left = receiveMessageOnPort(this.#port)) {
      this.#take(left.message)
    }
    this.#port.close()
    const { cause, message } = this.#end ?? {
      cause: 'exit',
      message: `it ended itself with exit code ${code}`,
    }
    this.#onReport({ type: 'ended', cause, message })
  }
}

/**
 * No environment, no arguments, no flags, no input. What a thread still writes past its voice goes nowhere: standard
 * output is the component's log.
 */
const CLOSED_TO_THE_PROCESS = {
  env: {},
  argv: [],
  execArgv: [],
  stdin: false,
  stdout: true,
  stderr: true,
}

function limitsOf(memoryBytes: number) {
  const wholeMib = Math.floor(memoryBytes / MIB)
  const youngMib = Math.min(YOUNG_MIB_MAX, Math.ceil(wholeMib / 8))
  return { maxOldGenerationSizeMb: wholeMib - youngMib, maxYoungGenerationSizeMb: youngMib }
}
