import type { Condition } from '../window/definition.ts'
import { startBudget } from './budget.ts'
import { placeAt, SqlError } from './errors.ts'
import type { SqlEnvironment, SqlMessage } from './function.ts'
import { anyCode } from './generate/code.ts'
import type { Names } from './generate/generator.ts'
import { compileProgram } from './generate/program.ts'
import { parseWholeExpression } from './parse-statement.ts'

/**
 * Compiles a question to each value, such as `value > 5` or `value = 'run'`, in the rules' SQL; `value` is its only name.
 *
 * @throws SqlError with a place within the text
 */
export function compileCondition(text: string): Condition {
  const expression = parseWholeExpression(text, '2016-03-23')
  const names = (base: Names): Names => ({
    ...base,
    name: ({ name, start }) => (name === 'value' ? anyCode('w') : refuse(name, start)),
    whole: (start) => refuse('*', start),
  })
  const refuse = (name: string, start: number): never => {
    throw new SqlError(
      'GENBA_SQL_SYNTAX',
      `a condition knows the value alone, not ${name}`,
      placeAt(text, start),
      {
        expected: 'value, literals and functions, such as value > 5',
      },
    )
  }
  const source = { text, version: '2016-03-23', providers: [], variables: [], names } as const
  const { run } = compileProgram(source, (generator) => `return ${generator.truth(expression)};`)
  const judge = run as (message: SqlMessage, environment: SqlEnvironment) => boolean
  return {
    text,
    holds: (value) => {
      startBudget()
      return judge({ topic: '', payload: value }, NOWHERE)
    },
  }
}

/** A value has no surroundings: what asks for them gets the same answer each time. */
const NOWHERE: SqlEnvironment = {
  timestampMs: 0,
  random: () => 0,
  uuid: () => '',
  lookup: () => undefined,
}
