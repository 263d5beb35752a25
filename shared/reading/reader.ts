import type { SchedulerLike } from 'rxjs'
import type { JsonObject } from '../bytes/json.ts'
import type { Bus, ComponentIdentity, Log } from '../component/host.ts'
import type { Reply } from '../contract/reply.ts'
import { Topic } from '../contract/topics.ts'
import { wait } from '../time/wait.ts'
import { BUSY, ReadError } from './errors.ts'
import { createExchange, type Exchange } from './exchange.ts'
import { ASK_AGAIN_FIRST_MS, ASK_AGAIN_MAX_MS, PAGE_DEADLINE_MS } from './limits.ts'

export interface ReaderParts {
  readonly bus: Bus
  readonly identity: ComponentIdentity
  readonly scheduler: SchedulerLike
  readonly log: Log
}

export interface Question {
  /** The request without its frame of version, id and address, continued from a cursor. */
  readonly from: (cursor: string) => JsonObject
  readonly cursor: string
  readonly signal: AbortSignal | undefined
}

export class Reader {
  readonly replyTo: string
  readonly #parts: ReaderParts
  readonly #open = new Map<number, Exchange>()
  /** Ids of an earlier process of this component are lower, so that a late answer to it is no answer here. */
  #nextId: number
  #boot: number | undefined
  /** Aborted when another process of the historian is heard of. */
  #gone = new AbortController()

  constructor(parts: ReaderParts) {
    this.#parts = parts
    this.replyTo = Topic.reply(parts.identity.component)
    this.#nextId = Math.max(0, Math.floor(parts.scheduler.now())) * 1000
  }

  accept(reply: Reply): void {
    this.#open.get(reply.head.id)?.accept(reply)
  }

  noteBoot(boot: number): void {
    if (boot === this.#boot) return
    this.#boot = boot
    const before = this.#gone
    this.#gone = new AbortController()
    before.abort()
  }

  /** The pages of an answer until its end, each once and in order. */
  async *pages({ from, cursor: start, signal }: Question): AsyncGenerator<Reply> {
    let cursor = start
    let pauseMs = ASK_AGAIN_FIRST_MS
    for (;;) {
      const gone = this.#gone.signal
      for await (const reply of this.#ask(from(cursor), gone, signal)) {
        pauseMs = ASK_AGAIN_FIRST_MS
        cursor = reply.head.cursor
        yield reply
        if (reply.head.end) return
        if (reply.head.last) pauseMs = 0
      }
      if (pauseMs > 0) await this.#pause(pauseMs, gone, signal)
      pauseMs = pauseMs === 0 ? ASK_AGAIN_FIRST_MS : Math.min(2 * pauseMs, ASK_AGAIN_MAX_MS)
    }
  }

  /** Spares a historian that is away or busy, and ends when there is another. */
  async #pause(ms: number, gone: AbortSignal, signal: AbortSignal | undefined): Promise<void> {
    const either = signal === undefined ? gone : AbortSignal.any([gone, signal])
    await wait(this.#parts.scheduler, ms, either).catch(() => signal?.throwIfAborted())
  }

  /** One request with its credit of pages; ends early when one does not come. */
  async *#ask(
    request: JsonObject,
    gone: AbortSignal,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Reply> {
    signal?.throwIfAborted()
    const { scheduler, log } = this.#parts
    const id = this.#nextId
    this.#nextId += 1
    const exchange = createExchange(scheduler, gone, signal)
    this.#open.set(id, exchange)
    try {
      if (!(await this.#publish({ v: 1, id, replyTo: this.replyTo, ...request }))) return
      for (;;) {
        const reply = await exchange.next(PAGE_DEADLINE_MS)
        if (!reply) log.debug({ op: request['op'], id }, 'the historian did not answer in time; asking again')
        if (!reply || reply.head.error?.code === BUSY) return
        if (reply.head.error) throw new ReadError(reply.head.error.code, reply.head.error.message)
        yield reply
        if (reply.head.last || reply.head.end) return
      }
    } finally {
      this.#open.delete(id)
    }
  }

  async #publish(request: JsonObject): Promise<boolean> {
    try {
      await this.#parts.bus.publish(Topic.historianRequest, { json: request })
      return true
    } catch (error) {
      // The nucleus is away: the same as a historian that does not answer.
      this.#parts.log.debug({ error: String(error) }, 'a request could not be published; asking again')
      return false
    }
  }
}
