import { join } from 'node:path'
import {
  type Duckdb,
  type DuckdbAppender,
  type DuckdbConnection,
  type DuckdbInstance,
  type DuckdbType,
  loadDuckdb,
} from '../packages/duckdb.ts'
import { type Batch, type Kind, type Samples, type TimeRange, toValues } from './series.ts'
import { spanQuery, TAG, toPicture, whereOf } from './sql.ts'
import { type BenchStore, type Picture, spanUsOf } from './store.ts'

const TYPES: Readonly<Record<Kind, string>> = { number: 'DOUBLE', boolean: 'BOOLEAN', text: 'VARCHAR' }

/** A file whose log is synced with each batch. */
export async function openDuckdbStore(directory: string, kind: Kind): Promise<BenchStore> {
  const table = await openTable(join(directory, 'samples.duckdb'), kind)
  return {
    append: async (batches) => table.append(batches),
    settle: async () => {
      await table.connection.run('CHECKPOINT')
    },
    read: (_tag, range) => readFrom(table.connection, { kind, from: 'samples', range }),
    decimate: (_tag, range) => decimateFrom(table.connection, 'samples', range),
    close: async () => table.close(),
  }
}

/** Parquet is written once, from a table in memory: nothing of it is durable before it is settled. */
export async function openParquetStore(directory: string, kind: Kind): Promise<BenchStore> {
  const path = join(directory, 'samples.parquet')
  const quoted = `'${path.replaceAll("'", "''")}'`
  const from = `read_parquet(${quoted})`
  const table = await openTable(':memory:', kind)
  return {
    append: async (batches) => table.append(batches),
    settle: async () => {
      await table.connection.run(
        `COPY samples TO ${quoted} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)`,
      )
    },
    read: (_tag, range) => readFrom(table.connection, { kind, from, range }),
    decimate: (_tag, range) => decimateFrom(table.connection, from, range),
    close: async () => table.close(),
  }
}

async function openTable(path: string, kind: Kind): Promise<Table> {
  const duckdb = loadDuckdb()
  const instance = await duckdb.DuckDBInstance.create(path)
  const connection = await instance.connect()
  await connection.run(
    `CREATE TABLE IF NOT EXISTS samples (tag INTEGER, ts BIGINT, seq INTEGER, value ${TYPES[kind]})`,
  )
  return new Table(
    { duckdb, instance, connection, appender: await connection.createAppender('samples') },
    kind,
  )
}

interface Handles {
  readonly duckdb: Duckdb
  readonly instance: DuckdbInstance
  readonly connection: DuckdbConnection
  readonly appender: DuckdbAppender
}

class Table {
  readonly #handles: Handles
  readonly #types: readonly DuckdbType[]

  constructor(handles: Handles, kind: Kind) {
    this.#handles = handles
    const { BIGINT, BOOLEAN, DOUBLE, INTEGER, VARCHAR } = handles.duckdb
    const value = { number: DOUBLE, boolean: BOOLEAN, text: VARCHAR }[kind]
    this.#types = [INTEGER, BIGINT, INTEGER, value]
  }

  get connection(): DuckdbConnection {
    return this.#handles.connection
  }

  /** One transaction. */
  append(batches: readonly Batch[]): void {
    const { duckdb, appender } = this.#handles
    for (const { timesUs, sequences, data } of batches) {
      const chunk = duckdb.DuckDBDataChunk.create(this.#types, timesUs.length)
      const value = (row: number) => (data.kind === 'boolean' ? data.values[row] === 1 : data.values[row])
      const columns = [
        () => TAG,
        (row: number) => BigInt(timesUs[row] as number),
        (row: number) => sequences[row],
      ]
      for (const [index, column] of [...columns, value].entries()) {
        const vector = chunk.getColumnVector(index)
        for (let row = 0; row < timesUs.length; row++) vector.setItem(row, column(row))
        vector.flush()
      }
      appender.appendDataChunk(chunk)
    }
    appender.flushSync()
  }

  close(): void {
    const { appender, connection, instance } = this.#handles
    appender.closeSync()
    connection.closeSync()
    instance.closeSync()
  }
}

/** Times come as doubles, which hold them, and spare the reader big integers. */
async function readFrom(
  connection: DuckdbConnection,
  { kind, from, range }: { readonly kind: Kind; readonly from: string; readonly range: TimeRange },
): Promise<Samples> {
  const reader = await connection.runAndReadAll(
    `SELECT ts::DOUBLE, value FROM ${from} WHERE ${whereOf(range)} ORDER BY ts, seq`,
  )
  const [timesUs = [], values = []] = reader.getColumns()
  return { timesUs: Float64Array.from(timesUs as number[]), data: toValues(kind, values) }
}

async function decimateFrom(
  connection: DuckdbConnection,
  from: string,
  { fromUs = 0, toUs = 0 }: Required<TimeRange>,
): Promise<Picture> {
  const spanUs = spanUsOf(fromUs, toUs)
  const number = `((ts - ${fromUs}) // ${spanUs})::DOUBLE`
  const reader = await connection.runAndReadAll(spanQuery(from, { fromUs, toUs }, number))
  return toPicture(reader.getRows() as number[][], spanUs)
}
