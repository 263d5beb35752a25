import { describe, expect, it } from 'vitest'
import { compileSql, compileTemplate } from '../../../shared/sql/compile.ts'
import { toJsonText } from '../../../shared/sql/convert.ts'
import { parseJson } from '../../../shared/sql/json.ts'
import type { SqlValue } from '../../../shared/sql/value.ts'
import { answer, ENVIRONMENT, run } from './support.ts'

const output = (sql: string, payload: SqlValue = {}): SqlValue => {
  const result = run(sql, payload)
  return result.match ? result.output : 'no match'
}

const POSITION = { pos: { x: 4, y: -2, tag: { id: 'p9' } }, level: 62 }

describe('SELECT', () => {
  it.each<[string, SqlValue, SqlValue]>([
    ['*', { a: 1 }, { a: 1 }],
    ['*, topic(2) AS press', { a: 1 }, { a: 1, press: 'press3' }],
    ['topic(2) AS a, *', { a: 1 }, { a: 1 }],
    ['a, b.c, d', { a: null, b: { c: 2 } }, { a: null, c: 2 }],
    ['missing', {}, {}],
    ['level AS a.b, pos.x AS a.c', POSITION, { a: { b: 62, c: 4 } }],
    ['*, 1 AS pos.x', POSITION, { ...POSITION, pos: { ...POSITION.pos, x: 1 } }],
    ['level AS a, 1 AS a.b', POSITION, { a: { b: 1 } }],
    ['1 AS a, missing AS a, 2 AS b, 3 AS b', {}, { a: 1, b: 3 }],
    ['upper(name) AS value, value AS from', { name: 'x', value: 2 }, { value: 'X', from: 2 }],
    ["{'m': *, 'gone': missing} AS o", { a: 1 }, { o: { m: { a: 1 } } }],
    ['*.a AS b', { a: 1 }, { b: 1 }],
    ['value - 1 AS rest', { value: 5 }, { rest: 4 }],
    ['value * 2 AS twice', { value: 5 }, { twice: 10 }],
    ['VALUE [a, a]', { a: 1 }, [1, 1]],
    ['VALUE a.b', { a: {} }, undefined],
    ['VALUE -a', { a: 1 }, -1],
    ['VALUE *', { a: 1 }, { a: 1 }],
    ['case.end AS x', {}, 'refused'],
    ['end.case AS x', {}, 'refused'],
    ['a.case.end AS x', { a: { case: { end: 1 } } }, { x: 1 }],
  ])('%s of %o is %o', (selection, payload, expected) => {
    const sql = `SELECT ${selection} FROM '#'`
    if (expected === 'refused') expect(() => compileSql(sql)).toThrow()
    else expect(output(sql, payload)).toEqual(expected)
  })

  it('never reads what JavaScript gives to objects and arrays', () => {
    for (const name of [
      'constructor',
      'toString',
      '__proto__',
      'length',
      's',
      'd',
      'e',
      'map',
      'hasOwnProperty',
    ]) {
      expect(answer(name)).toBeUndefined()
      for (const of of [[1], {}, 'text', 1]) expect(answer(`a.${name}`, { a: of })).toBeUndefined()
      const own = { [name]: 1 }
      expect(answer(`a.${name} + ${name}`, { a: own, ...own })).toBe(2)
    }
    const big = parseJson('{"a": 12345678901234567890}', '2016-03-23')?.value
    expect(['s', 'd', 'e', 'plus'].map((name) => answer(`a.${name}`, big))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  it('takes __proto__ for a member like any other', () => {
    const payload = parseJson('{"__proto__": {"polluted": 1}, "a": 2}', '2016-03-23')?.value
    for (const selection of [
      '*, a AS b',
      'a AS __proto__',
      "{'__proto__': a} AS o",
      'a AS __proto__.x',
      '__proto__, a',
    ]) {
      const made = output(`SELECT ${selection} FROM '#'`, payload)
      expect(toJsonText(made)).toMatch(/__proto__/)
      expect(Reflect.get(Object(made), 'polluted')).toBeUndefined()
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })
})

describe('WHERE', () => {
  it.each<[string, boolean]>([
    ['a > 5', true],
    ['a > 9', false],
    ['missing > 5', false],
    ['b', false],
    ["'true'", false],
    ['c', true],
    ['NOT c', false],
    ['a', false],
    ['b AND a = 9', true],
    ['a = 9 AND missing = 1', false],
    ["topic(1) = 'line1' AND startswith(topic(2), 'press')", true],
  ])('%s acts: %s', (where, acts) => {
    expect(run(`SELECT * FROM '#' WHERE ${where}`, { a: 9, b: 'true', c: true }).match).toBe(acts)
  })
})

describe('FROM', () => {
  it.each<[string, string, boolean]>([
    ['a/b', 'a/b', true],
    ['a/b', 'A/b', false],
    ['a/b', 'a/b/c', false],
    ['a/#', 'a', false],
    ['a/#', 'a/', true],
    ['a/#', 'a/b/c', true],
    ['a/#', 'ab', false],
    ['#', 'a', true],
    ['+', 'a', true],
    ['+', 'a/b', false],
    ['+', '', true],
    ['a/+/c', 'a/b/c', true],
    ['a/+/c', 'a//c', true],
    ['a/+/c', 'a/b', false],
    ['a/+/#', 'a/b', false],
    ['a/+/#', 'a/b/c', true],
    ['+/+', 'a', false],
    ['+/b/+', 'a/b/c', true],
    ['+/b/+', 'a/c/c', false],
  ])('%s takes %s: %s', (filter, topic, takes) => {
    expect(run(`SELECT * FROM '${filter}'`, {}, { topic }).match).toBe(takes)
  })

  it('judges Basic Ingest by what follows the name of the rule', () => {
    const topic = '$aws/rules/Saw/mill/saw'
    const sql = "SELECT topic() AS t, topic(1) AS one FROM 'mill/+'"
    expect(run(sql, {}, { topic })).toEqual({ match: true, output: { t: 'mill/saw', one: 'mill' } })
    expect(run(sql, {}, { topic, environment: { ruleName: 'Other' } }).match).toBe(false)
    expect(run('SELECT topic(2) AS t', {}, { topic })).toEqual({ match: true, output: { t: 'saw' } })
    expect(run('SELECT 1 AS one', {}, { topic: 'mill/saw' }).match).toBe(false)
  })
})

describe('nested queries, CASE and SET', () => {
  const ROWS = { e: [{ n: 'a', v: 1 }, { n: 'b', v: 20 }, 3], limit: 10, o: { a: 1, b: 2 }, k: 'x' }
  it.each<[string, SqlValue]>([
    ['(SELECT VALUE n FROM e)', ['a', 'b']],
    ['(SELECT n FROM e WHERE v > 10)', [{ n: 'b' }]],
    ['(SELECT VALUE x FROM e AS x WHERE x > 2)', [3]],
    ['(SELECT VALUE x.v FROM e AS x WHERE x.v > limit)', []],
    ['(SELECT a FROM o)', { a: 1 }],
    ['(SELECT VALUE b FROM o WHERE a = 2)', undefined],
    ['(SELECT k FROM *)', [{ k: 'x' }]],
    ['(SELECT n FROM k)', undefined],
    ["(SELECT VALUE (SELECT VALUE topic(1) FROM *) FROM e WHERE n = 'a')", [['line1']]],
    ['EXISTS (SELECT n FROM e WHERE v = 20)', true],
    ['EXISTS (SELECT n FROM e WHERE v = 21)', false],
    ['EXISTS (SELECT n FROM missing)', false],
    ['isNull(SELECT VALUE n FROM e)', false],
    ["CASE k WHEN 'y' THEN 1 WHEN 'x' THEN 2 ELSE 3 END", 2],
    ["CASE k WHEN 'y' THEN 1 END", undefined],
    ["CASE missing WHEN 'y' THEN 1 ELSE 2 END", undefined],
    ['CASE k WHEN missing THEN 1 ELSE 2 END', 2],
    ['CASE limit > 5 WHEN true THEN limit * 2 END', 20],
    ['CASE limit WHEN 10.0 THEN 1 END', 1],
  ])('%s is %o', (expression, expected) => {
    expect(answer(expression, ROWS)).toEqual(expected)
  })

  it('assigns variables once, in order, before WHERE', () => {
    const sql = `SET @low = 5, @high = @low * 2, @p = pos
      SELECT @high AS high, @p.tag.id, (SELECT VALUE v FROM rows WHERE v > @low) AS rows FROM '#' WHERE level > @high`
    const payload = { ...POSITION, rows: [{ v: 5 }, { v: 6 }] }
    expect(output(sql, payload)).toEqual({ high: 10, id: 'p9', rows: [6] })
    expect(output(sql, { level: 10 })).toBe('no match')
  })
})

/** With `#{` for what a linter takes for a mistaken template of JavaScript. */
const template = (text: string, options: Parameters<typeof compileTemplate>[1] = {}) =>
  compileTemplate(text.replaceAll('#{', '$' + '{'), options)

describe('templates', () => {
  it('see the message and the variables, not the output', () => {
    const statement = compileSql("SET @n = level + 1 SELECT level AS alias FROM '#'", {
      version: '2016-03-23',
    })
    const text = '#{topic(1)}/#{@n}-#{alias}-#{get({"a": "}"}, "a")}-#{pos}$'
    const message = { topic: 'line1/x', payload: { level: 2.5, pos: { x: [1, null] } } }
    expect(template(text, { version: '2016-03-23', statement }).fill(message, ENVIRONMENT)).toBe(
      'line1/3.5--}-{"x":[1,null]}$',
    )
  })

  it('are refused with the place in their text', () => {
    expect(() => template('a/#{topic(1}')).toThrowError(expect.objectContaining({ line: 1, column: 12 }))
    expect(() => template('a/#{@n}')).toThrowError(expect.objectContaining({ code: 'GENBA_SQL_SYNTAX' }))
  })
})

describe('payloads', () => {
  it('keep the digits of their numbers', () => {
    const text = '{"big":123456789012345678901234,"fine":0.1234567890123456789,"list":["n1",1e400]}'
    expect(toJsonText(output("SELECT * FROM '#'", parseJson(text, '2016-03-23')?.value))).toBe(
      text.replace('1e400', '1E400'),
    )
    expect(toJsonText(parseJson('[10.0, 1.50, 1e2]', '2015-10-08')?.value)).toBe('[10.0,1.5,100.0]')
    expect(toJsonText(parseJson('[10.0, 1.50, 1e2]', '2016-03-23')?.value)).toBe('[10,1.5,100]')
  })

  it('that are no JSON pass through as they are, and have no members', () => {
    const bytes = Uint8Array.of(0, 255, 128)
    const message = { topic: 'a', payload: undefined, bytes }
    expect(compileSql("SELECT * FROM 'a'").evaluate(message, ENVIRONMENT)).toMatchObject({
      match: true,
      bytes,
    })
    const encoded = compileSql("SELECT encode(*, 'base64') AS data, x FROM 'a'", { version: 'beta' })
    expect(encoded.evaluate(message, ENVIRONMENT)).toEqual({ match: true, output: { data: 'AP+A' } })
  })
})
