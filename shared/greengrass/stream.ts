import type { SchedulerLike } from 'rxjs'
import type { BusSubscription, Log } from '../component/host.ts'
import { retry } from '../time/wait.ts'
import type { IpcCall } from './ipc-error.ts'
import type { IpcClient, IpcSession } from './ipc-session.ts'
import { RECONNECT_FIRST_MS, RECONNECT_MAX_MS } from './limits.ts'

/** A streaming operation of the device SDK, as far as it matters here. */
export interface StreamingCall {
  activate(): Promise<unknown>
  close(): Promise<void>
  on(event: 'ended' | 'streamError', listener: (data: unknown) => void): unknown
}

export interface StreamOptions {
  readonly call: IpcCall
  readonly scheduler: SchedulerLike
  readonly log: Log
}

/**
 * Keeps one streaming operation open: again after every reconnection, and after the nucleus has ended it.
 * @throws BusError when it cannot be opened the first time
 */
export async function renewStream(
  session: IpcSession,
  open: (client: IpcClient) => StreamingCall,
  options: StreamOptions,
): Promise<BusSubscription> {
  const stream = new RenewedStream(session, open, options)
  await stream.activate()
  return stream
}

class RenewedStream implements BusSubscription {
  readonly #session: IpcSession
  readonly #open: (client: IpcClient) => StreamingCall
  readonly #options: StreamOptions
  readonly #life = new AbortController()
  readonly #stopRenewing: () => void
  #present: StreamingCall | undefined

  constructor(session: IpcSession, open: (client: IpcClient) => StreamingCall, options: StreamOptions) {
    this.#session = session
    this.#open = open
    this.#options = options
    this.#stopRenewing = session.onRenewal((client) => void this.#renew(client))
  }

  async activate(): Promise<void> {
    try {
      await this.#session.call(this.#options.call, (client) => this.#activateOn(client))
    } catch (error) {
      await this.close()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#life.abort()
    this.#stopRenewing()
    await this.#present?.close()
  }

  async #activateOn(client: IpcClient): Promise<void> {
    const stream = this.#open(client)
    const { log, call } = this.#options
    stream.on('streamError', (error) =>
      log.warn({ ...call, err: error }, 'a message of a stream cannot be read'),
    )
    stream.on('ended', () => {
      const isOurs = this.#present === stream && !this.#life.signal.aborted
      if (isOurs && this.#session.isCurrent(client)) void this.#renew(client)
    })
    await stream.activate()
    this.#present = stream
  }

  /** On one connection until it succeeds; the next connection brings its own renewal. */
  async #renew(client: IpcClient): Promise<void> {
    const { scheduler, log, call } = this.#options
    const isNeeded = (): boolean => this.#session.isCurrent(client) && !this.#life.signal.aborted
    try {
      await retry(scheduler, {
        firstMs: RECONNECT_FIRST_MS,
        maxMs: RECONNECT_MAX_MS,
        signal: this.#life.signal,
        attempt: async () => {
          if (isNeeded()) await this.#session.call(call, () => this.#activateOn(client))
        },
        onFailure: (error, pauseMs) => {
          if (isNeeded()) log.warn({ ...call, err: error, pauseMs }, 'a stream cannot be opened again')
        },
      })
    } catch (error) {
      if (!this.#life.signal.aborted) log.error({ ...call, err: error }, 'a stream is given up')
    }
  }
}
