import type { SchemaTree } from 'hyparquet'
import type { ColumnValues } from '../../../shared/frame/frame.ts'
import { CliError } from '../errors.ts'

/** How the rows of a Parquet file become samples. */
export interface ParquetLayout {
  readonly time: { readonly name: string; readonly kind: 'timestamp' | 'text' }
  /** A column with the tag of each row; undefined when every value column is a tag. */
  readonly tag: string | undefined
  readonly values: readonly ValueColumn[]
  /** Columns as `genba history` writes them, where the file has them. */
  readonly quality: string | undefined
  readonly gapBefore: string | undefined
  readonly quarantined: string | undefined
}

export interface ValueColumn {
  readonly name: string
  readonly kind: ColumnValues['kind']
}

export interface ParquetLayoutOptions {
  readonly path: string
  readonly timeColumn?: string | undefined
  readonly tagColumn?: string | undefined
  readonly columns?: readonly string[] | undefined
}

type ColumnKind = ColumnValues['kind'] | 'timestamp'

interface Found {
  readonly name: string
  readonly kind: ColumnKind | undefined
}

const TIME_NAME = /time|date|stamp/i
/** In a file with a column of tags. */
const VALUE_NAMES: readonly string[] = ['value', 'value_boolean', 'value_text']

/** @throws CliError `GENBA_FILE_INVALID` naming the column */
export function parquetLayout(root: SchemaTree, options: ParquetLayoutOptions): ParquetLayout {
  const all = root.children.map((node): Found => ({ name: node.element.name, kind: kindOf(node) }))
  const time = timeOf(all, options)
  const tag = tagOf(all, options)
  const own = (name: string, kind: ColumnKind): string | undefined =>
    tag === undefined ? undefined : all.find((each) => each.name === name && each.kind === kind)?.name
  const quality = own('quality', 'text')
  const gapBefore = own('gap_before', 'boolean')
  const quarantined = own('quarantined', 'boolean')
  const taken = [time.name, tag, quality, gapBefore, quarantined]
  const rest = all.filter(({ name }) => !taken.includes(name))
  const values = chosen(rest, tag !== undefined, options).map((column) => valueColumn(column, options))
  if (values.length > 0) return { time, tag, values, quality, gapBefore, quarantined }
  throw invalid(options, 'the file has no column of values', 'numbers, booleans or texts', namesOf(all))
}

function kindOf({ element, children }: SchemaTree): ColumnKind | undefined {
  const { type, converted_type, logical_type, repetition_type } = element
  if (children.length > 0 || repetition_type === 'REPEATED') return undefined
  const logical = logical_type?.type ?? converted_type
  if (logical?.startsWith('TIMESTAMP') || type === 'INT96') return 'timestamp'
  if (type === 'BOOLEAN') return 'boolean'
  if (type === 'BYTE_ARRAY') return logical === 'STRING' || logical === 'UTF8' ? 'text' : undefined
  if (type === 'DOUBLE' || type === 'FLOAT') return 'number'
  const isWhole = logical === undefined || /^(U?INT|INTEGER)/.test(logical)
  return (type === 'INT32' || type === 'INT64') && isWhole ? 'number' : undefined
}

function timeOf(all: readonly Found[], options: ParquetLayoutOptions): ParquetLayout['time'] {
  const { timeColumn } = options
  const candidates = all.filter(({ name }) => timeColumn === undefined || name === timeColumn)
  const stamped = candidates.find(({ kind }) => kind === 'timestamp')
  if (stamped !== undefined) return { name: stamped.name, kind: 'timestamp' }
  const written = candidates.find(({ name, kind }) => kind === 'text' && (timeColumn ?? TIME_NAME.test(name)))
  if (written !== undefined) return { name: written.name, kind: 'text' }
  const expected = 'a column of timestamps, or of texts in ISO 8601'
  throw invalid(options, 'the file has no column of times', expected, timeColumn ?? namesOf(all))
}

function tagOf(all: readonly Found[], options: ParquetLayoutOptions): string | undefined {
  const { tagColumn } = options
  const found = all.find(({ name, kind }) => name === (tagColumn ?? 'tag') && kind === 'text')
  if (found !== undefined || tagColumn === undefined) return found?.name
  throw invalid(options, 'the file has no such column of tags', 'a column of texts', tagColumn)
}

function chosen(rest: readonly Found[], hasTag: boolean, options: ParquetLayoutOptions): readonly Found[] {
  const { columns } = options
  if (columns === undefined) {
    const readable = rest.filter(({ kind }) => kind !== undefined && kind !== 'timestamp')
    const named = readable.filter(({ name }) => VALUE_NAMES.includes(name))
    return hasTag && named.length > 0 ? named : readable
  }
  return columns.map((name) => {
    const found = rest.find((column) => column.name === name)
    if (found !== undefined) return found
    throw invalid(options, 'the file has no such column', `one of ${namesOf(rest)}`, name)
  })
}

function valueColumn({ name, kind }: Found, options: ParquetLayoutOptions): ValueColumn {
  if (kind !== undefined && kind !== 'timestamp') return { name, kind }
  throw invalid(options, `the column ${name} has values of another kind`, 'numbers, booleans or texts', name)
}

const namesOf = (all: readonly Found[]): string => all.map(({ name }) => name).join(', ')

function invalid(
  { path }: ParquetLayoutOptions,
  message: string,
  expected: string,
  received: string,
): CliError {
  const mend = 'name the columns with --time-column, --tag-column and --column'
  return new CliError('GENBA_FILE_INVALID', message, { where: path, expected, received, mend })
}
