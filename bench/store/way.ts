import { join } from 'node:path'
import { seriesOf } from './data.ts'
import { openDuckdbStore, openParquetStore } from './duckdb.ts'
import { openGenba } from './genba.ts'
import { monthSeries } from './generated.ts'
import { measureManyTags } from './many-tags.ts'
import { measureMonth, measureSeries } from './measure.ts'
import { openSqliteStore } from './sqlite.ts'
import type { OpenStore } from './store.ts'
import { Request, type StoreName, StoreTask } from './task.ts'

/** The process of one store, so that its memory is its own: it answers each message with the figures asked for. */

const STORES: Readonly<Record<StoreName, OpenStore>> = {
  genba: openGenba,
  sqlite: openSqliteStore,
  duckdb: openDuckdbStore,
  parquet: openParquetStore,
}

const { store, directory, dataDirectory } = StoreTask.parse(JSON.parse(process.argv[2] ?? ''))

async function answer(request: Request) {
  if (request.of === 'manyTags') {
    return measureManyTags(STORES[store], join(directory, 'manyTags'), request.commitsMax)
  }
  if (request.of === 'month') return measureMonth(STORES[store], join(directory, 'month'), monthSeries())
  const series = seriesOf(dataDirectory).find(({ name }) => name === request.name)
  if (series === undefined) throw new Error(`there is no series "${request.name}"`)
  return measureSeries(STORES[store], join(directory, series.name), series)
}

process.on('message', (message) => {
  answer(Request.parse(message)).then(
    (figures) => process.send?.(figures),
    (error: unknown) => {
      console.error(`bench store: ${store}: ${error instanceof Error ? error.message : String(error)}`)
      process.exit(1)
    },
  )
})
