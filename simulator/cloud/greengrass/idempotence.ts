import * as z from 'zod'
import type { RecordFolder } from '../disk/record-folder.ts'
import { sha256Hex } from '../signature/canonical.ts'
import { alreadyInProgress, conflict } from './api/errors.ts'
import type { ApiAnswer } from './api/operation.ts'

/** What was answered to a request with a client token. */
export const AnsweredRequest = z.object({
  digest: z.string(),
  answeredMs: z.number(),
  answer: z.object({ status: z.number(), body: z.record(z.string(), z.unknown()) }),
})
export type AnsweredRequest = z.output<typeof AnsweredRequest>

/** "Idempotency tokens are valid for up to 8 hours." */
const REMEMBERED_MS = 8 * 3_600_000

/** Answers a request that comes again, by its client token, with what it was answered at first. */
export class Idempotence {
  readonly #answers: RecordFolder<AnsweredRequest>
  readonly #nowMs: () => number
  readonly #underWay = new Set<string>()

  constructor(answers: RecordFolder<AnsweredRequest>, nowMs: () => number) {
    this.#answers = answers
    this.#nowMs = nowMs
  }

  /** @throws ApiError where the token was used for another request, or the first one is not answered yet */
  async run(
    operation: string,
    token: string | undefined,
    body: object,
    action: () => Promise<ApiAnswer>,
  ): Promise<ApiAnswer> {
    if (token === undefined) return action()
    const id = `${operation}/${token}`
    if (this.#underWay.has(id)) throw alreadyInProgress('The request with this client token is in progress')
    this.#underWay.add(id)
    try {
      const digest = sha256Hex(JSON.stringify(body))
      const known = await this.#recall(id)
      if (known !== undefined) {
        if (known.digest === digest) return known.answer
        throw conflict('The client token was used for a request with other parameters', 'clientToken', token)
      }
      const { status, body: answer = {} } = await action()
      const entry = { digest, answeredMs: this.#nowMs(), answer: { status, body: { ...answer } } }
      await this.#answers.put(id, entry)
      return entry.answer
    } finally {
      this.#underWay.delete(id)
    }
  }

  async #recall(id: string): Promise<AnsweredRequest | undefined> {
    for (const known of this.#answers.ids()) {
      const { answeredMs = 0 } = this.#answers.get(known) ?? {}
      if (this.#nowMs() - answeredMs > REMEMBERED_MS) await this.#answers.delete(known)
    }
    return this.#answers.get(id)
  }
}
