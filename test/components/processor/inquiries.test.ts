import { describe, expect, it } from 'vitest'
import { askOutside, createFunctionAnswers } from '../../../components/processor/effects/lookups.ts'
import { INQUIRIES_MAX } from '../../../components/processor/limits.ts'
import type { Json } from '../../../shared/bytes/json.ts'
import type { CallAnswer, FunctionInput } from '../../../shared/function/call.ts'
import { Application } from '../../../shared/processing/application.ts'
import type { SqlValue } from '../../../shared/sql/value.ts'
import { applyAll, framesOf, MAKER, rule, settings } from '../../shared/processing/machine.ts'
import { createEffectsWorld, inquiriesIn, NOW_US } from './effects-world.ts'

const republish = { type: 'republish', topic: 'a' }
const lambda = (name: string, input = '*') =>
  `aws_lambda('arn:aws:lambda:eu-west-1:1:function:${name}', ${input})`

type World = ReturnType<typeof createEffectsWorld>
type Ask = (id: string, name: string, args: readonly SqlValue[], world: World) => Promise<Json | undefined>

/** A rule that asks, on some values of now, with what answers it. */
function asking(sql: string, ask: Ask, values: readonly (number | string)[] = [1], own: object = {}) {
  const world = createEffectsWorld()
  const configuration = settings({ rules: [rule(republish, { sql, ...own })] })
  const samples = values.map((value, index) => ({
    tag: 'line1/press',
    timeUs: NOW_US - values.length + index,
    value,
  }))
  const application = new Application(MAKER, configuration)
  const inquiries = world.inquiriesOf(configuration, (id, name, args) => ask(id, name, args, world))
  inquiries.begin(inquiriesIn(applyAll(application, framesOf(samples))))
  return { ...world, inquiries, payloads: () => world.published.map(({ payload }) => payload) }
}

describe('a rule that asks outside its message', () => {
  it('acts with the answers, one question after the other', async () => {
    const asked: unknown[] = []
    const sql = `SELECT ${lambda('grade', 'value')}.grade AS grade, get_thing_shadow('press', 'r').limit AS most FROM 'line1/#'
      WHERE value > ${lambda('floor', '{}')}`
    const answers: Record<string, Json> = { floor: 0, grade: { grade: 'B' }, press: { limit: 80 } }
    const { ms, payloads, inquiries } = asking(sql, async (id, name, args) => {
      asked.push([id, name])
      return answers[String(args[0]).split(':').at(-1) ?? '']
    })
    await ms(0)
    expect(payloads()).toEqual([{ grade: 'B', most: 80 }])
    expect(asked).toEqual([
      ['r|p|1|0|0|0|0', 'aws_lambda'],
      ['r|p|1|0|0|0|1', 'aws_lambda'],
      ['r|p|1|0|0|0|2', 'get_thing_shadow'],
    ])
    expect(inquiries.counters).toEqual({ judged: 1, failed: 0, overflowed: 0 })
  })

  it('asks once for what it wants to know twice, and once more for another message', async () => {
    let asked = 0
    const sql = `SELECT ${lambda('f', '{}')} AS a, ${lambda('f', '{}')} AS b FROM 'line1/#'`
    const { ms, payloads } = asking(sql, async () => ++asked, [1, 2])
    await ms(0)
    expect(payloads()).toEqual([
      { a: 1, b: 1 },
      { a: 2, b: 2 },
    ])
  })

  it('does nothing for a message whose WHERE the answers do not meet', async () => {
    const { ms, payloads, inquiries } = asking(
      `SELECT * FROM 'line1/#' WHERE value > ${lambda('floor', '{}')}`,
      async () => 5,
      [4, 6],
    )
    await ms(0)
    expect(payloads()).toMatchObject([{ value: 6 }])
    expect(inquiries.counters.judged).toBe(2)
  })

  it('stops for a message without an answer, and says so', async () => {
    const { ms, published, inquiries, lines } = asking(`SELECT ${lambda('f')} AS a FROM 'line1/#'`, () =>
      Promise.reject(new Error('the function is gone')),
    )
    await ms(0)
    expect(published).toEqual([])
    expect(inquiries.counters).toEqual({ judged: 0, failed: 1, overflowed: 0 })
    expect(lines).toMatchObject([
      { level: 'warn', fields: { rule: 'r', err: expect.stringContaining('the function is gone') } },
    ])
  })

  it('goes on with a default where it has one', async () => {
    const sql = `SELECT get_or_default(${lambda('f')}.grade, 'none') AS a FROM 'line1/#'`
    const { ms, payloads } = asking(sql, () => Promise.reject(new Error('gone')))
    await ms(0)
    expect(payloads()).toEqual([{ a: 'none' }])
  })

  it('waits two seconds for an answer, no longer', async () => {
    const sql = `SELECT get_or_default(${lambda('f')}, 'late') AS a FROM 'line1/#'`
    const answerAfter = (delayMs: number) =>
      asking(
        sql,
        (_id, _name, _args, { scheduler }) =>
          new Promise((resolve) => scheduler.schedule(() => resolve('there'), delayMs)),
      )
    const [early, late] = [answerAfter(1999), answerAfter(2001)]
    for (const { ms } of [early, late]) await ms(1998)
    expect([...early.payloads(), ...late.payloads()]).toEqual([])
    for (const { ms } of [early, late]) await ms(1000)
    expect([early.payloads(), late.payloads()]).toEqual([[{ a: 'there' }], [{ a: 'late' }]])
  })

  it.each([
    [8, 1],
    [9, 0],
  ])('may ask eight questions a message: %i', async (count, done) => {
    let asked = 0
    const calls = Array.from({ length: count }, (_, index) => `${lambda(`f${index}`)} AS a${index}`)
    const { ms, published, inquiries } = asking(
      `SELECT ${calls.join(', ')} FROM 'line1/#'`,
      async () => ++asked,
    )
    await ms(0)
    expect(published).toHaveLength(done)
    expect(inquiries.counters).toMatchObject({ judged: done, failed: 1 - done })
    expect(asked).toBe(8)
  })

  it('leaves out messages while a hundred wait, and takes the next when there is room', async () => {
    const waiting: (() => void)[] = []
    const sql = `SELECT ${lambda('f', '{}')} AS a FROM 'line1/#'`
    const values = Array.from({ length: INQUIRIES_MAX + 4 }, (_, index) => index)
    const { ms, published, inquiries } = asking(
      sql,
      () => new Promise((resolve) => waiting.push(() => resolve(1))),
      values,
    )
    await ms(0)
    expect(inquiries.counters.overflowed).toBe(4)
    for (const answer of waiting) answer()
    await ms(0)
    expect(published).toHaveLength(INQUIRIES_MAX)
  })

  it('counts and logs an action that cannot be made', async () => {
    const { ms, published, inquiries, lines } = asking(
      `SELECT ${lambda('f')} AS a FROM 'line1/#'`,
      async () => 1,
      [1],
      {
        actions: [{ type: 'output', output: 'valve', value: 'none' }, republish],
      },
    )
    await ms(0)
    expect(published).toHaveLength(1)
    expect(inquiries.counters).toEqual({ judged: 1, failed: 1, overflowed: 0 })
    expect(lines).toMatchObject([
      { level: 'warn', fields: { rule: 'r', err: expect.stringContaining('named none') } },
    ])
  })

  it('draws the same random numbers with every answer', async () => {
    const sql = `SELECT rand() AS before, ${lambda('f', '{}')} AS f, rand() AS after FROM 'line1/#'`
    const first = asking(sql, async () => 1)
    const second = asking(sql, async () => 1)
    await first.ms(0)
    await second.ms(0)
    expect(first.payloads()).toEqual(second.payloads())
  })
})

describe('the answers to', () => {
  const copies = {
    thingShadow: async (thing: string, name: string | undefined): Promise<Json> => ({
      thing,
      name: name ?? null,
    }),
    secret: async (id: string): Promise<string> => (id === 'text' ? 'pass' : '{"user":"aiko","pin":7}'),
  }

  /** One statement over lookups as the gateway has them. */
  async function answer(
    expression: string,
    functions: (input: FunctionInput) => CallAnswer = () => ({ accepted: true }),
  ) {
    const answers = createFunctionAnswers()
    const calls: FunctionInput[] = []
    const call = (input: FunctionInput) => {
      calls.push(input)
      return functions(input)
    }
    const parts = { functions: { call }, answers, copies }
    const tried = asking(`SELECT ${expression} AS a FROM 'line1/#'`, (id, name, args) =>
      askOutside(parts, id, name, args),
    )
    await tried.ms(0)
    return { ...tried, calls, waiting: answers.waiting }
  }

  it('get_thing_shadow are the classic shadow, or a named one', async () => {
    const classic = await answer("get_thing_shadow('press', 'role')")
    expect(classic.payloads()).toEqual([{ a: { thing: 'press', name: null } }])
    const named = await answer("get_thing_shadow('press', 'limits', 'role')")
    expect(named.payloads()).toEqual([{ a: { thing: 'press', name: 'limits' } }])
  })

  it('get_secret are its text, or one member of it', async () => {
    expect((await answer("get_secret('text', 'SecretString', 'role')")).payloads()).toEqual([{ a: 'pass' }])
    const member = await answer("get_secret('json', 'SecretString', 'pin', 'role')")
    expect(member.payloads()).toEqual([{ a: 7 }])
    expect((await answer("get_secret('json', 'SecretString', 'none', 'role')")).payloads()).toEqual([{}])
    expect((await answer("get_secret('json', 'SecretString', 'toString', 'role')")).payloads()).toEqual([{}])
  })

  it('get_secret with a key fail for a secret that is no object, without telling the secret', async () => {
    const { payloads, lines } = await answer("get_secret('text', 'SecretString', 'pin', 'role')")
    expect(payloads()).toEqual([])
    expect(lines).toMatchObject([{ fields: { err: expect.stringContaining('is no JSON object') } }])
    expect(JSON.stringify(lines)).not.toContain('pass')
  })

  it('get_secret of binary secrets are none', async () => {
    const { lines } = await answer("get_secret('text', 'SecretBinary', 'role')")
    expect(lines).toMatchObject([{ fields: { err: expect.stringContaining('SecretString alone') } }])
  })

  it('aws_lambda are what the function of that name returns', async () => {
    const { calls, waiting, payloads, ms } = await answer(lambda('grade', "{'v': value}"))
    expect(calls).toEqual([{ function: 'grade', id: 'r|p|1|0|0|0|0', key: 'r|p|1|0|0|0|0', event: { v: 1 } }])
    waiting.get('r|p|1|0|0|0|0')?.resolve({ grade: 'B' })
    await ms(0)
    expect(payloads()).toEqual([{ a: { grade: 'B' } }])
  })

  it('aws_lambda are none when the function takes no more, or fails', async () => {
    const full = await answer(lambda('grade'), () => ({
      accepted: false,
      reason: 'queue-full',
      message: 'the queue is full',
    }))
    expect(full.lines).toMatchObject([{ fields: { err: expect.stringContaining('the queue is full') } }])
    expect(full.waiting.size).toBe(0)
    const failing = await answer(lambda('grade'))
    failing.waiting.get('r|p|1|0|0|0|0')?.reject(new Error('grade failed: no'))
    await failing.ms(0)
    expect(failing.lines).toMatchObject([{ fields: { err: expect.stringContaining('grade failed: no') } }])
  })

  it('everything else are none', async () => {
    const parts = {
      functions: { call: (): CallAnswer => ({ accepted: true }) },
      answers: createFunctionAnswers(),
      copies,
    }
    await expect(askOutside(parts, 'i', 'get_dynamodb', [])).rejects.toThrow(
      'get_dynamodb has no answer on a gateway',
    )
  })
})
