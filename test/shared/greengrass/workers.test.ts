import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT, workerWorld } from './worker-world.ts'

const { startSite, pathOf } = workerWorld()

describe('a function in its thread', () => {
  it('runs TypeScript with what it imports, and finds neither environment nor arguments', async () => {
    writeFileSync(pathOf('helper.ts'), 'export const triple = (n: number): number => n * 3\n')
    const site = await startSite(
      `import type { Handler } from './genba-function.ts'
       import { basename } from 'node:path'
       import { triple } from './helper.ts'
       enum Unit { Celsius = 4 }
       export const handler: Handler<{ n: number }> = async (event, context) => ({
         n: triple(event.n), unit: Unit.Celsius, base: basename('a/b'), key: context.key, attempt: context.attempt,
         isEarly: context.deadlineMs > Date.now(), name: context.function,
         env: Object.keys(process.env), flags: process.execArgv, argv: process.argv.slice(2),
       })`,
      {},
      'typed.ts',
    )
    expect(await site.call('1', { n: 2 })).toMatchObject({
      result: {
        n: 6,
        unit: 4,
        base: 'b',
        key: '1',
        attempt: 1,
        isEarly: true,
        name: 'f',
        env: [],
        flags: [],
        argv: [],
      },
    })
  })

  it('runs the example', async () => {
    const text = readFileSync(join(ROOT, 'examples/functions/heat-report.ts'), 'utf8')
    const site = await startSite(text, {}, 'heat-report.ts')
    expect(await site.call('1', { tag: 'line1/press3/temperature', value: 91.25 })).toMatchObject({
      result: { machine: 'line1/press3', text: 'line1/press3: 11.3 °C over its limit' },
    })
    expect(await site.call('2', { tag: 'line1/press3/temperature', value: 20 })).toMatchObject({
      result: undefined,
    })
    expect(await site.call('3', { tag: 'press3', value: 20 })).toMatchObject({
      message: expect.stringMatching(/names no machine\n.*heat-report\.ts:20:/),
    })
  })

  it.each([
    ['a CommonJS file', 'cjs.cjs', 'exports.handler = (event) => event'],
    ['an ES module', 'esm.mjs', 'export const handler = async (event) => event'],
    ['a file of either kind', 'plain.js', 'export function handler(event) { return event }'],
  ])('runs %s', async (_what, name, text) => {
    const site = await startSite(text, {}, name)
    expect(await site.call('1', { a: [1, null] })).toMatchObject({ result: { a: [1, null] } })
  })

  it('speaks through the log of the component, a bounded number of lines a call', async () => {
    const site = await startSite(
      `import console from 'node:console'
       export function handler(event, { log }) {
         globalThis.console.log('value', { a: 1 })
         log.warn('own')
         console.error('long'.repeat(1000))
         for (let i = 0; i < 100; i++) process.stdout.write(i + '\\n')
       }`,
    )
    await site.call('1')
    expect(site.lines.slice(0, 2)).toEqual([
      { level: 'info', message: 'value { a: 1 }' },
      { level: 'warn', message: 'own' },
    ])
    expect(site.lines[2]?.message).toHaveLength(1000)
    // Fifty a call and how many were left out; twenty a second.
    expect(site.lines.length).toBeGreaterThanOrEqual(20)
    expect(site.lines.length).toBeLessThanOrEqual(51)
  })
})

describe('a file that', () => {
  it.each([
    ['is missing', undefined, 'absent.mjs', /ENOENT.*absent\.mjs/],
    [
      'has a fault in its syntax',
      'export const a = 1\nconst = 3',
      'syntax.mjs',
      /syntax\.mjs: Unexpected token \(2:/,
    ],
    ['has one in TypeScript', 'const a: number = 1\nlet = = 3', 'syntax.ts', /syntax\.ts.*\(2:|syntax\.ts:2/],
    [
      'exports nothing of that name',
      'export const handlr = 1',
      'none.mjs',
      /exports no handler; it exports handlr/,
    ],
    [
      'exports no function',
      'export const handler = 1',
      'one.ts',
      /something else than a function as handler/,
    ],
    ['throws while it loads', `throw new Error('at the top')`, 'top.mjs', /at the top/],
    [
      'imports what is not there',
      `import './gone.mjs'\nexport const handler = 1`,
      'gone.mjs.mjs',
      /gone\.mjs/,
    ],
    ['leaves while it loads', 'process.exit(7)', 'left.mjs', /exit code 7/],
  ])('%s is told with its name and place', async (_what, text, name, message) => {
    const site = await startSite(text ?? '', {}, name)
    if (text === undefined) rmSync(pathOf(name))
    const end = await site.call('1')
    expect(end).toMatchObject({ message: expect.stringMatching(message) })
    expect(['load', 'exit']).toContain('cause' in end ? end.cause : 'none')
    expect(
      site.lines.some(({ level, message: line }) => level === 'error' && line.includes('cannot be loaded')),
    ).toBe(true)
  })
})
