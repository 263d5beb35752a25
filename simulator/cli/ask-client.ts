import { AnswerPart } from '../../shared/asking/asked.ts'
import type { Json, JsonObject } from '../../shared/bytes/json.ts'
import type { Bus, BusMessage } from '../../shared/component/host.ts'
import { Topic } from '../../shared/contract/topics.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { CliError } from './errors.ts'

/** Asks one component of a running gateway. */
export interface AskClient<Question> {
  /** @throws GenbaError that the component answered with; CliError `GENBA_GATEWAY_BUSY` when it does not answer */
  ask(question: Question): Promise<Json>
}

export interface AskClientOptions {
  readonly client: string
  /** Such as `processor`. */
  readonly whom: string
  /** Where its questions go. */
  readonly topic: string
  /** How long an answer may take. */
  readonly answerMsMax: number
}

interface Waiting {
  text: string
  part: number
  readonly resolve: (answer: Json) => void
  readonly reject: (error: unknown) => void
}

export async function createAskClient<Question extends object>(
  bus: Bus,
  { client, whom, topic, answerMsMax }: AskClientOptions,
): Promise<AskClient<Question>> {
  const replyTo = Topic.reply(`${client}/${whom}`)
  const asked = new Map<number, Waiting>()
  let lastId = 0
  await bus.subscribe(replyTo, (message) => accept(asked, message))
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        lastId += 1
        const id = lastId
        const timer = setTimeout(
          () => settle(new CliError('GENBA_GATEWAY_BUSY', `the ${whom} does not answer`)),
          answerMsMax,
        )
        const settle = (error: unknown): void => {
          clearTimeout(timer)
          asked.delete(id)
          reject(error)
        }
        asked.set(id, {
          text: '',
          part: 0,
          resolve: (answer) => {
            clearTimeout(timer)
            asked.delete(id)
            resolve(answer)
          },
          reject: settle,
        })
        bus.publish(topic, { json: { v: 1, id, replyTo, ...question } as JsonObject }).catch(settle)
      }),
  }
}

function accept(asked: ReadonlyMap<number, Waiting>, { payload }: BusMessage): void {
  const reply = AnswerPart.safeParse('json' in payload ? payload.json : undefined).data
  const waiting = reply === undefined ? undefined : asked.get(reply.id)
  if (reply === undefined || waiting === undefined) return
  if (reply.error !== undefined) {
    const { code, message, issues = [] } = reply.error
    waiting.reject(new GenbaError(code, message, { issues }))
  } else if (reply.part !== waiting.part) {
    waiting.reject(new CliError('GENBA_GATEWAY_BUSY', 'a part of the answer was lost', { mend: 'ask again' }))
  } else {
    waiting.text += reply.text
    waiting.part += 1
    if (reply.last) waiting.resolve(JSON.parse(waiting.text) as Json)
  }
}
