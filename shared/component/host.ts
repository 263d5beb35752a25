import type { Observable, SchedulerLike } from 'rxjs'
import type { Json, JsonObject } from '../bytes/json.ts'
import type { SigningKey } from '../proof/signing-key.ts'
import type { KeyValueStore } from '../store/store.ts'
import type { Clock } from '../time/time.ts'

/**
 * All that a component may touch. Two hosts give it: Greengrass IPC (`shared/greengrass`) and the virtual-time
 * harness (`simulator/virtual`). What is not here (clocks, timers, random numbers, sockets, files) a component
 * does not use.
 */
export interface Host<Config> {
  readonly identity: ComponentIdentity
  readonly bus: Bus
  /** The validated configuration: replays the active one to each subscriber, then every accepted update. */
  readonly config$: Observable<Config>
  readonly clock: Clock
  /** Differs for each boot of the machine: the monotonic clock counts within one. */
  readonly bootId: string
  readonly scheduler: SchedulerLike
  readonly store: StoreDirectory
  readonly signing: Signing
  readonly files: Files
  /** Loads a JavaScript module named by configuration, such as a machine driver of the site's own. */
  readonly loadModule: (path: string) => Promise<unknown>
  readonly workers: Workers
  /** What the nucleus keeps of the cloud: the recipe's accessControl says what may be read. */
  readonly copies: CloudCopies
  readonly lifecycle: Lifecycle
  readonly log: Log
  readonly metrics: Metrics
}

export interface ComponentIdentity {
  readonly component: string
  readonly version: string
  /** The core device's thing name. */
  readonly thing: string
}

/** Greengrass local publish/subscribe, and IoT Core through the nucleus. */
export interface Bus {
  /**
   * Resolves when the nucleus has taken the message; that says nothing of any subscriber.
   * @throws BusError; `GENBA_BUS_TOO_LARGE` before anything is sent
   */
  publish(topic: string, payload: BusPayload): Promise<void>
  /**
   * Resolves when the subscription is active. The host renews it after a reconnection; messages in between
   * are lost, as on any core. Deliveries are in order for each publisher. The handler must not throw.
   */
  subscribe(filter: string, onMessage: (message: BusMessage) => void): Promise<BusSubscription>
  /** MQTT through the nucleus, QoS 1. @throws BusError `GENBA_BUS_REFUSED` while the link is down */
  publishToCloud(topic: string, payload: Uint8Array): Promise<void>
}

export type BusPayload = { readonly json: JsonObject } | { readonly bytes: Uint8Array }

export interface BusMessage {
  readonly topic: string
  readonly payload: BusPayload
}

export interface BusSubscription {
  close(): Promise<void>
}

/** The component's own directory on disk, and those that it is told of. */
export interface StoreDirectory {
  /** @throws StoreError `GENBA_STORE_LOCKED` when another process has it open */
  open(name: string): Promise<KeyValueStore>
  /**
   * A store in a directory that a person has named, such as that of a backup; it is made where there is none.
   * @throws StoreError; `GENBA_STORE_IO` where this host has no directories but the component's own
   */
  openAt(path: string): Promise<KeyValueStore>
  /** What a store takes on its disk, with what was removed and not given back yet. @throws StoreError `GENBA_STORE_IO` */
  space(name: string): Promise<StoreSpace>
}

export interface StoreSpace {
  readonly usedBytes: number
  /** Of the file system, for everybody who writes there. */
  readonly freeBytes: number
}

/** Keys of the component's own, which outlive it. */
export interface Signing {
  /** Makes the key where there is none. @throws ProofError `GENBA_PROOF_KEY` when its file cannot be used */
  key(name: string): Promise<SigningKey>
}

/** Read-only access to files that the configuration names. */
export interface Files {
  /** @throws GenbaError `GENBA_FILE_UNREADABLE` */
  sizeBytes(path: string): Promise<number>
  /** At most `length` bytes from `offset`; fewer at the end of the file. */
  read(path: string, offset: number, length: number): Promise<Uint8Array>
}

/** Threads in which functions of the site's own run: what happens in one does not harm the component. */
export interface Workers {
  /**
   * Starts a thread that loads the function's file. Returns at once; what follows goes to `onReport`, never before
   * this call has returned. `ended` is the last report.
   *
   * @throws GenbaError `GENBA_WORKERS_UNAVAILABLE` where this host has no threads
   */
  start(options: WorkerOptions, onReport: (report: WorkerReport) => void): WorkerHandle
}

export interface WorkerOptions {
  /** For the thread's name and the log. */
  readonly name: string
  /** TypeScript or JavaScript, relative to the component's work folder unless absolute. */
  readonly file: string
  /** Name of the exported function. */
  readonly handler: string
  /** For the JavaScript heap and the buffers outside it. */
  readonly memoryBytes: number
}

export interface WorkerHandle {
  /** One call at a time: the next after the answer to this one. */
  call(call: WorkerCall): void
  /** Ends the thread whatever it is doing. */
  end(): void
}

export interface WorkerCall {
  /** Comes back in the answer. */
  readonly call: number
  /** JSON. */
  readonly event: string
  readonly key: string
  /** 1 for the first. */
  readonly attempt: number
  /** Wall clock, milliseconds since 1970 UTC. */
  readonly deadlineMs: number
}

export type WorkerReport =
  | { readonly type: 'ready' }
  | WorkerLog
  | WorkerAnswer
  | { readonly type: 'ended'; readonly cause: WorkerEnd; readonly message: string }

export interface WorkerLog {
  readonly type: 'log'
  readonly level: keyof Log
  readonly text: string
}

export interface WorkerAnswer {
  readonly type: 'answer'
  readonly call: number
  /** `result` is JSON, or undefined when the handler returned nothing; `error` is what it threw, for people. */
  readonly outcome:
    | { readonly ok: true; readonly result: string | undefined }
    | { readonly ok: false; readonly error: string }
  /** What the thread holds after the call, garbage included. */
  readonly memoryBytes: number
}

/** `asked`: by `end()`; `load`: the file has no such function; `crash`: an error nobody caught; `exit`: it ended itself. */
export type WorkerEnd = 'asked' | 'load' | 'memory' | 'crash' | 'exit'

/** Reads of what lives in the cloud and is kept on the core. */
export interface CloudCopies {
  /** The document of a device shadow; `name` of a named one. @throws BusError */
  thingShadow(thing: string, name: string | undefined): Promise<Json>
  /** The text of a secret. @throws BusError */
  secret(id: string): Promise<string>
}

export interface Lifecycle {
  /** Reports RUNNING to the nucleus; a nucleus that refuses the report changes nothing. */
  ready(): Promise<void>
  /** Ends the process as failed, with the error in the log: the nucleus restarts the component. */
  fail(error: unknown): void
  /** Ends the process well once it is drained: its work is done. A recipe runs such a component as a startup step. */
  finish(): void
  /**
   * Asks for time before an update. `why` is read when the nucleus is about to update the core: a text lets it wait and
   * ask again, undefined lets it go on. Several may be given; together they delay an update by at most
   * `DEFER_MS_MAX`. Only a courtesy: nucleus lite does not ask, and any component may be killed at any time.
   */
  busy(why: Busy): void
}

/** @param waitedMs how long this update has waited for the component already; 0 when it is asked first */
export type Busy = (waitedMs: number) => string | undefined

export interface Log {
  debug(fields: LogFields, message: string): void
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}
export type LogFields = Readonly<Record<string, unknown>>

/** Figures of a running component, published with its health once a second. */
export interface Metrics {
  /** Only grows; the name ends in `_total`. */
  counter(name: string, help: string): Counter
  /** Read when health is published. */
  gauge(name: string, help: string, read: () => number): void
  /** Every buffer that can fill shows here. */
  queue(name: string, read: () => QueueFigures): void
}

export interface Counter {
  add(count?: number): void
}

export interface QueueFigures {
  readonly depth: number
  readonly bytes: number
  /** Age of the oldest entry; 0 when empty. */
  readonly ageMs: number
  readonly limitBytes: number
}
