import { compileSql, type SqlStatement } from '../../../../shared/sql/compile.ts'
import type { SqlEnvironment, SqlMessage } from '../../../../shared/sql/function.ts'
import { isObject, type SqlObject, type SqlValue } from '../../../../shared/sql/value.ts'
import type { SqlVersionName } from '../../../../shared/sql/version.ts'

export const environment = (parts: Partial<SqlEnvironment> = {}): SqlEnvironment => ({
  timestampMs: 0,
  random: () => 0.25,
  uuid: () => '00000000-0000-4000-8000-000000000001',
  lookup: () => undefined,
  ...parts,
})

interface Surroundings {
  readonly version?: SqlVersionName
  readonly environment?: Partial<SqlEnvironment>
  readonly message?: Partial<SqlMessage>
}

const compiled = new Map<string, SqlStatement>()

function statementOf(expression: string, version: SqlVersionName): SqlStatement {
  const key = `${version} ${expression}`
  const found = compiled.get(key) ?? compileSql(`SELECT ${expression} AS answer FROM '#'`, { version })
  compiled.set(key, found)
  return found
}

/** What an expression gives for a payload, by a whole statement. */
export function answer(expression: string, payload: SqlObject = {}, around: Surroundings = {}): SqlValue {
  const statement = statementOf(expression, around.version ?? '2016-03-23')
  const message = { topic: 'line1/press3/temperature', payload, ...around.message }
  const result = statement.evaluate(message, environment(around.environment))
  if (!result.match || !isObject(result.output)) throw new Error('the statement gave no object')
  return result.output['answer']
}

/** What a function gives for arguments that come with the payload. */
export function call(name: string, ...args: readonly SqlValue[]): SqlValue {
  const payload: SqlObject = {}
  const names = args.map((value, index) => {
    payload[`a${index}`] = value
    return `a${index}`
  })
  return answer(`${name}(${names.join(', ')})`, payload)
}
