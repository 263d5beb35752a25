import type * as z from 'zod'
import type { Json } from '../bytes/json.ts'
import type { Bus, BusPayload, Log } from '../component/host.ts'
import { Topic } from '../contract/topics.ts'
import { GenbaError, type Issue } from '../errors/genba-error.ts'
import { type AnswerPart, type Asked, PART_LENGTH } from './asked.ts'

export interface AnswerDeskParts<Request> {
  readonly bus: Pick<Bus, 'publish'>
  readonly log: Log
  readonly schema: z.ZodType<Request>
  /** @throws GenbaError for what cannot be answered */
  readonly answer: (request: Request) => Json | Promise<Json>
  /** Answers under way; beyond it questions are dropped, and asked again. */
  readonly atOnceMax: number
}

/** Answers questions and orders from the bus, each in as many parts as its answer needs. */
export class AnswerDesk<Request extends Asked> {
  readonly #parts: AnswerDeskParts<Request>
  #underWay = 0

  constructor(parts: AnswerDeskParts<Request>) {
    this.#parts = parts
  }

  accept(payload: BusPayload): void {
    const { schema, log, atOnceMax } = this.#parts
    const parsed = schema.safeParse('json' in payload ? payload.json : undefined)
    if (!parsed.success || !parsed.data.replyTo.startsWith(Topic.reply(''))) {
      const issues = parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
      log.warn({ issues: issues ?? ['replyTo: not a reply topic'] }, 'a request was refused')
      return
    }
    if (this.#underWay >= atOnceMax) {
      log.warn({ op: parsed.data.op }, 'a request was dropped: too many are under way')
      return
    }
    this.#underWay++
    void this.#serve(parsed.data).finally(() => {
      this.#underWay--
    })
  }

  async #serve(request: Request): Promise<void> {
    const { id, replyTo, op } = request
    try {
      const text = JSON.stringify(await this.#parts.answer(request))
      const count = Math.max(1, Math.ceil(text.length / PART_LENGTH))
      for (let part = 0; part < count; part++) {
        const piece = text.slice(part * PART_LENGTH, (part + 1) * PART_LENGTH)
        await this.#send(replyTo, { v: 1, id, part, last: part === count - 1, text: piece })
      }
    } catch (error) {
      if (!(error instanceof GenbaError))
        this.#parts.log.error({ op, error: String(error) }, 'a request failed')
      await this.#send(replyTo, { v: 1, id, part: 0, last: true, text: '', error: failureOf(error) })
    }
  }

  async #send(replyTo: string, reply: AnswerPart): Promise<void> {
    try {
      await this.#parts.bus.publish(replyTo, { json: reply })
    } catch (error) {
      this.#parts.log.debug({ replyTo, error: String(error) }, 'a reply could not be published')
    }
  }
}

function failureOf(error: unknown): NonNullable<AnswerPart['error']> {
  if (!(error instanceof GenbaError)) {
    return { code: 'GENBA_ANSWER_INTERNAL', message: 'it failed; see the log of the component' }
  }
  const { code, message, issues } = error
  return { code, message: message.slice(0, PART_LENGTH / 4), issues: fitting(issues) }
}

/** As many of the first issues as one part has room for. */
function fitting(issues: readonly Issue[]): NonNullable<NonNullable<AnswerPart['error']>['issues']> {
  const fit: Issue[] = []
  let length = 0
  for (const issue of issues) {
    length += JSON.stringify(issue).length
    if (length > PART_LENGTH) break
    fit.push(issue)
  }
  return fit.map(({ excerpt, ...issue }) => ({ ...issue, ...(excerpt && { excerpt: [...excerpt] }) }))
}
