import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { asyncScheduler } from 'rxjs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Workers } from '../../../shared/component/host.ts'
import type { DoneInput, SetAsideInput } from '../../../shared/function/call.ts'
import { createFunctionPool, type FunctionPool } from '../../../shared/function/pool.ts'
import { createWorkers } from '../../../shared/greengrass/workers.ts'
import { createMemoryStore } from '../../../shared/store/memory-store.ts'
import { define, input } from '../function/virtual-workers.ts'

/** Goal: nothing a function does reaches beyond its thread. Method: real threads, bundled as the product's are. */
const ROOT = new URL('../../../', import.meta.url).pathname
let folder = ''
let workers: Workers
let pool: FunctionPool | undefined

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'genba-worker-'))
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['shared/greengrass/worker/main.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);`,
    },
    outfile: join(folder, 'function-worker.mjs'),
    logLevel: 'error',
  })
  const entry = pathToFileURL(join(folder, 'function-worker.mjs'))
  workers = createWorkers({ entry })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(async () => {
  await pool?.close()
  pool = undefined
})

interface Site {
  readonly lines: { level: string; message: string }[]
  call(id: string, event?: unknown): Promise<DoneInput | SetAsideInput>
}

/** On a machine with other work, half a second may pass over an innocent call too: then the next one counts. */
async function served(site: Site): Promise<DoneInput | SetAsideInput> {
  let end = await site.call('good')
  for (let index = 0; index < 5 && 'cause' in end; index++) end = await site.call(`good ${index}`, 'good')
  return end
}

/** A function in a file of this text. */
async function startSite(
  text: string,
  config: Parameters<typeof define>[0] = {},
  name = `f${Math.random()}.mjs`,
): Promise<Site> {
  const file = join(folder, name)
  writeFileSync(file, text)
  const lines: Site['lines'] = []
  const write = (level: string) => (_fields: unknown, message: string) => {
    lines.push({ level, message })
  }
  const ends = new Map<string, (end: DoneInput | SetAsideInput) => void>()
  const opened = await createFunctionPool([define({ file, retries: 0, timeout: '3s', ...config })], {
    workers,
    scheduler: asyncScheduler,
    clock: { wallUs: () => Date.now() * 1000, monotonicMs: () => performance.now() },
    store: createMemoryStore(),
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    onDone: (end) => ends.get(end.id)?.(end),
    onSetAside: (end) => ends.get(end.id)?.(end),
  })
  pool = opened
  return {
    lines,
    call: (id, event = id) =>
      new Promise((resolve) => {
        ends.set(id, resolve)
        opened.call({ ...input(id, id), event: event as string })
      }),
  }
}

describe('a function in its thread', () => {
  it('runs TypeScript with what it imports, and finds neither environment nor arguments', async () => {
    writeFileSync(join(folder, 'helper.ts'), 'export const triple = (n: number): number => n * 3\n')
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

/** What a function does, how its input ends, and what the reason says. */
const HAZARDS: readonly (readonly [what: string, text: string, cause: string, message: RegExp])[] = [
  ['loops for ever', 'export function handler() { for (;;); }', 'deadline', /no answer within 300 ms/],
  ['never settles', 'export const handler = () => new Promise(() => {})', 'deadline', /no answer/],
  [
    'starves its own event loop',
    'export const handler = async () => { for (;;) await null }',
    'deadline',
    /no answer/,
  ],
  [
    'explodes in a regular expression',
    `export const handler = () => /^(a+)+$/.test('a'.repeat(40) + 'b')`,
    'deadline',
    /no answer/,
  ],
  [
    'waits on a lock',
    'export const handler = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
    'deadline',
    /no answer/,
  ],
  [
    'throws',
    `export const handler = () => { throw new Error('no press') }`,
    'threw',
    /^Error: no press\n {4}at bad \(file:.*:1:/,
  ],
  ['throws nonsense', `export const handler = () => { throw { get stack() { throw 1 } } }`, 'threw', /stack/],
  [
    'rejects behind its own back',
    `export const handler = () => { Promise.reject(new Error('lost')); return new Promise(() => {}) }`,
    'crash',
    /lost/,
  ],
  [
    'throws in a timer',
    `export const handler = () => { setTimeout(() => { throw new Error('late') }); return new Promise(() => {}) }`,
    'crash',
    /late/,
  ],
  ['leaves', 'export const handler = () => process.exit(0)', 'exit', /exit code 0/],
  ['recurses without end', 'export function handler() { return handler() + 1 }', 'threw', /call stack/],
  [
    'returns too much',
    `export const handler = () => 'x'.repeat(100_000)`,
    'threw',
    /100002 bytes as JSON, of at most 65536/,
  ],
  ['returns what is no JSON', 'export const handler = () => ({ n: 1n })', 'threw', /BigInt/],
  [
    'returns a circle',
    'export const handler = () => { const a = {}; a.a = a; return a }',
    'threw',
    /circular/,
  ],
]

describe('a function that', () => {
  it.each(HAZARDS)(
    '%s has its input set aside with the reason, and the next one is served',
    async (_what, text, cause, message) => {
      const site = await startSite(
        `${text.replace('handler', 'bad')}
       export const handler = (event) => (event === 'bad' ? bad() : event)`.replace(
          'return handler()',
          'return bad()',
        ),
        { timeout: '300ms' },
      )
      expect(await site.call('bad')).toMatchObject({
        id: 'bad',
        cause,
        message: expect.stringMatching(message),
      })
      expect(await served(site)).toMatchObject({ result: 'good' })
    },
  )

  it.each([
    ['the heap', 'export const bad = () => { const a = []; for (;;) a.push(new Array(1000).fill({})) }'],
    [
      'a map, which grows by doubling',
      'export const bad = () => { const m = new Map(); for (let i = 0; ; i++) m.set(i, i) }',
    ],
    ['one array', 'export const bad = () => new Array(1e8).fill(0).length'],
    ['buffers', 'export const bad = () => { const a = []; for (;;) a.push(Buffer.alloc(4e6, 1)) }'],
  ])('fills %s does so at its own cost alone', async (_what, text) => {
    const site = await startSite(
      `${text}
       export const handler = (event) => (event === 'bad' ? bad() : event)`,
      { timeout: '20s', memory: '32MiB' },
    )
    expect(await site.call('bad')).toMatchObject({ cause: 'memory' })
    expect(await site.call('good')).toMatchObject({ result: 'good' })
  })

  it.each([
    ['sends a signal to its process', `process.kill(process.pid, 'SIGSEGV')`, 'crash'],
    ['waits in the system, where nothing interrupts it', `execSync('sleep 60')`, 'deadline'],
  ])('%s ends the process of the functions, not the component', async (_what, text, cause) => {
    const site = await startSite(
      `import { execSync } from 'node:child_process'
       export const handler = (event) => (event === 'bad' ? ${text} : event)`,
      { timeout: '300ms', workers: 1 },
    )
    expect(await site.call('bad')).toMatchObject({ cause })
    expect(await served(site)).toMatchObject({ result: 'good' })
  })

  it('leaks is given a new thread before it dies', async () => {
    const site = await startSite(
      `const leak = []
       export const handler = (event) => { leak.push(new Array(130_000).fill(leak.length + 0.5)); return event }`,
      { memory: '24MiB', key: 'none' },
    )
    const ends = await Promise.all(Array.from({ length: 60 }, (_, index) => site.call(`${index}`)))
    expect(ends.filter((end) => 'cause' in end)).toEqual([])
    expect(pool?.figures().functions[0]?.workersRecycled).toBeGreaterThan(1)
  })

  it('changes JSON itself and posts answers of its own changes nothing', async () => {
    const site = await startSite(
      `import { parentPort } from 'node:worker_threads'
       JSON.stringify = () => '{'
       JSON.parse = () => { throw new Error('changed') }
       process.exit = () => {}
       export function handler(event) { parentPort.postMessage({ type: 'answer', call: 1 }); return { event } }`,
    )
    expect(await site.call('1')).toMatchObject({ result: { event: '1' } })
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
    if (text === undefined) rmSync(join(folder, name))
    const end = await site.call('1')
    expect(end).toMatchObject({ message: expect.stringMatching(message) })
    expect(['load', 'exit']).toContain('cause' in end ? end.cause : 'none')
    expect(
      site.lines.some(({ level, message: line }) => level === 'error' && line.includes('cannot be loaded')),
    ).toBe(true)
  })
})
