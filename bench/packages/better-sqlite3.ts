import { requirePackage } from './install.ts'

/** What is used of `better-sqlite3`, which comes without types. */
export interface SqliteDatabase {
  pragma(text: string): unknown
  exec(sql: string): unknown
  prepare(sql: string): SqliteStatement
  transaction<Args extends readonly unknown[]>(run: (...args: Args) => void): (...args: Args) => void
  close(): unknown
}

export interface SqliteStatement {
  run(...values: unknown[]): unknown
  /** Rows as arrays. */
  raw(): SqliteStatement
  all(...values: unknown[]): unknown[]
}

type Constructor = new (path: string) => SqliteDatabase

/** @throws Error where its native part could be neither fetched nor compiled: others are measured without it */
export function openSqlite(path: string): SqliteDatabase {
  const Database = requirePackage('better-sqlite3') as Constructor
  return new Database(path)
}
