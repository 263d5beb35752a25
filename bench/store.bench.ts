import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Benchmark } from './benchmark.ts'
import { installPackages } from './packages/install.ts'
import { seriesOf } from './store/data.ts'
import { type StoreFigures, toResult } from './store/result.ts'
import { startStore } from './store/start.ts'
import { ManyTagsFigures, MonthFigures, SeriesFigures, type StoreName, type StoreTask } from './store/task.ts'

/** Beside the bundles, which is a disk: the system's own folder for passing files may be in memory. */
const BUNDLES = fileURLToPath(new URL('.', import.meta.url))

/** Of 48,000 samples each: what a gateway writes until its files have been merged, and enough to see SQLite's speed. */
const COMMITS = { genba: 1_000, sqlite: 40 }

/**
 * The same series in all stores, one after the other, each store in a process of its own and each series in files of
 * its own. All but Parquet make each batch durable before the next. Every sample is read back and compared with what
 * was written to the bit, or nothing is told at all.
 */
export const bench: Benchmark = {
  name: 'store',
  summary:
    'bytes on disk, ingest, reads and decimation against SQLite, DuckDB and Parquet; --data FOLDER of logged series',
  run: async (progress, args) => {
    const dataDirectory = optionOf(args, '--data')
    await installPackages(progress)
    const directory = mkdtempSync(join(BUNDLES, 'store-'))
    const measure = (store: StoreName) => measureStore({ store, directory, dataDirectory }, progress)
    try {
      const genba = await measure('genba')
      const sqlite = await measure('sqlite')
      const duckdb = await measure('duckdb')
      const parquet = await measure('parquet')
      const manyTags = {
        genba: await measureManyTags({ store: 'genba', directory }, COMMITS.genba, progress),
        sqlite: await measureManyTags({ store: 'sqlite', directory }, COMMITS.sqlite, progress),
      }
      return toResult({ genba, sqlite, duckdb, parquet }, manyTags)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  },
}

async function measureStore(task: StoreTask, progress: (line: string) => void): Promise<StoreFigures> {
  const process = startStore(task)
  try {
    const series = new Map<string, SeriesFigures>()
    for (const { name } of seriesOf(task.dataDirectory)) {
      progress(`${task.store}: ${name}`)
      series.set(name, SeriesFigures.parse(await process.ask({ of: 'series', name })))
    }
    progress(`${task.store}: a month`)
    return { series, month: MonthFigures.parse(await process.ask({ of: 'month' })) }
  } finally {
    process.stop()
  }
}

async function measureManyTags(
  task: StoreTask,
  commitsMax: number,
  progress: (line: string) => void,
): Promise<ManyTagsFigures> {
  const process = startStore(task)
  try {
    progress(`${task.store}: many tags`)
    return ManyTagsFigures.parse(await process.ask({ of: 'manyTags', commitsMax }))
  } finally {
    process.stop()
  }
}

function optionOf(args: readonly string[], option: string): string | undefined {
  const at = args.indexOf(option)
  if (at < 0) return undefined
  const value = args[at + 1]
  if (value === undefined) throw new Error(`${option} needs a value`)
  return value
}
