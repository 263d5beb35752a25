import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { WorkerOptions, WorkerReport, Workers } from '../component/host.ts'
import type { Order, ThreadReport } from './worker/messages.ts'

/**
 * Threads in a process beside the component: what no thread survives (one allocation beyond its whole heap, a native
 * fault, a signal) ends that process, and the component starts it anew with the next function.
 *
 * @param entry the bundle of `worker/main.ts`
 */
export function createWorkers({ entry }: { readonly entry: URL }): Workers {
  let running: ThreadProcess | undefined
  return {
    start(options, onReport) {
      running = running?.isAlive === true ? running : new ThreadProcess(entry)
      return running.start(options, onReport)
    },
  }
}

/** Set where a developer starts a bundle without a core. */
function whereLibrariesAre(): Record<string, string> {
  const { GENBA_NATIVE: place } = process.env
  return place === undefined ? {} : { GENBA_NATIVE: place }
}

class ThreadProcess {
  readonly #child: ChildProcess
  readonly #threads = new Map<number, (report: WorkerReport) => void>()
  #nextThread = 0
  isAlive = true

  constructor(entry: URL) {
    this.#child = fork(fileURLToPath(entry), [], {
      // Nothing else of the component's: its environment holds the token for the nucleus, its output is a log.
      env: whereLibrariesAre(),
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#child.on('message', (message: ThreadReport) => this.#take(message))
    this.#child.on('exit', (code, signal) => this.#died(signal ?? `exit code ${code}`))
    this.#child.on('error', (error) => this.#died(error.message))
    // It ends with the component, and must not keep it from ending.
    this.#child.unref()
    this.#child.channel?.unref()
  }

  start(options: WorkerOptions, onReport: (report: WorkerReport) => void) {
    const thread = this.#nextThread++
    this.#threads.set(thread, onReport)
    this.#send({ do: 'start', thread, options })
    return {
      call: (call: Extract<Order, { do: 'call' }>['call']) => this.#send({ do: 'call', thread, call }),
      end: () => this.#send({ do: 'end', thread }),
    }
  }

  #send(order: Order): void {
    // What cannot be sent is answered by the death of the process.
    this.#child.send(order, () => undefined)
  }

  #take({ thread, report }: ThreadReport): void {
    const onReport = this.#threads.get(thread)
    if (report.type === 'ended') this.#threads.delete(thread)
    onReport?.(report)
    // 40 MB that nobody uses; whoever goes on has started the next thread by now.
    if (this.#threads.size === 0 && this.#child.connected) {
      this.isAlive = false
      this.#child.disconnect()
    }
  }

  #died(how: string): void {
    this.isAlive = false
    const threads = [...this.#threads.values()]
    this.#threads.clear()
    // V8 aborts, or stops at a trap, where it cannot allocate; what else may have done so looks the same from here.
    const isMemory = OUT_OF_MEMORY.has(how)
    const cause = isMemory ? 'memory' : 'crash'
    const why = isMemory ? 'one allocation beyond its memory' : 'a fault that no thread survives'
    const message = `the process of the functions died while it ran (${how}): ${why}`
    for (const onReport of threads) onReport({ type: 'ended', cause, message })
  }
}

const OUT_OF_MEMORY = new Set(['SIGABRT', 'SIGTRAP', 'SIGILL'])
