import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileSql, compileTemplate } from '../../../shared/sql/compile.ts'
import { compileCondition } from '../../../shared/sql/condition.ts'
import { toJsonText } from '../../../shared/sql/convert.ts'
import { SqlError } from '../../../shared/sql/errors.ts'
import { FUNCTION_NAMES, LOOKUPS } from '../../../shared/sql/function-table.ts'
import { parseJson } from '../../../shared/sql/json.ts'
import { JSON_DEPTH_MAX } from '../../../shared/sql/limits.ts'
import type { SqlValue } from '../../../shared/sql/value.ts'
import { ENVIRONMENT } from './support.ts'

const PAYLOAD: SqlValue = {
  a: 1,
  b: 'x/y',
  c: [1, { a: 2 }, [3]],
  d: { a: { b: null } },
  e: 1e300,
  f: -0.5,
  g: true,
}
const ENVIRONMENT_WITH_ANSWERS = { ...ENVIRONMENT, lookup: () => ({ a: 1 }) }

/** Compiles and runs whatever it is given: the only error is a refusal. */
function survive(text: string): void {
  const attempts = [
    () => {
      const statement = compileSql(text, {
        version: '2016-03-23',
        providers: [...LOOKUPS.keys()],
        windows: true,
      })
      const result = statement.evaluate({ topic: 'line1/a', payload: PAYLOAD }, ENVIRONMENT_WITH_ANSWERS)
      if (result.match) toJsonText(result.output)
    },
    () => compileSql(text).evaluate({ topic: 'line1/a', payload: PAYLOAD }, ENVIRONMENT),
    () => compileTemplate(text, { version: 'beta' }).fill({ topic: 'a', payload: PAYLOAD }, ENVIRONMENT),
    () => compileCondition(text).holds(5),
  ]
  for (const attempt of attempts) {
    try {
      attempt()
    } catch (error) {
      if (!(error instanceof SqlError)) throw error
    }
  }
}

const WORDS = [
  ...[
    'SELECT',
    'VALUE',
    'FROM',
    'WHERE',
    'SET',
    'AS',
    'AND',
    'OR',
    'NOT',
    'IN',
    'CASE',
    'WHEN',
    'THEN',
    'ELSE',
    'END',
  ],
  ...[
    'EXISTS',
    'cast',
    'Int',
    'GROUP',
    'BY',
    'TUMBLE(10s)',
    'HAVING',
    'true',
    'null',
    '*',
    '*',
    '+',
    '-',
    '/',
    '%',
  ],
  ...[
    '=',
    '<>',
    '<',
    '<=',
    '(',
    ')',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ',',
    '.',
    ':',
    '@x',
    'a',
    'b',
    'c',
    'd',
    'value',
  ],
  ...[
    '1',
    '2.5',
    '1e999',
    '9999999999999999',
    "'#'",
    "'a/b'",
    '"x"',
    "''",
    '__proto__',
    'constructor',
    '${',
    "'\\''",
  ],
  ...FUNCTION_NAMES.map((name) => `${name}(`),
]

const leaf = fc.constantFrom(
  'a',
  'b',
  'c',
  'd.a',
  'e',
  'f',
  'g',
  '1',
  '-2.5',
  "'1'",
  "'x'",
  'null',
  'true',
  '*',
  '[]',
  '@v',
  "'(a+)+$'",
  '1e200',
)
const expression = fc.letrec<{ whole: string }>((tie) => {
  const whole = tie('whole')
  const pair = fc.tuple(whole, whole)
  return {
    whole: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      leaf,
      fc
        .tuple(fc.constantFrom(...FUNCTION_NAMES), fc.array(whole, { maxLength: 4 }))
        .map(([name, args]) =>
          name === 'cast' ? `cast(${args[0] ?? 'a'} AS String)` : `${name}(${args.join(', ')})`,
        ),
      fc
        .tuple(whole, fc.constantFrom('+', '-', '*', '/', '%', '=', '<>', '<', 'AND', 'OR', 'IN'), whole)
        .map(([l, o, r]) => `(${l} ${o} ${r})`),
      pair.map(([x, y]) => `[${x}, ${y}]`),
      pair.map(([x, y]) => `{'k': ${x}, '__proto__': ${y}}`),
      pair.map(([x, y]) => `CASE ${x} WHEN ${y} THEN ${x} ELSE ${y} END`),
      pair.map(([x, y]) => `(SELECT VALUE ${x} FROM c AS q WHERE ${y})`),
      pair.map(([x, y]) => `EXISTS (SELECT *, ${x} AS z FROM * WHERE ${y})`),
      whole.map((x) => `(NOT ${x})`),
      whole.map((x) => `-${x}`),
    ),
  }
}).whole

describe('hostile SQL', () => {
  it('of any characters is refused at most', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), survive), { numRuns: 150 })
  })

  it('of the words of the language is refused at most', () => {
    const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join(' '))
    fc.assert(fc.property(text, survive), { numRuns: 500 })
    fc.assert(
      fc.property(text, (words) => survive(`SELECT ${words} FROM '#'`)),
      { numRuns: 500 },
    )
  })

  it('that is well formed runs, whatever it asks for', () => {
    const run = (selected: string, where: string) =>
      survive(
        `SET @v = d SELECT ${selected} AS r, *, ${where} AS x.y FROM '#' WHERE isUndefined(${where}) OR true`,
      )
    fc.assert(fc.property(expression, expression, run), { numRuns: 200 })
  })

  it.each([
    ['quotes and backslashes', `'\\'"); throw 1; ("' + "\\\\\u2028\u2029\`\${1}"`],
    ['names', '__proto__.constructor.constructor'],
    ['an alias', `1 AS __proto__.constructor, 'x' AS constructor`],
  ])('puts nothing of its own into the code: %s', (_, selected) => {
    const statement = compileSql(`SELECT ${selected} FROM '#'`, { version: '2016-03-23' })
    expect(() => statement.evaluate({ topic: 'a', payload: {} }, ENVIRONMENT)).not.toThrow()
  })

  it('keeps strings as they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        fc.pre(!/\\$|\\"/.test(text))
        const statement = compileSql(`SELECT VALUE "${text.replaceAll('"', '\\"')}" FROM '#'`)
        const result = statement.evaluate({ topic: 'a', payload: {} }, ENVIRONMENT)
        expect(result).toEqual({ match: true, output: text })
      }),
    )
  })
})

describe('statements that would do too much', () => {
  const rows = Array.from({ length: 1000 }, (_, index) => ({ v: index }))
  const doubled = (start: string, step: (before: string) => string, count = 60) =>
    Array.from({ length: count }, (_, n) => `@v${n} = ${n === 0 ? start : step(`@v${n - 1}`)}`).join(', ')

  it.each([
    [
      'loops in loops',
      "SELECT (SELECT VALUE (SELECT VALUE (SELECT VALUE 1 FROM @r) FROM @r) FROM @r) AS x FROM '#'",
      '@r = rows',
    ],
    ['texts that double', "SELECT length(@v59) AS n FROM '#'", doubled("'xxxxxxxx'", (v) => `${v} + ${v}`)],
    ['arrays that double', "SELECT @v59 AS n FROM '#'", doubled('[1]', (v) => `[${v}, ${v}]`)],
    [
      'objects that double',
      "SELECT @v59 AS n FROM '#'",
      doubled("{'a': 1}", (v) => `{'a': ${v}, 'b': ${v}}`),
    ],
    [
      'comparisons of what has doubled',
      "SELECT 1 AS n FROM '#' WHERE @v59 = @v58",
      doubled('[1]', (v) => `[${v}, ${v}]`),
    ],
    [
      'hashes of a long text in a loop',
      "SELECT (SELECT VALUE sha512(@t) FROM @r) AS x FROM '#'",
      '@r = rows, @t = lpad(text + text, 1000)',
    ],
    [
      'long texts compared in a loop',
      "SELECT (SELECT VALUE 1 FROM @r WHERE @a = @b) AS x FROM '#'",
      '@r = rows, @t = lpad(text, 1000), @a = concat(@t, @t), @b = @t + @t',
    ],
    [
      'an array written out often',
      `SELECT ${"@v19 + 'x' + ".repeat(50)}'' AS n FROM '#'`,
      doubled('[1]', (v) => `[${v}, ${v}]`, 20),
    ],
  ])('are stopped: %s', (_, sql, variables) => {
    const statement = compileSql(`SET ${variables} ${sql}`, { version: '2016-03-23' })
    const payload = { rows, text: 'x'.repeat(10_000) }
    const evaluate = () => statement.evaluate({ topic: 'a', payload }, ENVIRONMENT)
    expect(evaluate).toThrowError(expect.objectContaining({ code: 'GENBA_SQL_LIMIT' }))
  })

  it('do not use up what the next evaluation may spend', () => {
    const statement = compileSql("SELECT (SELECT VALUE v FROM rows WHERE v > 998) AS x FROM '#'", {
      version: 'beta',
    })
    for (let turn = 0; turn < 1500; turn++) {
      const result = statement.evaluate(
        { topic: 'a', payload: { rows: turn === 1499 ? rows : rows.slice(0, 900) } },
        ENVIRONMENT,
      )
      if (turn === 1499) expect(result).toEqual({ match: true, output: { x: [999] } })
    }
  })

  it('find payloads that are nested too deep to be no JSON', () => {
    const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`
    expect(parseJson(nested(JSON_DEPTH_MAX), '2016-03-23')).toBeDefined()
    expect(parseJson(nested(JSON_DEPTH_MAX + 1), '2016-03-23')).toBeUndefined()
    expect(parseJson(`"${'['.repeat(1000)}\\""`, '2016-03-23')).toBeDefined()
  })
})
