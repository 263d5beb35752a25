import { join } from 'node:path'
import { openSqlite, type SqliteDatabase } from '../packages/better-sqlite3.ts'
import { type Batch, type Kind, type Samples, type TimeRange, toValues } from './series.ts'
import { spanQuery, TAG, toPicture, whereOf } from './sql.ts'
import { type BenchStore, type Picture, spanUsOf } from './store.ts'

const TYPES: Readonly<Record<Kind, string>> = { number: 'REAL', boolean: 'INTEGER', text: 'TEXT' }

/** As durable as Genba: what is committed outlives a power loss. */
export async function openSqliteStore(directory: string, kind: Kind): Promise<BenchStore> {
  const database = openSqlite(join(directory, 'samples.sqlite'))
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.exec(`
    CREATE TABLE IF NOT EXISTS samples (
      tag INTEGER, ts INTEGER, seq INTEGER, value ${TYPES[kind]}, PRIMARY KEY (tag, ts, seq)
    ) WITHOUT ROWID`)
  return new SqliteStore(database, kind)
}

class SqliteStore implements BenchStore {
  readonly #database: SqliteDatabase
  readonly #kind: Kind
  readonly #tags = new Map<string, number>()
  readonly #insert: (batches: readonly Batch[]) => void

  constructor(database: SqliteDatabase, kind: Kind) {
    this.#database = database
    this.#kind = kind
    const row = database.prepare('INSERT INTO samples VALUES (?, ?, ?, ?)')
    this.#insert = database.transaction((batches: readonly Batch[]) => {
      for (const { tag, timesUs, sequences, data } of batches) {
        const number = this.#numberOf(tag)
        for (let index = 0; index < timesUs.length; index++) {
          row.run(number, timesUs[index], sequences[index], data.values[index])
        }
      }
    })
  }

  /** From `TAG` on, by first mention. */
  #numberOf(tag: string): number {
    const number = this.#tags.get(tag) ?? this.#tags.size + TAG
    this.#tags.set(tag, number)
    return number
  }

  async append(batches: readonly Batch[]): Promise<void> {
    this.#insert(batches)
  }

  async settle(): Promise<void> {
    this.#database.pragma('wal_checkpoint(TRUNCATE)')
  }

  async read(_tag: string, range: TimeRange): Promise<Samples> {
    const query = `SELECT ts, value FROM samples WHERE ${whereOf(range)} ORDER BY tag, ts, seq`
    const rows = this.#database.prepare(query).raw().all() as [number, unknown][]
    return {
      timesUs: Float64Array.from(rows, ([timeUs]) => timeUs),
      data: toValues(
        this.#kind,
        rows.map(([, value]) => value),
      ),
    }
  }

  async decimate(_tag: string, { fromUs = 0, toUs = 0 }: Required<TimeRange>): Promise<Picture> {
    const spanUs = spanUsOf(fromUs, toUs)
    const query = spanQuery('samples', { fromUs, toUs }, `(ts - ${fromUs}) / ${spanUs}`)
    return toPicture(this.#database.prepare(query).raw().all() as number[][], spanUs)
  }

  async close(): Promise<void> {
    this.#database.close()
  }
}
