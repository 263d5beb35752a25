import { compileSql, type SqlOptions } from '../../../shared/sql/compile.ts'
import type { SqlEnvironment } from '../../../shared/sql/function.ts'
import type { SqlValue } from '../../../shared/sql/value.ts'

export const ENVIRONMENT: SqlEnvironment = {
  timestampMs: 1_700_000_000_000,
  clientId: 'press-3',
  random: () => 0.5,
  uuid: () => '5e1f2c0a-6f1e-4f0e-9a51-0d1b2c3d4e5f',
  lookup: (name) => {
    throw new RangeError(`no answer of ${name}`)
  },
}

/** Runs a statement on a message of the topic `line1/press3/state`. */
export function run(
  sql: string,
  payload: SqlValue = {},
  options: SqlOptions & { readonly topic?: string; readonly environment?: Partial<SqlEnvironment> } = {},
) {
  const statement = compileSql(sql, { version: '2016-03-23', ...options })
  const message = { topic: options.topic ?? 'line1/press3/state', payload }
  return statement.evaluate(message, { ...ENVIRONMENT, ...options.environment })
}

/** A function of the payload that answers one expression. */
export function compiled(expression: string, options: SqlOptions = {}): (payload?: SqlValue) => SqlValue {
  const statement = compileSql(`SELECT VALUE ${expression} FROM '#'`, { version: '2016-03-23', ...options })
  return (payload = {}) => {
    const result = statement.evaluate({ topic: 'line1/press3/state', payload }, ENVIRONMENT)
    return result.match ? result.output : undefined
  }
}

/** The value of one expression. */
export const answer = (expression: string, payload: SqlValue = {}, options: SqlOptions = {}): SqlValue =>
  compiled(expression, options)(payload)
