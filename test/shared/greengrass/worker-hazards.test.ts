import { describe, expect, it } from 'vitest'
import type { DoneInput, SetAsideInput } from '../../../shared/function/call.ts'
import { type Site, workerWorld } from './worker-world.ts'

/** Goal: nothing a function does reaches beyond its thread. Method: real threads, bundled as the product's are. */
const { startSite, figures } = workerWorld()

/** On a machine with other work, half a second may pass over an innocent call too: then the next one counts. */
async function served(site: Site): Promise<DoneInput | SetAsideInput> {
  let end = await site.call('good')
  for (let index = 0; index < 5 && 'cause' in end; index++) end = await site.call(`good ${index}`, 'good')
  return end
}

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
    expect(figures()?.functions[0]?.workersRecycled).toBeGreaterThan(1)
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
