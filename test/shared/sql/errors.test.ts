import { describe, expect, it } from 'vitest'
import { describeError } from '../../../shared/errors/genba-error.ts'
import { compileSql, type SqlOptions } from '../../../shared/sql/compile.ts'
import { SqlError } from '../../../shared/sql/errors.ts'

function refusal(sql: string, options: SqlOptions = { version: '2016-03-23' }): SqlError {
  try {
    compileSql(sql, options)
  } catch (error) {
    if (error instanceof SqlError) return error
    throw error
  }
  throw new Error(`not refused: ${sql}`)
}

describe('a statement that is refused', () => {
  it('shows the place in the text with a caret under it', () => {
    const error = refusal("SELECT *\nFROM 'line1/#'\nWHERE temp >> 5")
    expect(error).toMatchObject({ code: 'GENBA_SQL_SYNTAX', line: 3, column: 13 })
    expect(describeError(error)).toContain('  WHERE temp >> 5\n              ^\n')
  })

  it('shows what is around the place of a long line', () => {
    const error = refusal(`SELECT ${'a, '.repeat(100)} FROM 'x' ${'b '.repeat(100)}`)
    const [line = '', caret = ''] = error.issues[0]?.excerpt ?? []
    expect(line.length).toBeLessThan(130)
    expect(line.slice(caret.length - 1)).toMatch(/^FROM 'x'/)
  })

  it.each([
    ["SELECT a FROM 'x' WEHRE a = 1", 'did you mean WHERE?'],
    ["SELECT a FORM 'x'", 'did you mean FROM?'],
    ["SELECT regex_matches(a, 'x') AS r FROM 'x'", 'did you mean regexp_matches?'],
    ["SELECT get_or_defalt(a, 1) AS r FROM 'x'", 'did you mean get_or_default?'],
    ["SELECT cast(a AS Sting) AS r FROM 'x'", 'did you mean STRING?'],
    ["SET @limit = 5 SELECT a FROM 'x' WHERE a > @limt", 'did you mean @limit?'],
    ["SELECT a FROM 'x' WHERE a == 1", 'write ='],
    ["SELECT a FROM 'x' WHERE a != 1", 'write <>'],
    ["SELECT a[0] FROM 'x'", 'write get(array, 0)'],
    ["SELECT a FROM 'x' WHERE 1 < a < 5", 'join two comparisons with AND'],
    ["SELECT mean(value) AS m FROM 'x' GROUP BY TUMBLE(10s)", 'use it where a rule takes windows'],
  ])('says how to mend %s', (sql, mend) => {
    expect(refusal(sql).issues[0]?.mend).toContain(mend)
  })

  it.each([
    ['', 'SELECT'],
    ["SELECT FROM 'x'", 'an expression'],
    ["SELECT a, FROM 'x'", 'an expression'],
    ["SELECT a AS FROM 'x'", 'a name after AS'],
    ['SELECT a FROM "x"', 'single quotes'],
    ['SELECT a FROM x', 'single quotes'],
    ["SELECT a FROM 'x' WHERE", 'an expression'],
    ["SELECT (a + 1 FROM 'x'", '")"'],
    ["SELECT abs(a, FROM 'x'", 'an expression'],
    ["SELECT {k: 1} AS r FROM 'x'", 'in quotes'],
    ["SELECT CASE a ELSE 1 END AS r FROM 'x'", 'WHEN'],
    ["SELECT CASE WHEN a = 1 THEN 2 END AS r FROM 'x'", 'the value that CASE compares'],
    ["SELECT CASE a WHEN 1 END AS r FROM 'x'", 'THEN'],
    ["SELECT EXISTS (a) AS r FROM 'x'", 'SELECT'],
    ["SELECT (SELECT VALUE b) AS r FROM 'x'", 'FROM'],
    ["SELECT VALUE a, b FROM 'x'", 'one expression'],
    ["SELECT a IN [1] IN [2] FROM 'x'", 'expected'],
    ["SELECT [1, 2,] AS r FROM 'x'", 'an expression'],
    ["SELECT * / 2 * FROM 'x'", 'an expression'],
    ["SET @a = 1, @a = 2 SELECT @a FROM 'x'", 'assigned twice'],
    ["SET @b = @a, @a = 1 SELECT @b FROM 'x'", 'has no value here'],
    ["SELECT a.'b' FROM 'x'", 'a name after "."'],
    ["SELECT data.1st FROM 'x'", 'neither a number nor a name'],
    ["SELECT a FROM 'x", 'not closed'],
    ["SELECT a FROM 'x'; SELECT b FROM 'x'", 'no part of the language'],
    ["SELECT a FROM 'x' -- all", 'the end'],
    ["SELECT a FROM 'a/#/b'", 'last level'],
    ["SELECT a FROM 'a+/b'", 'fill its level'],
    ["SELECT a FROM ''", 'empty'],
  ])('refuses %s', (sql, reason) => {
    const error = refusal(sql)
    expect(error.code).toBe('GENBA_SQL_SYNTAX')
    expect(`${error.message} ${error.issues[0]?.expected}`).toContain(reason)
  })

  it.each([
    "SELECT [a] AS r FROM 'x'",
    "SELECT {'a': 1} AS r FROM 'x'",
    "SELECT (SELECT VALUE a FROM b) AS r FROM 'x'",
    "SELECT cast(a AS Bool) AS r FROM 'x'",
    "SELECT cast(a AS Decimal) AS r FROM 'x'",
    "SELECT indexof(a, 'b') AS r FROM 'x'",
    "SELECT get_or_default(a, 1) AS r FROM 'x'",
  ])('says which version %s needs', (sql) => {
    expect(() => compileSql(sql, { version: 'beta' })).not.toThrow()
    const error = refusal(sql, {})
    expect(error.code).toBe('GENBA_SQL_VERSION')
    expect(error.issues[0]).toMatchObject({ expected: 'version 2016-03-23', received: 'version 2015-10-08' })
  })

  it.each([
    ['a longer text', `SELECT ${'a'.repeat(20_000)} FROM 'x'`],
    ['deeper parentheses', `SELECT ${'('.repeat(100)}1${')'.repeat(100)} AS r FROM 'x'`],
    ['a longer chain', `SELECT ${'1 + '.repeat(1000)}1 AS r FROM 'x'`],
    ['a longer path', `SELECT a${'.b'.repeat(1000)} AS r FROM 'x'`],
    ['more expressions', `SELECT ${'a,'.repeat(4500)}a FROM 'x'`],
    ['more minus signs', `SELECT ${'- '.repeat(1000)}1 AS r FROM 'x'`],
    ['deeper nested queries', `SELECT ${'(SELECT VALUE '.repeat(70)}a${' FROM b)'.repeat(70)} AS r FROM 'x'`],
  ])('refuses %s than its limit', (_, sql) => {
    expect(refusal(sql).code).toBe('GENBA_SQL_LIMIT')
  })

  it('refuses a lookup that the host does not answer, and says which it does', () => {
    const error = refusal("SELECT get_thing_shadow('a', 'r').state AS s FROM 'x'", {
      version: '2016-03-23',
      providers: ['aws_lambda'],
    })
    expect(error).toMatchObject({ code: 'GENBA_SQL_LOOKUP', column: 8 })
    expect(error.issues[0]?.expected).toBe('one of aws_lambda')
  })
})
