import { describe, expect, it } from 'vitest'
import { compileSql } from '../../../shared/sql/compile.ts'
import type { SqlGroupBy } from '../../../shared/sql/group-by.ts'
import type { WindowPane } from '../../../shared/window/pane.ts'
import { ENVIRONMENT } from './support.ts'

const compile = (sql: string) => compileSql(sql, { version: '2016-03-23', windows: true })

function grouped(sql: string): SqlGroupBy {
  const { groupBy } = compile(sql)
  if (groupBy === undefined) throw new Error('no windows')
  return groupBy
}

const pane = (aggregates: WindowPane['aggregates'], key = 'line1/press3'): WindowPane => ({
  key,
  window: 'w',
  startUs: 10_000_000,
  endUs: 20_000_000,
  revision: 1,
  timing: 'LATE',
  isFinal: false,
  count: 3,
  bad: 0,
  uncertain: 0,
  aggregates,
})

describe('GROUP BY windows', () => {
  it.each<[string, SqlGroupBy['window']]>([
    ['TUMBLE(10s)', { type: 'tumbling', sizeUs: 1e7, offsetUs: 0 }],
    ["tumble( '1m30s' , 5s )", { type: 'tumbling', sizeUs: 9e7, offsetUs: 5e6 }],
    ['HOP(10s, 500ms)', { type: 'hopping', sizeUs: 1e7, hopUs: 5e5, offsetUs: 0 }],
    ['SESSION(1m)', { type: 'session', gapUs: 6e7 }],
    ['SESSION(1m, 1h)', { type: 'session', gapUs: 6e7, maxDurationUs: 3.6e9 }],
    ['COUNT(100)', { type: 'count', size: 100, every: 100 }],
    ['COUNT(100, 10)', { type: 'count', size: 100, every: 10 }],
  ])('%s is a window', (text, window) => {
    expect(grouped(`SELECT count(*) AS n FROM '#' GROUP BY ${text}`).window).toEqual(window)
  })

  it.each<[string, SqlGroupBy['key'], string]>([
    ['', { by: 'all' }, '1 AS k'],
    ['tag,', { by: 'tag' }, 'tag, topic(2) AS k'],
    ['line,', { by: 'attribute', attribute: 'line' }, 'line AS k'],
    ['topic(1), topic(3),', { by: 'levels', levels: [1, 3] }, 'topic(3) AS k'],
  ])('by "%s" has a key', (keys, key, selection) => {
    expect(grouped(`SELECT ${selection} FROM '#' GROUP BY ${keys} COUNT(5)`).key).toEqual(key)
  })

  it('names the aggregates that windows answer, each once', () => {
    const { aggregates } = grouped(
      `SELECT mean(value) AS m, Mean(value) + count() AS x, percentile(value, 0.95) AS p,
        percentile(value, {'q': 0.95, 'index': 'linear', 'width': 0.1}) AS l,
        durationInState(value, 'run') AS d, histogram(value, [-1, 0, 1]) AS h
       FROM '#' GROUP BY tag, TUMBLE(10s) HAVING max(value) > 5`,
    )
    expect(aggregates.map(({ as }) => as)).toEqual([
      'max',
      'mean',
      'count',
      'p95',
      'p95_2',
      'durationInState',
      'histogram',
    ])
    expect(aggregates.find(({ as }) => as === 'histogram')?.params).toEqual({ bounds: [-1, 0, 1] })
  })

  it('selects from the answers where HAVING holds', () => {
    const { evaluate } = grouped(
      `SET @limit = 80 SELECT tag, mean(value) AS avg.value, max(value) - min(value) AS range, window_end() AS t,
        revision() AS r, timing() AS timing FROM 'line1/#' GROUP BY tag, TUMBLE(10s) HAVING max(value) > @limit`,
    )
    const answer = { max: 90.5, mean: 80.2, min: 70.1 }
    const output = { tag: 'line1/press3', avg: { value: 80.2 }, range: 20.4, t: 20_000, r: 1, timing: 'LATE' }
    expect(evaluate(pane(answer), ENVIRONMENT)).toEqual({ match: true, output })
    expect(evaluate(pane({ ...answer, max: 80 }), ENVIRONMENT)).toEqual({ match: false })
    expect(evaluate(pane({ ...answer, max: null }), ENVIRONMENT)).toEqual({ match: false })
  })

  it('reads the levels that are grouped by from the key', () => {
    const { evaluate } = grouped(
      "SELECT topic(3) AS c, topic(1) AS a FROM '#' GROUP BY topic(1), topic(3), COUNT(2)",
    )
    expect(evaluate(pane({}, 'x/z'), ENVIRONMENT)).toMatchObject({ output: { c: 'z', a: 'x' } })
  })

  it('lets WHERE decide which messages go into windows', () => {
    const statement = compile("SELECT mean(value) AS m FROM 'a/#' WHERE value > 0 GROUP BY tag, TUMBLE(10s)")
    const match = (topic: string, value: number) =>
      statement.evaluate({ topic, payload: { value } }, ENVIRONMENT).match
    expect([match('a/b', 1), match('a/b', 0), match('b/b', 1)]).toEqual([true, false, false])
  })

  it.each([
    ["SELECT value FROM '#' GROUP BY tag, TUMBLE(10s)", 8, 'not the same for all samples'],
    ["SELECT * FROM '#' GROUP BY TUMBLE(10s)", 1, 'not the same for all samples'],
    ["SELECT topic(1) AS t FROM '#' GROUP BY topic(2), TUMBLE(10s)", 8, 'not the same for all samples'],
    ["SELECT avg(value) AS a FROM '#' GROUP BY TUMBLE(10s)", 8, 'no function "avg"'],
    ["SELECT mean(temp) AS a FROM '#' GROUP BY TUMBLE(10s)", 13, 'takes the value'],
    ["SELECT percentile(value, 2) AS a FROM '#' GROUP BY TUMBLE(10s)", 8, 'refused'],
    ["SELECT percentile(value, tag) AS a FROM '#' GROUP BY TUMBLE(10s)", 26, 'no parameter'],
    ["SELECT count() AS n FROM '#' GROUP BY tag", 42, 'a window'],
    ["SELECT count() AS n FROM '#' GROUP BY TUMBLE(10)", 46, 'not a duration'],
    ["SELECT count() AS n FROM '#' GROUP BY TUMBLE(0s)", 46, 'no size'],
    ["SELECT count() AS n FROM '#' GROUP BY HOP(10s)", 39, 'does not take 1'],
    ["SELECT count() AS n FROM '#' GROUP BY COUNT(1.5)", 45, 'not a number of samples'],
    ["SELECT count() AS n FROM '#' GROUP BY TUMBLE(10s), tag", 50, 'the window comes last'],
    ["SELECT count() AS n FROM '#' GROUP BY a + 1, TUMBLE(10s)", 39, 'cannot be grouped'],
    ["SELECT count() AS n FROM '#' WHERE count() > 1 GROUP BY TUMBLE(10s)", 36, 'no function "count"'],
  ])('refuses %s', (sql, column, message) => {
    expect(() => compile(sql)).toThrowError(
      expect.objectContaining({
        code: 'GENBA_SQL_SYNTAX',
        column,
        message: expect.stringContaining(message),
      }),
    )
  })
})
