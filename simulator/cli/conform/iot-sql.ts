import * as z from 'zod'
import { compileSql, compileTemplate, type SqlStatement } from '../../../shared/sql/compile.ts'
import { toJsonText } from '../../../shared/sql/convert.ts'
import { SqlError } from '../../../shared/sql/errors.ts'
import { FailedLookup } from '../../../shared/sql/function.ts'
import { LOOKUPS } from '../../../shared/sql/function-table.ts'
import { parseJson } from '../../../shared/sql/json.ts'
import { member } from '../../../shared/sql/value.ts'
import { SQL_VERSION_NAMES, versionOf } from '../../../shared/sql/version.ts'
import { environmentOf, messageOf, SqlContext } from '../sql-context.ts'
import type { CaseOutcome } from './check.ts'

const SqlCase = z.object({
  sqlVersion: z.enum(SQL_VERSION_NAMES).optional(),
  sql: z.string(),
  topic: z.string(),
  payloadBase64: z.base64().optional(),
  template: z.string().optional(),
  context: SqlContext.prefault({}),
  expect: z.object({
    match: z.boolean().optional(),
    output: z.unknown().optional(),
    text: z.string().optional(),
    error: z.string().optional(),
  }),
})
type SqlCase = z.output<typeof SqlCase>

/** Runs a case of the rules' SQL: a message and the output of a statement, or a statement that is refused. */
export function checkIotSqlCase(line: unknown, text: string): CaseOutcome {
  const sqlCase = SqlCase.parse(line)
  const expected = sqlCase.expect
  const actual = run(sqlCase, text)
  const { reason: _, ...judged } = actual
  return isSame(expected, judged) ? { passed: true } : { passed: false, expected, actual }
}

/** The answer in the form of `expect`. */
function run(sqlCase: SqlCase, text: string): SqlCase['expect'] & { readonly reason?: string } {
  const options = { version: sqlCase.sqlVersion ?? '2015-10-08', providers: [...LOOKUPS.keys()] } as const
  try {
    const statement = compileSql(sqlCase.sql, options)
    const template =
      sqlCase.template === undefined
        ? undefined
        : compileTemplate(sqlCase.template, { ...options, statement })
    const message = messageOf(sqlCase.topic, payloadOf(sqlCase, text, statement), statement.version)
    const environment = environmentOf(sqlCase.context)
    const result = statement.evaluate(message, environment)
    if (!result.match) return { match: false }
    return {
      match: true,
      output: outputOf(result),
      ...(template === undefined ? {} : { text: template.fill(message, environment) }),
    }
  } catch (error) {
    if (error instanceof FailedLookup) return { match: false }
    if (error instanceof SqlError) return { error: 'syntax', reason: error.message }
    throw error
  }
}

/** Of JSON the text that stands in the line: its numbers may have more digits than a double. */
function payloadOf(sqlCase: SqlCase, text: string, { version }: SqlStatement): Uint8Array {
  if (sqlCase.payloadBase64 !== undefined) return Buffer.from(sqlCase.payloadBase64, 'base64')
  return Buffer.from(toJsonText(member(parseJson(text, versionOf(version))?.value, 'payload')))
}

/** Bytes that pass through are given in base64, Undefined as an empty text. */
function outputOf(result: ReturnType<SqlStatement['evaluate']> & { match: true }): unknown {
  if (result.bytes !== undefined) return Buffer.from(result.bytes).toString('base64')
  return result.output === undefined ? '' : JSON.parse(toJsonText(result.output))
}

/** Numbers may differ by a part of a million million, members may be in any order. */
function isSame(expected: unknown, actual: unknown): boolean {
  if (typeof expected === 'number' && typeof actual === 'number') {
    return Math.abs(expected - actual) <= 1e-12 * Math.max(Math.abs(expected), Math.abs(actual))
  }
  if (typeof expected !== 'object' || expected === null) return expected === actual
  if (typeof actual !== 'object' || actual === null || Array.isArray(expected) !== Array.isArray(actual))
    return false
  const [wanted, got] = [Object.entries(expected), new Map(Object.entries(actual))]
  return (
    wanted.length === got.size && wanted.every(([key, value]) => got.has(key) && isSame(value, got.get(key)))
  )
}
