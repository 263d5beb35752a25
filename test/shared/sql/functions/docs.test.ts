import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileSql } from '../../../../shared/sql/compile.ts'
import { toJsonText } from '../../../../shared/sql/convert.ts'
import { FUNCTION_NAMES, FUNCTIONS, LOOKUPS } from '../../../../shared/sql/function-table.ts'
import type { SqlObject } from '../../../../shared/sql/value.ts'
import { answer } from './answer.ts'

const page = readFileSync('docs/sql.md', 'utf8')
const rows = page.split('\n').filter((line) => line.startsWith('| `'))
const payload = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '') as SqlObject
const examples = rows.flatMap((row) =>
  [...row.matchAll(/`([^`]+)` is (?:`([^`]+)`|(Undefined))/g)].map(
    ([, expression = '', json = '']) => [expression, json] as const,
  ),
)
const rowOf = (name: string): string | undefined =>
  rows.find((row) => row.toLowerCase().startsWith(`| \`${name.toLowerCase()}(`))

describe('the page on the SQL of rules', () => {
  it('has statements that compile', () => {
    const statements = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, text = '']) => text)
    expect(statements).toHaveLength(2)
    for (const text of statements) compileSql(text, { version: '2016-03-23', windows: true })
  })

  it('has an example in most rows, and each of them is true', () => {
    expect(examples.length).toBeGreaterThan(80)
    const actual = examples.map(
      ([expression]) => `${expression} is ${toJsonText(answer(expression, payload))}`,
    )
    expect(actual).toEqual(examples.map(([expression, json]) => `${expression} is ${json}`))
  })

  it('has a row for every function', () => {
    expect(FUNCTION_NAMES.filter((name) => rowOf(name) === undefined)).toEqual([])
  })

  it('names the version of each function that is newer than the first', () => {
    const since = [...FUNCTIONS.values(), ...LOOKUPS.values()].map((each) => ({
      name: each.name,
      isNewer: each.since === '2016-03-23',
    }))
    const wrong = since.filter(({ name, isNewer }) => rowOf(name)?.includes('| 2016-03-23 |') !== isNewer)
    expect(wrong).toEqual([])
  })
})
