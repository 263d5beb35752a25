import { CsvError } from './errors.ts'

export interface NamedColumn {
  readonly index: number
  readonly tag: string
}

interface NamingOptions {
  readonly path: string
  readonly tagPrefix: string
  readonly columns?: readonly string[] | undefined
}

/**
 * The value columns of a file and their tags. A column without a name is `column3`, a name that comes again gets a
 * number, and what a tag filter would take for a wildcard becomes `_`.
 *
 * @throws CsvError
 */
export function nameColumns(
  header: readonly string[] | undefined,
  fieldCount: number,
  without: readonly (number | undefined)[],
  options: NamingOptions,
): readonly NamedColumn[] {
  const seen = new Map<string, number>()
  const all: (NamedColumn & { readonly name: string })[] = []
  for (let index = 0; index < fieldCount; index++) {
    if (without.includes(index)) continue
    const given = header?.[index] || `column${index + 1}`
    const times = (seen.get(given) ?? 0) + 1
    seen.set(given, times)
    const name = times === 1 ? given : `${given}_${times}`
    all.push({ index, name, tag: `${options.tagPrefix}/${cleanName(name)}` })
  }
  const chosen = options.columns === undefined ? all : choose(all, options.columns, options.path)
  return chosen
}

const cleanName = (name: string): string => name.replace(/[+#\p{Cc}]/gu, '_').replace(/^\/+|\/+$/g, '')

function choose<T extends { readonly name: string }>(
  all: readonly T[],
  names: readonly string[],
  path: string,
): readonly T[] {
  return names.map((name) => {
    const column = all.find((candidate) => candidate.name === name)
    if (column) return column
    throw new CsvError('GENBA_CSV_COLUMN', `the file has no column "${name}"`, {
      where: path,
      expected: `one of ${all.map((candidate) => candidate.name).join(', ')}`,
      received: name,
      mend: 'correct columns in the configuration of this source, or leave it out to read all',
    })
  })
}
