import type { Json } from '../../shared/bytes/json.ts'
import type { Bus, BusMessage } from '../../shared/component/host.ts'
import { ProcessorReply, type ProcessorRequest } from '../../shared/contract/processor-request.ts'
import { Topic } from '../../shared/contract/topics.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { CliError } from './errors.ts'

/** Without what the client adds. */
export type ProcessorQuestion = ProcessorRequest extends infer Request
  ? Request extends ProcessorRequest
    ? Omit<Request, 'v' | 'id' | 'replyTo'>
    : never
  : never

/** Asks the processor of a running gateway. */
export interface ProcessorClient {
  /** @throws GenbaError that the processor answered with; CliError `GENBA_GATEWAY_BUSY` when it does not answer */
  ask(question: ProcessorQuestion): Promise<Json>
}

/** The processor answers at once, or after the change it makes is on disk. */
const ANSWER_MS_MAX = 15_000

interface Asked {
  text: string
  part: number
  readonly resolve: (answer: Json) => void
  readonly reject: (error: unknown) => void
}

export async function createProcessorClient(bus: Bus, client: string): Promise<ProcessorClient> {
  const replyTo = Topic.reply(`${client}/processor`)
  const asked = new Map<number, Asked>()
  let lastId = 0
  await bus.subscribe(replyTo, (message) => accept(asked, message))
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        lastId += 1
        const id = lastId
        const timer = setTimeout(
          () => settle(new CliError('GENBA_GATEWAY_BUSY', 'the processor does not answer')),
          ANSWER_MS_MAX,
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
        bus.publish(Topic.processorRequest, { json: { v: 1, id, replyTo, ...question } }).catch(settle)
      }),
  }
}

function accept(asked: ReadonlyMap<number, Asked>, { payload }: BusMessage): void {
  const reply = ProcessorReply.safeParse('json' in payload ? payload.json : undefined).data
  const waiting = reply === undefined ? undefined : asked.get(reply.id)
  if (reply === undefined || waiting === undefined) return
  if (reply.error !== undefined) {
    waiting.reject(new GenbaError(reply.error.code, reply.error.message))
  } else if (reply.part !== waiting.part) {
    waiting.reject(new CliError('GENBA_GATEWAY_BUSY', 'a part of the answer was lost', { mend: 'ask again' }))
  } else {
    waiting.text += reply.text
    waiting.part += 1
    if (reply.last) waiting.resolve(JSON.parse(waiting.text) as Json)
  }
}
