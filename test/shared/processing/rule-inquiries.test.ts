import { describe, expect, it } from 'vitest'
import { Application } from '../../../shared/processing/application.ts'
import { ProcessorConfig } from '../../../shared/processing/config.ts'
import { applyAll, filled, framesOf, MAKER, machineOf, recordsOf, rule, sample } from './machine.ts'

const republish = { type: 'republish', topic: 'a' }

describe('a rule that asks outside its message', () => {
  const sql = `SELECT aws_lambda('arn:aws:lambda:eu-west-1:1:function:grade', *) AS grade FROM 'line1/#'`

  it.each([
    [{ type: 'cloud' }, sql],
    [{ type: 'derive', tag: 'd' }, sql],
    [{ type: 'alarm' }, sql],
    [
      republish,
      "SELECT count() AS n FROM 'line1/#' WHERE get_secret('a', 'SecretString', 'r') = 'x' GROUP BY tag, TUMBLE(1s)",
    ],
  ])('may only act on the world: %j', (action, text) => {
    const { error } = ProcessorConfig.safeParse({ rules: [rule(action, { sql: text })] })
    expect(error?.issues).toMatchObject([{ message: expect.stringContaining('only act on the world') }])
    expect(() => machineFrom(text, action)).toThrow(expect.objectContaining({ code: 'GENBA_RULE_OUTSIDE' }))
  })

  it.each([
    "get_dynamodb('t', 'k', 'v', 'r')",
    "machinelearning_predict('m', 'r', *)",
    "get_registry_data('DescribeThing', 't', 'r')",
  ])('is refused for what nobody here answers: %s', (call) => {
    expect(() => machineFrom(`SELECT ${call} AS a FROM 'line1/#'`, republish)).toThrow(
      expect.objectContaining({ code: 'GENBA_SQL_LOOKUP' }),
    )
  })

  it('cannot ask in the texts of its actions', () => {
    const topic = filled("get_secret('a', 'SecretString', 'r')")
    expect(() => machineFrom("SELECT * FROM 'line1/#'", { type: 'republish', topic })).toThrow(
      expect.objectContaining({ code: 'GENBA_SQL_LOOKUP' }),
    )
  })

  it('gives a question for each sample that its WHERE lets in, and acts only when it is answered', () => {
    const own = { sql: `${sql} WHERE value > 80`, deadline: '50ms' }
    const machine = machineOf(rule(republish, own))
    const [applied] = applyAll(machine, framesOf([sample(1, 79), sample(2, 81)]))
    expect(applied?.effects).toEqual([])
    expect(applied?.inquiries).toMatchObject([
      { kind: 'inquiry', rule: 'r', timeUs: 2e6, judged: { origin: 'p|1|0|0|1', index: 1 } },
    ])
    expect(recordsOf(applied === undefined ? [] : [applied])).toEqual([])
  })

  /** As the application would compile it, past the check of the configuration. */
  function machineFrom(text: string, action: object) {
    return new Application(MAKER, {
      tags: [],
      windows: [],
      detections: [],
      rules: [rule(action, { sql: text }) as never],
    })
  }
})
