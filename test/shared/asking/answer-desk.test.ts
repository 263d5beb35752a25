import { describe, expect, it } from 'vitest'
import { ORDERS_MAX, REQUESTS_MAX } from '../../../components/processor/limits.ts'
import { Orders } from '../../../components/processor/orders.ts'
import type { AlarmCommand } from '../../../shared/alarm/command.ts'
import { AnswerDesk } from '../../../shared/asking/answer-desk.ts'
import { AnswerPart, PART_LENGTH } from '../../../shared/asking/asked.ts'
import type { Json, JsonObject } from '../../../shared/bytes/json.ts'
import type { BusPayload } from '../../../shared/component/host.ts'
import { checkPublish } from '../../../shared/component/message-size.ts'
import { ProcessorRequest } from '../../../shared/contract/processor-request.ts'
import { Topic } from '../../../shared/contract/topics.ts'
import { GenbaError } from '../../../shared/errors/genba-error.ts'
import { microtasksDone } from '../../../simulator/virtual/virtual-clock.ts'

const REPLY_TO = Topic.reply('test')

function createDesk(answer: (request: ProcessorRequest) => Json | Promise<Json>) {
  const replies: { readonly topic: string; readonly reply: AnswerPart }[] = []
  const lines: { readonly level: string; readonly message: string; readonly fields: object }[] = []
  const write = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message })
  const requests = new AnswerDesk({
    schema: ProcessorRequest,
    atOnceMax: REQUESTS_MAX,
    bus: {
      publish: async (topic: string, payload: BusPayload) => {
        if (topic.endsWith('/gone')) throw new Error('nobody listens')
        checkPublish(topic, payload)
        const json = 'json' in payload ? payload.json : undefined
        replies.push({ topic, reply: AnswerPart.parse(JSON.parse(JSON.stringify(json))) })
      },
    },
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    answer,
  })
  return {
    replies,
    lines,
    ask: async (request: JsonObject) => {
      requests.accept({ json: { v: 1, id: 1, replyTo: REPLY_TO, op: 'rules', ...request } })
      await microtasksDone()
    },
    accept: (payload: BusPayload) => requests.accept(payload),
    text: () => replies.map(({ reply }) => reply.text).join(''),
  }
}

describe('a question to the processor', () => {
  it('is answered on the topic that it names', async () => {
    const desk = createDesk(({ op }) => ({ op }))
    await desk.ask({ id: 7 })
    expect(desk.replies).toEqual([
      { topic: REPLY_TO, reply: { v: 1, id: 7, part: 0, last: true, text: '{"op":"rules"}' } },
    ])
  })

  it.each([
    ['one part of exactly as many characters', PART_LENGTH - 2, 1],
    ['two parts of one more', PART_LENGTH - 1, 2],
    ['as many as it needs', 12_345, 7],
  ])('is answered in parts: %s', async (_, length, parts) => {
    const desk = createDesk(() => 'x'.repeat(length))
    await desk.ask({})
    expect(desk.replies.map(({ reply }) => reply.part)).toEqual(
      Array.from({ length: parts }, (_unused, part) => part),
    )
    expect(desk.replies.filter(({ reply }) => reply.last).map(({ reply }) => reply.part)).toEqual([parts - 1])
    expect(JSON.parse(desk.text())).toBe('x'.repeat(length))
  })

  it('is answered in parts that the bus takes, whatever they hold', async () => {
    const hostile = [
      '"\\'.repeat(3000),
      '\u0001'.repeat(3000),
      `x${'😀'.repeat(3000)}`,
      '温'.repeat(3000),
      '\ud83d'.repeat(9),
    ]
    const desk = createDesk(() => hostile)
    await desk.ask({})
    expect(JSON.parse(desk.text())).toEqual(hostile)
  })

  it.each([
    ['no JSON', { bytes: new Uint8Array(3) }],
    ['another operation', { json: { v: 1, id: 1, replyTo: REPLY_TO, op: 'reboot' } }],
    ['another version', { json: { v: 2, id: 1, replyTo: REPLY_TO, op: 'rules' } }],
    ['no topic for answers', { json: { v: 1, id: 1, replyTo: 'line1/press', op: 'rules' } }],
    [
      'an alarm without its tag',
      { json: { v: 1, id: 1, replyTo: REPLY_TO, op: 'alarm', kind: 'shelve', rule: 'r', by: 'a' } },
    ],
    [
      'nobody who orders',
      {
        json: {
          v: 1,
          id: 1,
          replyTo: REPLY_TO,
          op: 'alarm',
          kind: 'acknowledge',
          rule: 'r',
          key: 'k',
          by: '',
        },
      },
    ],
  ])('is refused, and that is logged: %s', async (_, payload) => {
    const desk = createDesk(() => 1)
    desk.accept(payload)
    await microtasksDone()
    expect(desk.replies).toEqual([])
    expect(desk.lines).toMatchObject([{ level: 'warn', message: 'a request was refused' }])
  })

  it('that cannot be answered hears why; a fault of ours is in the log instead', async () => {
    const known = createDesk(() => {
      throw new GenbaError('GENBA_RULE_UNKNOWN', 'no rule is named x', {
        issues: [{ mend: 'see: genba rule list' }],
      })
    })
    await known.ask({})
    expect(known.replies.map(({ reply }) => reply.error)).toMatchObject([
      { code: 'GENBA_RULE_UNKNOWN', issues: [{ mend: 'see: genba rule list' }] },
    ])
    const ours = createDesk(() => Promise.reject(new TypeError('x is undefined')))
    await ours.ask({})
    expect(ours.replies.map(({ reply }) => reply.error?.code)).toEqual(['GENBA_ANSWER_INTERNAL'])
    expect(JSON.stringify(ours.replies)).not.toContain('undefined')
    expect(ours.lines).toMatchObject([{ level: 'error', fields: { error: 'TypeError: x is undefined' } }])
  })

  it('waits for nobody who does not listen', async () => {
    const desk = createDesk(() => 1)
    await desk.ask({ replyTo: `${REPLY_TO}/gone` })
    expect(desk.lines).toMatchObject([{ level: 'debug' }])
  })

  it('is dropped while too many are under way, and taken again when there is room', async () => {
    const waiting: (() => void)[] = []
    const desk = createDesk(() => new Promise((resolve) => waiting.push(() => resolve(1))))
    for (let id = 0; id < REQUESTS_MAX + 2; id++) await desk.ask({ id })
    expect(waiting).toHaveLength(REQUESTS_MAX)
    expect(desk.lines.map(({ message }) => message)).toEqual(
      Array.from({ length: 2 }, () => 'a request was dropped: too many are under way'),
    )
    for (const answer of waiting.splice(0)) answer()
    await microtasksDone()
    await desk.ask({ id: 99 })
    expect(waiting).toHaveLength(1)
  })
})

describe('an order about an alarm', () => {
  const command = (rule: string): AlarmCommand => ({
    kind: 'acknowledge',
    rule,
    key: 'k',
    by: 'Aiko',
    timeUs: 1,
  })

  it('waits until it is carried out, in order, and is answered only then', async () => {
    let calls = 0
    const orders = new Orders(() => calls++)
    const answered: boolean[] = []
    for (const rule of ['known', 'unknown'])
      void orders.give(command(rule)).then((isKnown) => answered.push(isKnown))
    expect([calls, orders.isEmpty]).toEqual([2, false])
    const seen: string[] = []
    const settle = orders.carryOut(({ rule }) => {
      seen.push(rule)
      return rule === 'known'
    })
    await microtasksDone()
    expect([seen, answered, orders.isEmpty]).toEqual([['known', 'unknown'], [], true])
    settle()
    await microtasksDone()
    expect(answered).toEqual([true, false])
  })

  it('is refused while too many wait', async () => {
    const orders = new Orders(() => {})
    for (let index = 0; index < ORDERS_MAX; index++) void orders.give(command('r'))
    expect(() => orders.give(command('r'))).toThrow(expect.objectContaining({ code: 'GENBA_PROCESSOR_BUSY' }))
    orders.carryOut(() => true)()
    expect(() => orders.give(command('r'))).not.toThrow()
  })
})
