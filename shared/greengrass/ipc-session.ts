import type { Client } from 'aws-iot-device-sdk-v2/dist/greengrasscoreipc/client.js'
import { createClient } from 'aws-iot-device-sdk-v2/dist/greengrasscoreipc.js'
import type { SchedulerLike } from 'rxjs'
import type { Log } from '../component/host.ts'
import { wait, withDeadline } from '../time/wait.ts'
import { CallBook } from './call-book.ts'
import { asBusError, disconnected, type IpcCall, isTokenRefusal, timedOut } from './ipc-error.ts'
import {
  ABSENT_MS_MAX,
  CALL_DEADLINE_MS,
  RECONNECT_FIRST_MS,
  RECONNECT_MAX_MS,
  REFUSALS_MAX,
} from './limits.ts'

export type IpcClient = Client

export interface SessionParts {
  readonly scheduler: SchedulerLike
  readonly log: Log
  /**
   * The nucleus does not know this process any more, or is gone. May end the process; when it returns, the session
   * goes on trying.
   */
  readonly onHopeless: (reason: string) => void
}

/**
 * The connection to the nucleus. The device SDK's client connects once in its life, so every reconnection is a new
 * client, and whoever had streams open opens them again.
 */
export class IpcSession {
  readonly #parts: SessionParts
  readonly #calls: CallBook
  readonly #renewals = new Set<(client: IpcClient) => void>()
  #client: IpcClient | undefined
  #isClosed = false

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.#calls = new CallBook(parts.scheduler, CALL_DEADLINE_MS)
  }

  /** Resolves when the nucleus has accepted the connection; keeps trying until then. */
  async open(): Promise<void> {
    await this.#connect()
  }

  get isConnected(): boolean {
    return this.#client !== undefined
  }

  /** True while `client` is the present connection. */
  isCurrent(client: IpcClient): boolean {
    return this.#client === client
  }

  /** @throws BusError */
  async call<T>(call: IpcCall, send: (client: IpcClient) => Promise<T>): Promise<T> {
    const client = this.#client
    if (client === undefined) throw disconnected(call)
    try {
      return await this.#calls.track(call, send(client))
    } catch (error) {
      throw asBusError(error, call)
    }
  }

  /** Called with every later client, for whoever must open a stream again. @returns the way to stop that */
  onRenewal(renew: (client: IpcClient) => void): () => void {
    this.#renewals.add(renew)
    return () => this.#renewals.delete(renew)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const client = this.#client
    this.#client = undefined
    this.#calls.abandon()
    await client?.close()
  }

  async #connect(): Promise<void> {
    const { scheduler, log, onHopeless } = this.#parts
    let goneSinceMs = scheduler.now()
    let refusals = 0
    for (
      let pauseMs = RECONNECT_FIRST_MS;
      !this.#isClosed;
      pauseMs = Math.min(pauseMs * 2, RECONNECT_MAX_MS)
    ) {
      try {
        this.#adopt(await this.#connectOnce())
        return
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        refusals = isTokenRefusal(error) ? refusals + 1 : 0
        log.warn({ reason, pauseMs }, 'no connection to the nucleus')
      }
      if (refusals >= REFUSALS_MAX) {
        refusals = 0
        onHopeless('the nucleus refuses the token of this process')
      }
      if (scheduler.now() - goneSinceMs >= ABSENT_MS_MAX) {
        goneSinceMs = scheduler.now()
        onHopeless('the nucleus has been gone for a minute')
      }
      await wait(scheduler, pauseMs)
    }
  }

  async #connectOnce(): Promise<IpcClient> {
    const { scheduler } = this.#parts
    const client = createClient()
    const call = {
      operation: 'Connect',
      resource: process.env['AWS_GG_NUCLEUS_DOMAIN_SOCKET_FILEPATH_FOR_COMPONENT'] ?? '',
    }
    const onLate = (): Error => timedOut(call, CALL_DEADLINE_MS)
    try {
      await withDeadline(client.connect(), CALL_DEADLINE_MS, scheduler, onLate)
      return client
    } catch (error) {
      // Releases what the failed attempt holds; that it is closed already is no matter.
      await client.close().catch(() => undefined)
      throw error
    }
  }

  #adopt(client: IpcClient): void {
    const isFirst = this.#client === undefined && this.#renewals.size === 0
    this.#client = client
    client.on('disconnection', () => this.#lose(client))
    if (!isFirst) this.#parts.log.info({}, 'connected to the nucleus again')
    for (const renew of [...this.#renewals]) renew(client)
  }

  #lose(client: IpcClient): void {
    if (this.#client !== client || this.#isClosed) return
    this.#client = undefined
    this.#parts.log.warn({}, 'the connection to the nucleus is lost')
    this.#calls.abandon()
    void this.#connect()
  }
}
