import { describe, expect, it } from 'vitest'
import { compileSql } from '../../../shared/sql/compile.ts'
import { FailedLookup, LookupPending } from '../../../shared/sql/function.ts'
import type { SqlValue } from '../../../shared/sql/value.ts'
import { ENVIRONMENT } from './support.ts'

const MESSAGE = { topic: 'line1/press3', payload: { thing: 'lamp1', on: true } }
const providers = ['get_thing_shadow', 'aws_lambda', 'get_dynamodb']

const compile = (sql: string) => compileSql(sql, { version: '2016-03-23', providers })

describe('lookups outside the message', () => {
  it('are asked with the values of their arguments', () => {
    const statement = compile("SELECT get_thing_shadow(thing, 'role').state.on AS on FROM '#'")
    const asked: unknown[] = []
    const lookup = (name: string, args: readonly SqlValue[]): SqlValue => {
      asked.push([name, ...args])
      return { state: { on: 1 } }
    }
    expect(statement.lookups).toEqual(['get_thing_shadow'])
    expect(statement.evaluate(MESSAGE, { ...ENVIRONMENT, lookup })).toEqual({
      match: true,
      output: { on: 1 },
    })
    expect(asked).toEqual([['get_thing_shadow', 'lamp1', 'role']])
  })

  it('stop the rule when they fail, unless a default is given', () => {
    const lookup = () => {
      throw new Error('the shadow is gone')
    }
    const environment = { ...ENVIRONMENT, lookup }
    const bare = compile("SELECT get_thing_shadow(thing, 'role') AS s FROM '#'")
    expect(() => bare.evaluate(MESSAGE, environment)).toThrowError(FailedLookup)
    const safe = compile(
      "SELECT get_or_default(get_thing_shadow(thing, 'role').state.on, 'none') AS s FROM '#'",
    )
    expect(safe.evaluate(MESSAGE, environment)).toEqual({ match: true, output: { s: 'none' } })
  })

  it('that are still to come are asked again, with a default too', () => {
    const answers = new Map<string, SqlValue>()
    const lookup = (name: string, args: readonly SqlValue[]): SqlValue => {
      const key = JSON.stringify([name, args])
      if (!answers.has(key)) throw new LookupPending(key)
      return answers.get(key)
    }
    const statement = compile(
      "SELECT get_or_default(aws_lambda('f', {'on': on}).grade, 'none') AS g FROM '#'",
    )
    const evaluate = () => statement.evaluate(MESSAGE, { ...ENVIRONMENT, lookup })
    expect(evaluate).toThrowError(LookupPending)
    answers.set(JSON.stringify(['aws_lambda', ['f', { on: true }]]), { grade: 'B' })
    expect(evaluate()).toEqual({ match: true, output: { g: 'B' } })
  })

  it('are not asked for a message that WHERE refuses', () => {
    const sql = "SET @s = get_thing_shadow(thing, 'role') SELECT @s.on AS on FROM '#' WHERE on = false"
    expect(compile(sql).evaluate(MESSAGE, ENVIRONMENT)).toEqual({ match: false })
  })

  it('of a table are one in a statement', () => {
    const one = "get_dynamodb('t', 'id', thing, 'role')"
    expect(() => compile(`SELECT ${one}.a AS a FROM '#'`)).not.toThrow()
    const twice = expect.objectContaining({ code: 'GENBA_SQL_LIMIT', column: 50 })
    expect(() => compile(`SELECT ${one}.a, ${one}.b FROM '#'`)).toThrowError(twice)
    expect(() => compile(`SELECT (SELECT VALUE ${one} FROM a) AS a FROM '#'`)).toThrow()
  })
})
