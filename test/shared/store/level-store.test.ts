import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asStoreError } from '../../../shared/store/level-error.ts'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import type { StoreEntry } from '../../../shared/store/store.ts'
import { directoryBytes } from '../../../simulator/cli/store/directory-size.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { testStore } from './store-contract.ts'

const newDirectory = () => mkdtemp(join(tmpdir(), 'genba-store-'))

testStore('LevelDB', async () => {
  const directory = await newDirectory()
  return {
    open: () => openLevelStore(directory),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
})

describe('a store on LevelDB', () => {
  it('gives back the space of what was removed', async () => {
    const folder = temporaryFolder()
    const store = await openLevelStore(folder.path)
    const keyOf = (i: number) => Uint8Array.of(i >> 8, i & 0xff)
    for (let i = 0; i < 2000; i += 100) {
      const values = Array.from({ length: 100 }, (_, k) => ({
        type: 'put' as const,
        key: keyOf(i + k),
        value: randomBytes(5000),
      }))
      await store.batch(values, { sync: false })
    }
    const whole = { gte: keyOf(0), lt: keyOf(2000) }
    await store.clear({ gte: keyOf(0), lt: keyOf(1900) })
    await store.compact(whole)
    expect(directoryBytes(folder.path)).toBeLessThan(2_000_000)
    expect(await store.page({}, { maxEntries: 200, maxBytes: 1e9 })).toHaveLength(100)
    await store.close()
    folder.remove()
  })
})

/**
 * Writes batches of three numbered entries, from the number of those already there up to a limit, prints how many
 * are durable after each, and the code of every refusal: `node WRITER DIRECTORY ALREADY UP_TO VALUE_BYTES`.
 */
const WRITER = `
import { openLevelStore } from './shared/store/level-store.ts'
const [directory, already, upTo, valueBytes] = process.argv.slice(2)
const store = await openLevelStore(directory)
for (let done = Number(already); done < Number(upTo); ) {
  const operations = [0, 1, 2].map((i) => {
    const key = Buffer.alloc(4)
    key.writeUInt32BE(done * 3 + i)
    return { type: 'put', key, value: new Uint8Array(Number(valueBytes)).fill(i) }
  })
  try {
    await store.batch(operations, { sync: true })
    done += 1
    process.stdout.write(done + '\\n')
  } catch (error) {
    process.stdout.write(error.code + '\\n')
  }
}
await store.close()
`

describe('a LevelDB store in a process of its own', () => {
  let directory: string
  let script: string

  beforeAll(async () => {
    directory = await newDirectory()
    // Beside the sources, so that the bundle finds the native package.
    script = fileURLToPath(new URL('./writer.bundle.mjs', import.meta.url))
    await build({
      stdin: { contents: WRITER, resolveDir: fileURLToPath(new URL('../../..', import.meta.url)) },
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
    })
  })
  afterAll(async () => {
    await rm(directory, { recursive: true, force: true })
    await rm(script, { force: true })
  })

  it('holds every acknowledged batch whole after kill -9, and no part of another', async () => {
    let acknowledged = 0
    for (const batchCount of [1, 40, 150]) {
      const child = spawn(process.execPath, [script, directory, String(acknowledged), '100000', '2000'])
      acknowledged = await killAfterAcks(child, acknowledged + batchCount)
      const found = await readAll(directory)
      expect(found.length % 3).toBe(0)
      expect(found.length).toBeGreaterThanOrEqual(3 * acknowledged)
      expect(found.map(({ key }) => Buffer.from(key).readUInt32BE())).toEqual(found.map((_, i) => i))
      acknowledged = found.length / 3
    }
  })

  it.runIf(process.platform !== 'win32')('goes on by itself after writes that the disk refused', async () => {
    const other = await newDirectory()
    // A file may not grow past 1 MiB: LevelDB's log fills up as on a full disk, and a new log is as good as freed space.
    const limited = `trap '' XFSZ; ulimit -f 2048; exec "$0" "$@"`
    const child = spawn('sh', ['-c', limited, process.execPath, script, other, '0', '20', '50000'])
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    await once(child, 'close')
    const lines = output.trim().split('\n')
    expect(lines).toContain('GENBA_STORE_IO')
    expect(lines.at(-1)).toBe('20')
    expect(await readAll(other)).toHaveLength(60)
    await rm(other, { recursive: true })
  })
})

/** @returns the last batch number that the child reported as durable before it died */
async function killAfterAcks(child: ChildProcess, target: number): Promise<number> {
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString()
    if (lastAck(output) >= target) child.kill('SIGKILL')
  })
  await once(child, 'close')
  expect(child.signalCode).toBe('SIGKILL')
  return lastAck(output)
}

/** The last complete line; death may cut one in half. */
const lastAck = (output: string) => Number(output.split('\n').at(-2) ?? 0)

async function readAll(directory: string): Promise<readonly StoreEntry[]> {
  const store = await openLevelStore(directory)
  const entries = await store.page({}, { maxEntries: 100_000, maxBytes: 1 << 28 })
  await store.close()
  return entries
}

describe('errors of a LevelDB store', () => {
  it('say who has the directory and how to go on when it is locked', async () => {
    const directory = await newDirectory()
    const store = await openLevelStore(directory)
    const error = await openLevelStore(directory).catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 'GENBA_STORE_LOCKED',
      issues: [{ where: directory, mend: expect.stringContaining('stop the gateway') }],
    })
    await store.close()
    await rm(directory, { recursive: true })
  })

  it('name a full disk apart from other refusals', () => {
    const full = Object.assign(new Error('IO error: 000012.log: No space left on device'), {
      code: 'LEVEL_IO_ERROR',
    })
    const broken = Object.assign(new Error('IO error: 000012.log: Input/output error'), {
      code: 'LEVEL_IO_ERROR',
    })
    expect(asStoreError(full, '/data')).toMatchObject({ code: 'GENBA_STORE_FULL' })
    expect(asStoreError(broken, '/data')).toMatchObject({ code: 'GENBA_STORE_IO' })
    const bug = new TypeError('not a function')
    expect(asStoreError(bug, '/data')).toBe(bug)
  })

  it('are typed when the directory cannot be made', async () => {
    const directory = await newDirectory()
    await writeFile(join(directory, 'file'), '')
    await chmod(join(directory, 'file'), 0o600)
    await expect(openLevelStore(join(directory, 'file', 'below'))).rejects.toMatchObject({
      code: 'GENBA_STORE_IO',
    })
    await rm(directory, { recursive: true })
  })
})
