import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pc from 'picocolors'
import { afterAll, describe, expect, it } from 'vitest'
import { type Case, readCases } from '../../../simulator/cli/conform/case-file.ts'
import { describeReport } from '../../../simulator/cli/conform/report-text.ts'
import { runCases } from '../../../simulator/cli/conform/run-cases.ts'
import { errorOf } from '../../support/error-of.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

function file(...lines: readonly (string | object)[]): string {
  const path = join(folder.path, 'cases.jsonl')
  writeFileSync(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  )
  return path
}

const pane = {
  key: 'a',
  startUs: 0,
  endUs: 10,
  timing: 'ON_TIME',
  revision: 0,
  isFinal: true,
  aggregates: { count: 2, mean: 1.5 },
}

/** Two samples in a window of ten microseconds, and what they give. */
const windowCase = (own: object = {}) => ({
  kind: 'window',
  id: 'plain',
  watermarks: 'explicit',
  definition: { window: { type: 'tumbling', size: '10us' }, key: 'tag', aggregates: ['count', 'mean'] },
  input: [
    { tag: 'a', timeUs: 1, value: 1 },
    { tag: 'a', timeUs: 2, value: 2 },
    { watermark: { completeBeforeUs: 10 } },
  ],
  expect: { panes: [pane], late: 0 },
  tolerance: 1e-12,
  ...own,
})

const run = (...lines: readonly object[]) => runCases(readCases(file(...lines)), () => {})

describe('a file of cases', () => {
  it('is run line by line, each by its kind', () => {
    const sql = { sql: "SELECT value AS v FROM 'a'", topic: 'a', payload: { value: 1 } }
    const report = run(
      windowCase(),
      { id: 'sql', sqlVersion: '2016-03-23', ...sql, expect: { match: true, output: { v: 1 } } },
      {
        kind: 'aggregate',
        id: 'sum',
        aggregate: 'sum',
        samples: [[0, 1]],
        expect: 1,
        tolerance: { absolute: 0 },
      },
    )
    expect(report).toEqual({ passed: 3, failed: 0, failures: [] })
  })

  it.each([
    ['a pane that is missing', { panes: [], late: 0 }],
    ['another revision', { panes: [{ ...pane, revision: 1 }], late: 0 }],
    ['another aggregate', { panes: [{ ...pane, aggregates: { count: 2, mean: 1.6 } }], late: 0 }],
    ['an aggregate that is not there', { panes: [{ ...pane, aggregates: { sum: 3 } }], late: 0 }],
    ['another count of late samples', { panes: [pane], late: 1 }],
    ['another count of quarantined samples', { panes: [pane], late: 0, quarantined: 1 }],
    [
      'a withdrawal',
      { panes: [pane], late: 0, withdrawn: [{ key: 'a', startUs: 0, endUs: 10, revision: 1 }] },
    ],
    ['another end', { panes: [{ ...pane, isFinal: false }], late: 0 }],
  ])('fails for %s, with both answers', (_, expected) => {
    const { failed, failures } = run(windowCase({ expect: expected }))
    expect(failed).toBe(1)
    expect(failures).toMatchObject([
      { id: 'plain', expected, actual: { panes: [pane], late: 0, quarantined: 0 } },
    ])
  })

  it('leaves open what a case does not say, and takes aggregates within the tolerance', () => {
    const { isFinal: _, ...open } = { ...pane, aggregates: { mean: 1.5 + 1e-13 } }
    expect(run(windowCase({ expect: { panes: [open], late: 0 } })).failed).toBe(0)
    expect(run(windowCase({ expect: { panes: [open], late: 0 }, tolerance: 0 })).failed).toBe(1)
  })

  it('goes on after a case that cannot be run, and says why with its line', () => {
    const broken = windowCase({ id: 'broken', definition: { window: { type: 'tumbling', size: '10' } } })
    const { passed, failures } = run(broken, windowCase())
    expect(passed).toBe(1)
    expect(failures).toMatchObject([
      { id: 'broken', actual: { error: expect.stringMatching(/^line 1: [\s\S]*size/) } },
    ])
  })

  it('hears of every case as it is done', () => {
    const done: number[] = []
    runCases(readCases(file(windowCase(), windowCase())), (count) => done.push(count))
    expect(done).toEqual([1, 2])
  })

  it('is refused before anything runs when a line is broken, with the number of the line', () => {
    const lineOf = (...lines: readonly (string | object)[]) =>
      errorOf(() => readCases(file(...lines))).issues[0]
    expect(lineOf(windowCase(), '', '{"kind":"window"')).toMatchObject({
      where: expect.stringContaining('line 3'),
      expected: 'one JSON text a line',
    })
    expect(lineOf('[1]')).toMatchObject({ expected: 'a JSON object' })
    expect(lineOf({ kind: 'window' })).toMatchObject({ expected: expect.stringContaining('"id"') })
    expect(lineOf({ id: 'x', kind: 'windw' })).toMatchObject({ mend: 'did you mean "window"?' })
    expect(errorOf(() => readCases(join(folder.path, 'none.jsonl'))).code).toBe('GENBA_FILE_UNREADABLE')
    expect(errorOf(() => readCases(folder.path)).code).toBe('GENBA_FILE_UNREADABLE')
  })

  it('is told to people with each failure and the totals, cut where nobody would read on', () => {
    const failures = Array.from({ length: 30 }, (_, index) => ({
      id: `case-${index}`,
      expected: 'x'.repeat(5000),
      actual: 1,
    }))
    const text = describeReport({ passed: 7, failed: 30, failures }, { colours: pc.createColors(false) })
    expect(text).toContain('case-0\n  expected  "xxx')
    expect(text).toContain('and 10 more; --json prints all')
    expect(text.endsWith('7 passed, 30 failed')).toBe(true)
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(700)
  })

  it('keeps the text of each line, for numbers finer than a double', () => {
    const [one] = readCases(file('{"id":"n","n":12345678901234567890.5}')) as [Case]
    expect(one.text).toContain('12345678901234567890.5')
  })
})
