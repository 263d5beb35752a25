import type { Bus, BusPayload, Log } from '../../shared/component/host.ts'
import { HistorianRequest, type ReplyHead } from '../../shared/contract/historian-request.ts'
import { encodeReply } from '../../shared/contract/reply.ts'
import { Topic } from '../../shared/contract/topics.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { BUSY } from '../../shared/reading/errors.ts'
import { StoreError } from '../../shared/store/errors.ts'
import { type AnswerSource, answer } from './answers.ts'
import { REQUESTS_WAITING_MAX } from './limits.ts'
import type { LogReaders } from './log-readers.ts'

export interface RequestsParts extends AnswerSource {
  readonly bus: Bus
  readonly log: Log
  readonly readers: LogReaders
  /** Requests served side by side. */
  readonly atOnce: () => number
}

type Failure = NonNullable<ReplyHead['error']>

/** Answers reads, a few at a time; the others wait in order, and beyond a bound they are told to ask again. */
export class Requests {
  readonly #parts: RequestsParts
  readonly #waiting: HistorianRequest[] = []
  readonly #running = new Set<Promise<void>>()
  #isStopped = false
  refusedCount = 0

  constructor(parts: RequestsParts) {
    this.#parts = parts
  }

  accept(payload: BusPayload): void {
    if (this.#isStopped) return
    const json = 'json' in payload ? payload.json : undefined
    const request = HistorianRequest.safeParse(json)
    if (!request.success || !isReplyTopic(request.data.replyTo)) {
      this.#refuse(
        json,
        request.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
      )
      return
    }
    noteReader(this.#parts.readers, request.data)
    if (this.#waiting.length >= REQUESTS_WAITING_MAX) {
      void this.#sendError(request.data, {
        code: BUSY,
        message: 'the historian has too many requests under way',
      })
    } else {
      this.#waiting.push(request.data)
      this.#serveNext()
    }
  }

  /** Ends what is under way after its next page, and starts nothing more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all([...this.#running])
  }

  #serveNext(): void {
    while (!this.#isStopped && this.#running.size < this.#parts.atOnce()) {
      const request = this.#waiting.shift()
      if (!request) return
      const running = this.#serve(request).finally(() => {
        this.#running.delete(running)
        this.#serveNext()
      })
      this.#running.add(running)
    }
  }

  async #serve(request: HistorianRequest): Promise<void> {
    const { log } = this.#parts
    const credit = 'credit' in request ? request.credit : Number.POSITIVE_INFINITY
    let page = 0
    try {
      for await (const { head, frames } of answer(this.#parts, request)) {
        const last = head.end || page === credit - 1
        if (!(await this.#send(request, { page, last, ...head }, frames)) || this.#isStopped || last) return
        page += 1
      }
    } catch (error) {
      if (!(error instanceof GenbaError)) log.error({ op: request.op, error: String(error) }, 'a read failed')
      await this.#sendError(request, failureOf(error), page)
    }
  }

  async #sendError(
    request: Pick<HistorianRequest, 'id' | 'replyTo'>,
    error: Failure,
    page = 0,
  ): Promise<void> {
    await this.#send(request, { page, last: true, end: true, cursor: '', error }, [])
  }

  /** @returns false when the nucleus did not take it: the client asks again, so the rest is not worth sending */
  async #send(
    { id, replyTo }: Pick<HistorianRequest, 'id' | 'replyTo'>,
    head: Omit<ReplyHead, 'v' | 'id' | 'headLsn'>,
    frames: readonly Uint8Array[],
  ): Promise<boolean> {
    const { bus, journal, log } = this.#parts
    const bytes = encodeReply({ v: 1, id, headLsn: journal.headLsn, ...head }, frames)
    try {
      await bus.publish(replyTo, { bytes })
      return true
    } catch (error) {
      log.debug({ replyTo, error: String(error) }, 'a reply could not be published')
      return false
    }
  }

  /** Says so to whoever can be told. */
  #refuse(json: unknown, issues: readonly string[] = ['replyTo: not a reply topic']): void {
    const message = `the request is not valid: ${issues.join('; ')}`
    this.refusedCount += 1
    this.#parts.log.warn({ issues }, 'a request to the historian was refused')
    const { id, replyTo } =
      typeof json === 'object' && json !== null ? (json as Partial<HistorianRequest>) : {}
    if (!Number.isSafeInteger(id) || id === undefined || replyTo === undefined || !isReplyTopic(replyTo))
      return
    const failure = { code: 'GENBA_HISTORIAN_REQUEST', message: message.slice(0, MESSAGE_LENGTH_MAX) }
    void this.#sendError({ id, replyTo }, failure)
  }
}

/** An error text with many issues would not fit beside the rest of a reply. */
const MESSAGE_LENGTH_MAX = 1000

/** Only samples are sealed. */
const READS_SAMPLES: ReadonlySet<string> = new Set(['any', 'samples'])

function noteReader(readers: LogReaders, request: HistorianRequest): void {
  if (request.op === 'log' && READS_SAMPLES.has(request.body)) readers.note(request.replyTo, request.afterLsn)
}

/** A client may only be answered where clients are: nobody makes the historian publish elsewhere. */
const isReplyTopic = (topic: unknown) => typeof topic === 'string' && topic.startsWith(Topic.reply(''))

/** What the disk refuses now it may give later, so the client is told to come again. */
function failureOf(error: unknown): Failure {
  const isPassing = error instanceof StoreError && error.code !== 'GENBA_STORE_CORRUPT'
  if (isPassing) return { code: BUSY, message: error.message }
  if (error instanceof GenbaError)
    return { code: error.code, message: error.message.slice(0, MESSAGE_LENGTH_MAX) }
  return {
    code: 'GENBA_HISTORIAN_INTERNAL',
    message: 'the historian could not serve the request; see its log',
  }
}
