import type { Json } from '../../shared/bytes/json.ts'
import type { Bus, BusPayload, Log } from '../../shared/component/host.ts'
import {
  type ProcessorReply,
  ProcessorRequest,
  REPLY_TEXT_LENGTH,
} from '../../shared/contract/processor-request.ts'
import { Topic } from '../../shared/contract/topics.ts'
import { describeError, GenbaError } from '../../shared/errors/genba-error.ts'
import { REQUESTS_MAX } from './limits.ts'

export interface RequestsParts {
  readonly bus: Pick<Bus, 'publish'>
  readonly log: Log
  /** @throws GenbaError for what cannot be answered */
  readonly answer: (request: ProcessorRequest) => Json | Promise<Json>
}

/** Answers questions and orders from the bus, each in as many parts as its answer needs. */
export class Requests {
  readonly #parts: RequestsParts
  #underWay = 0

  constructor(parts: RequestsParts) {
    this.#parts = parts
  }

  accept(payload: BusPayload): void {
    const parsed = ProcessorRequest.safeParse('json' in payload ? payload.json : undefined)
    if (!parsed.success || !parsed.data.replyTo.startsWith(Topic.reply(''))) {
      const issues = parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
      this.#parts.log.warn({ issues: issues ?? ['replyTo: not a reply topic'] }, 'a request was refused')
      return
    }
    if (this.#underWay >= REQUESTS_MAX) {
      this.#parts.log.warn({ op: parsed.data.op }, 'a request was dropped: too many are under way')
      return
    }
    this.#underWay++
    void this.#serve(parsed.data).finally(() => {
      this.#underWay--
    })
  }

  async #serve(request: ProcessorRequest): Promise<void> {
    const { id, replyTo, op } = request
    try {
      const text = JSON.stringify(await this.#parts.answer(request))
      const count = Math.max(1, Math.ceil(text.length / REPLY_TEXT_LENGTH))
      for (let part = 0; part < count; part++) {
        const piece = text.slice(part * REPLY_TEXT_LENGTH, (part + 1) * REPLY_TEXT_LENGTH)
        await this.#send(replyTo, { v: 1, id, part, last: part === count - 1, text: piece })
      }
    } catch (error) {
      if (!(error instanceof GenbaError))
        this.#parts.log.error({ op, error: String(error) }, 'a request failed')
      const code = error instanceof GenbaError ? error.code : 'GENBA_PROCESSOR_INTERNAL'
      const message = error instanceof GenbaError ? describeError(error) : 'see the log of the processor'
      const failure = { code, message: message.slice(0, REPLY_TEXT_LENGTH) }
      await this.#send(replyTo, { v: 1, id, part: 0, last: true, text: '', error: failure })
    }
  }

  async #send(replyTo: string, reply: ProcessorReply): Promise<void> {
    try {
      await this.#parts.bus.publish(replyTo, { json: reply })
    } catch (error) {
      this.#parts.log.debug({ replyTo, error: String(error) }, 'a reply could not be published')
    }
  }
}
