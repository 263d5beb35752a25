import { nearestWord } from '../../component/unknown-keys.ts'
import { boundParts } from '../budget.ts'
import type { Assignment, Expression, ExpressionOf } from '../syntax.ts'
import { isObject } from '../value.ts'
import type { SqlVersion } from '../version.ts'
import { anyCode, type Code, quote } from './code.ts'
import { createGenerator, EMPTY, type GeneratorParts, memberOfObject } from './expression.ts'
import type { Generator, Names } from './generator.ts'
import { Unit } from './unit.ts'
import { variablesOf } from './variables.ts'

export interface Source {
  readonly text: string
  readonly version: SqlVersion
  readonly providers: readonly string[]
  /** Assignments of SET. */
  readonly variables: readonly Assignment[]
  /** What names and calls mean, where it is not what they mean in a message. */
  readonly names?: (names: Names, unit: Unit) => Partial<Names>
}

/** How a body asks for code while it is written. */
export interface BodyGenerator extends Generator {
  /**
   * Statements that assign the variables which these expressions need, and which have no value yet; all of those
   * when no expressions are given.
   */
  assign(expressions?: readonly Expression[]): string
}

/**
 * Compiles a function of a message, `m`, and its environment, `env`.
 *
 * @param write the statements of its body
 * @returns the function, and the external lookups that it makes
 */
export function compileProgram(
  source: Source,
  write: (generator: BodyGenerator) => string,
): { readonly run: unknown; readonly lookups: readonly string[] } {
  const { text, version, providers } = source
  const unit = new Unit()
  const body = unit.body(() => {
    const parts = { text, version, providers: new Set(providers), unit }
    return writeBody(parts, source, write)
  })
  const scope = unit.usesScope
    ? `const s = { version: ${quote(version)}, message: m, environment: env };\n`
    : ''
  const members = `const w = m.payload;\nconst p = ${unit.call(isObject, 'w')} ? w : ${unit.constant(EMPTY)};\n`
  return { run: unit.build('m, env', `${members}${scope}${body}`), lookups: [...unit.lookups] }
}

function writeBody(
  parts: GeneratorParts,
  { variables, names: special }: Source,
  write: (generator: BodyGenerator) => string,
): string {
  const assigned = new Map<string, Code>()
  const names: Names = {
    name: ({ name }) => memberOfObject(parts.unit, 'p', name),
    variable: (expression) => assigned.get(expression.name) ?? undeclared(generator, variables, expression),
    whole: () => anyCode('w'),
    call: () => undefined,
    isNested: false,
  }
  const generator: Generator = createGenerator(parts, { ...names, ...special?.(names, parts.unit) })
  const assign = (expressions?: readonly Expression[]): string =>
    (expressions === undefined ? variables : variablesOf(variables, expressions))
      .filter(({ name }) => !assigned.has(name))
      .map(({ name, expression }) => {
        const js = parts.unit.fresh('v')
        const code = generator.value(expression)
        assigned.set(name, anyCode(js))
        return `const ${js} = ${parts.unit.call(boundParts, code.js)};\n`
      })
      .join('')
  return write({ ...generator, assign })
}

function undeclared(
  { error }: Generator,
  variables: readonly Assignment[],
  { name, start }: ExpressionOf<'variable'>,
): never {
  const nearest = nearestWord(
    name,
    variables.map((variable) => variable.name),
  )
  throw error('GENBA_SQL_SYNTAX', `the variable @${name} has no value here`, start, {
    expected: 'a variable that SET has assigned before',
    ...(nearest === undefined || nearest === name ? {} : { mend: `did you mean @${nearest}?` }),
  })
}
