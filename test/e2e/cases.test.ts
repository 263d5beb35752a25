import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runGenba } from '../support/genba-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = temporaryFolder()
afterAll(folder.remove)

function file(name: string, ...lines: readonly (string | object)[]): string {
  const path = join(folder.path, name)
  writeFileSync(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  )
  return path
}

const sum = (id: string, expected: number) => ({
  kind: 'aggregate',
  id,
  aggregate: 'sum',
  samples: [
    [0, 1],
    [1, 2],
  ],
  expect: expected,
  tolerance: { absolute: 0 },
})

describe('genba conform', () => {
  it('ends with 0 when all cases pass, with 1 when one fails, and tells which', async () => {
    const good = await runGenba(['conform', file('good.jsonl', sum('right', 3)), '--json'])
    expect(good.code, good.stderr).toBe(0)
    expect(JSON.parse(good.stdout)).toEqual({ passed: 1, failed: 0, failures: [] })
    const bad = await runGenba(['conform', file('bad.jsonl', sum('right', 3), sum('wrong', 4)), '--json'])
    expect(bad.code).toBe(1)
    expect(JSON.parse(bad.stdout)).toMatchObject({
      passed: 1,
      failed: 1,
      failures: [{ id: 'wrong', expected: 4 }],
    })
    expect(bad.stderr).toContain('GENBA_CASES_FAILED')
  })

  it('ends with 1 and the number of the line when the file is broken, with 2 when none is named', async () => {
    const broken = await runGenba(['conform', file('broken.jsonl', sum('right', 3), '{"kind":')])
    expect(broken.code).toBe(1)
    expect(broken.stderr).toContain('line 2')
    expect(broken.stderr).not.toContain('    at ')
    expect((await runGenba(['conform', join(folder.path, 'none.jsonl')])).code).toBe(1)
    expect((await runGenba(['conform'])).code).toBe(2)
  })
})

describe('genba window eval', () => {
  it('prints every answer of a window over given samples', async () => {
    const config = file(
      'window.yaml',
      'type: tumbling\nsize: 10s\nallowedLateness: 5s\naggregates: [count, sum]',
    )
    const input = file(
      'input.jsonl',
      { tag: 'a', timeUs: 1_000_000, value: 1 },
      { watermarkUs: 10_000_000 },
      { tag: 'a', timeUs: 2_000_000, value: 2, quality: 'uncertain' },
      { watermarkUs: 15_000_000 },
      { tag: 'a', timeUs: 3_000_000, value: 4 },
    )
    const { code, stdout, stderr } = await runGenba([
      'window',
      'eval',
      '--config',
      config,
      '--input',
      input,
      '--json',
    ])
    expect(code, stderr).toBe(0)
    const bounds = { key: 'a', startUs: 0, endUs: 10_000_000 }
    expect(JSON.parse(stdout)).toMatchObject({
      panes: [
        { ...bounds, timing: 'ON_TIME', revision: 0, aggregates: { count: 1, sum: 1 } },
        { ...bounds, timing: 'LATE', revision: 1, aggregates: { count: 2, sum: 3 }, uncertain: 1 },
      ],
      withdrawn: [],
      late: 1,
      quarantined: 0,
    })
  })

  it('ends with 1 and the place of the fault when the window is none', async () => {
    const config = file('bad.yaml', 'type: tumbling\nsize: 10')
    const { code, stderr } = await runGenba(['window', 'eval', '--config', config, '--input', config])
    expect(code).toBe(1)
    expect(stderr).toContain('write "10s" if you meant seconds')
  })
})
