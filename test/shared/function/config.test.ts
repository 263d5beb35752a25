import { describe, expect, it } from 'vitest'
import { checkConfig } from '../../../shared/component/config.ts'
import { FunctionConfig, toDefinition } from '../../../shared/function/config.ts'

const check = (value: unknown) => checkConfig(FunctionConfig, value, { component: 'test' })
const definitionOf = (value: unknown) => {
  const checked = check(value)
  if (!checked.ok) throw checked.error
  return toDefinition(checked.config)
}

describe('the configuration of a function', () => {
  it('needs a name and a file; the rest has defaults', () => {
    expect(definitionOf({ name: 'heat-report', file: 'functions/heat-report.ts' })).toEqual({
      name: 'heat-report',
      file: 'functions/heat-report.ts',
      handler: 'handler',
      version: '',
      timeoutMs: 1000,
      memoryBytes: 64 * 1024 ** 2,
      workers: 2,
      retries: 2,
      backoffMs: 200,
      key: 'tag',
      queueInputs: 1000,
      queueBytes: 4 * 1024 ** 2,
      recycleAfter: 10_000,
      outputTopic: undefined,
      deadLetterTopic: undefined,
    })
  })

  it('takes numbers as text, as nucleus lite gives them', () => {
    const given = { name: 'f', file: 'f.js', workers: '4', retries: '0', memory: '32MiB', timeout: '50ms' }
    expect(definitionOf(given)).toMatchObject({
      workers: 4,
      retries: 0,
      memoryBytes: 32 * 1024 ** 2,
      timeoutMs: 50,
    })
  })

  it.each([
    ['file', 'f.py', /TypeScript or JavaScript/],
    ['name', 'a b', /letters, digits/],
    ['timeout', '1ms', /5ms to 5m/],
    ['memory', '1MiB', /of at least|from/],
    ['workers', 0, /from 1 to 16/],
    ['workers', 1000, /from 1 to 16/],
    ['backoff', '2m', /at most 1m/],
    ['key', 'machine', /tag/],
    ['output', 'site/+/x', /without \+ and #/],
    ['timeuot', '1s', /timeout/],
  ])('refuses %s: %s', (key, value, expected) => {
    const checked = check({ name: 'f', file: 'f.js', [key]: value })
    expect(checked.ok).toBe(false)
    const issue = checked.ok ? undefined : checked.error.issues[0]
    expect(JSON.stringify(issue)).toMatch(expected)
    expect(issue?.where).toContain(key)
  })
})
