import { requirePackage } from './install.ts'

/** What is used of `@duckdb/node-api`: its own types are there only once it is installed. */
export interface Duckdb {
  readonly DuckDBInstance: {
    create(path: string, options?: Readonly<Record<string, string>>): Promise<DuckdbInstance>
  }
  readonly DuckDBDataChunk: {
    create(types: readonly DuckdbType[], rowCount: number): DuckdbChunk
  }
  readonly BIGINT: DuckdbType
  readonly BOOLEAN: DuckdbType
  readonly DOUBLE: DuckdbType
  readonly INTEGER: DuckdbType
  readonly VARCHAR: DuckdbType
}

/** Opaque. */
export interface DuckdbType {
  toLogicalType(): unknown
}

export interface DuckdbInstance {
  connect(): Promise<DuckdbConnection>
  closeSync(): void
}

export interface DuckdbConnection {
  run(sql: string): Promise<unknown>
  runAndReadAll(sql: string): Promise<DuckdbRows>
  createAppender(table: string): Promise<DuckdbAppender>
  closeSync(): void
}

export interface DuckdbRows {
  getColumns(): unknown[][]
  getRows(): unknown[][]
}

export interface DuckdbAppender {
  appendDataChunk(chunk: DuckdbChunk): void
  flushSync(): void
  closeSync(): void
}

export interface DuckdbChunk {
  getColumnVector(index: number): DuckdbVector
}

export interface DuckdbVector {
  setItem(row: number, value: unknown): void
  flush(): void
}

export const loadDuckdb = (): Duckdb => requirePackage('@duckdb/node-api') as Duckdb
