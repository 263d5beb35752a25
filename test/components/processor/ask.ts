import { AnswerPart } from '../../../shared/asking/asked.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import type { startSite } from './site.ts'

const REPLY_TO = Topic.reply('test')
let lastId = 0

/** Asks the processor of a site over its bus. @throws Error with the answer's error */
export async function askProcessor(
  site: ReturnType<typeof startSite>,
  question: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  lastId += 1
  const id = lastId
  const replies: AnswerPart[] = []
  site.world.bus.watch((_, topic, payload) => {
    if (topic !== REPLY_TO || !('json' in payload)) return
    const reply = AnswerPart.parse(JSON.parse(payload.json))
    if (reply.id === id) replies.push(reply)
  })
  site.world.bus.route('test', Topic.processorRequest, {
    json: JSON.stringify({ v: 1, id, replyTo: REPLY_TO, ...question }),
  })
  for (let tries = 0; tries < 100 && replies.at(-1)?.last !== true; tries++) await site.seconds(0.1)
  const error = replies.find((reply) => reply.error !== undefined)?.error
  if (error !== undefined) throw new Error(error.message)
  return JSON.parse(replies.map(({ text }) => text).join(''))
}
