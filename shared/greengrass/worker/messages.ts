import type { MessagePort } from 'node:worker_threads'
import type {
  WorkerAnswer,
  WorkerCall,
  WorkerEnd,
  WorkerLog,
  WorkerOptions,
  WorkerReport,
} from '../../component/host.ts'

/** What a thread is started with. */
export interface WorkerStart {
  /** Carries `WorkerCall` one way and `WorkerMessage` the other; the function's own code does not get it. */
  readonly port: MessagePort
  readonly name: string
  /** Absolute. */
  readonly file: string
  readonly handler: string
}

export type ToWorker = WorkerCall

export type FromWorker =
  | { readonly type: 'ready' }
  | WorkerLog
  | WorkerAnswer
  /** The last words of a thread. */
  | {
      readonly type: 'dying'
      readonly cause: Extract<WorkerEnd, 'load' | 'crash'>
      readonly message: string
    }

/** From the component to the process of its functions. */
export type Order =
  | { readonly do: 'start'; readonly thread: number; readonly options: WorkerOptions }
  | { readonly do: 'call'; readonly thread: number; readonly call: WorkerCall }
  | { readonly do: 'end'; readonly thread: number }

/** And back. */
export interface ThreadReport {
  readonly thread: number
  readonly report: WorkerReport
}
