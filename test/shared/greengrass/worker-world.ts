import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { asyncScheduler } from 'rxjs'
import { afterAll, afterEach, beforeAll } from 'vitest'
import type { Workers } from '../../../shared/component/host.ts'
import type { DoneInput, SetAsideInput } from '../../../shared/function/call.ts'
import { createFunctionPool, type FunctionPool } from '../../../shared/function/pool.ts'
import { createWorkers } from '../../../shared/greengrass/workers.ts'
import { createMemoryStore } from '../../../shared/store/memory-store.ts'
import { define, input } from '../function/virtual-workers.ts'

export const ROOT = new URL('../../../', import.meta.url).pathname

export interface Site {
  readonly lines: { level: string; message: string }[]
  call(id: string, event?: unknown): Promise<DoneInput | SetAsideInput>
}

/** Real threads, bundled as the product's are; made before the tests of a file and ended behind them. */
export function workerWorld() {
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

  return { startSite, pathOf: (name: string): string => join(folder, name), figures: () => pool?.figures() }
}
