import { afterEach, describe, expect, it, vi } from 'vitest'
import { runCommandLine } from '../../../simulator/cli/program.ts'

const written = { stdout: '', stderr: '' }
for (const name of ['stdout', 'stderr'] as const) {
  vi.spyOn(process[name], 'write').mockImplementation((text) => {
    written[name] += String(text)
    return true
  })
}
afterEach(() => Object.assign(written, { stdout: '', stderr: '' }))

const INSTALLATION = { version: '0.0.0' } as Parameters<typeof runCommandLine>[1]

const evaluate = (sql: string, ...args: readonly string[]) =>
  runCommandLine(['rule', 'eval', '--sql', sql, '--topic', 'line1/press3', ...args], INSTALLATION)

describe('genba rule eval', () => {
  it('prints the output with all its digits', async () => {
    const sql = "SELECT topic(2) AS press, a / 3.5 AS third, big FROM 'line1/#'"
    expect(await evaluate(sql, '--payload', '{"a": 1, "big": 12345678901234567890}', '--json')).toBe(0)
    expect(written.stdout).toBe(
      '{"press":"press3","third":0.2857142857142857142857142857142857,"big":12345678901234567890}\n',
    )
  })

  it('says when there is no match', async () => {
    expect(await evaluate("SELECT * FROM 'line2/#'", '--payload', '{}', '--json')).toBe(0)
    expect(written.stdout).toBe('no match\n')
  })

  it('refuses with the place and the reason', async () => {
    expect(await evaluate("SELECT a FROM 'line1/#' WHERE a >", '--payload', '{}')).toBe(1)
    expect(written.stdout).toBe('')
    expect(written.stderr).toContain('line 1, column 34')
    expect(written.stderr).toContain(`${' '.repeat(35)}^`)
  })

  it('answers lookups by the stubs of the context, and refuses others', async () => {
    const sql = "SELECT get_secret('a', 'SecretString', 'r') AS s, clientid() AS c FROM '#'"
    const context = '{"clientid": "c1", "stubs": {"get_secret": "xyz"}}'
    expect(await evaluate(sql, '--payload', '{}', '--context', context, '--json')).toBe(0)
    expect(written.stdout).toBe('{"s":"xyz","c":"c1"}\n')
    expect(await evaluate(sql, '--payload', '{}')).toBe(1)
    expect(written.stderr).toContain('GENBA_SQL_LOOKUP')
  })

  it('takes wrong options for wrong usage', async () => {
    expect(await evaluate("SELECT * FROM '#'")).toBe(2)
    expect(await evaluate("SELECT * FROM '#'", '--payload', '{}', '--context', '{"clientid": 4}')).toBe(2)
    expect(await evaluate("SELECT * FROM '#'", '--payload', '{}', '--sql-version', '2020')).toBe(2)
  })
})
