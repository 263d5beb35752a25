import { describe, expect, it } from 'vitest'
import { checkIotSqlCase } from '../../../../simulator/cli/conform/iot-sql.ts'

const check = (own: object) => {
  const line = { sqlVersion: '2016-03-23', sql: "SELECT a FROM 't'", topic: 't', payload: { a: 1 }, ...own }
  return checkIotSqlCase(line, JSON.stringify(line))
}

describe('a case of the SQL', () => {
  it.each<[string, object]>([
    [
      'an output in any order',
      { sql: "SELECT a, 2 AS b FROM 't'", expect: { match: true, output: { b: 2, a: 1 } } },
    ],
    [
      'numbers to a part of a million million',
      { payload: { a: 0.1 }, expect: { match: true, output: { a: 0.1 + 1e-15 } } },
    ],
    ['no match', { topic: 'x', expect: { match: false } }],
    ['a refusal', { sql: 'SELECT', expect: { error: 'syntax' } }],
    ['Undefined as an empty text', { sql: "SELECT VALUE b FROM 't'", expect: { match: true, output: '' } }],
    ['a template', { template: 'x/$' + '{a}', expect: { match: true, output: { a: 1 }, text: 'x/1' } }],
    [
      'bytes',
      {
        payloadBase64: 'AP8=',
        sql: "SELECT encode(*, 'base64') AS d FROM 't'",
        expect: { match: true, output: { d: 'AP8=' } },
      },
    ],
    [
      'stubs',
      {
        context: { stubs: { aws_lambda: { g: 1 } } },
        sql: "SELECT aws_lambda('f', a).g AS g FROM 't'",
        expect: { match: true, output: { g: 1 } },
      },
    ],
    ['a lookup that fails', { sql: "SELECT aws_lambda('f', a).g AS g FROM 't'", expect: { match: false } }],
  ])('passes with %s', (_, own) => {
    expect(check(own)).toEqual({ passed: true })
  })

  it.each<[string, object, object]>([
    ['another output', { match: true, output: { a: 2 } }, { match: true, output: { a: 1 } }],
    ['a member more', { match: true, output: {} }, { match: true, output: { a: 1 } }],
    ['a match', { match: false }, { match: true, output: { a: 1 } }],
    ['a statement that is not refused', { error: 'syntax' }, { match: true, output: { a: 1 } }],
  ])('fails with %s', (_, expected, actual) => {
    expect(check({ expect: expected })).toEqual({ passed: false, expected, actual })
  })
})
