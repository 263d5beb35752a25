import type { Issue } from '../../../shared/errors/genba-error.ts'

/** A map whose keys are read without regard to case, as the Java nucleus reads recipes. */
export interface Fields {
  readonly path: string
  get(key: string): Field
  readonly keys: readonly string[]
}

/** A value with its place in the recipe. */
export interface Field {
  /** JSON pointer (RFC 6901), in the spelling of the recipe. */
  readonly path: string
  readonly value: unknown
}

/** Raised inside the parser: one faulty or missing place of a recipe. */
export class RecipeFault extends Error {
  readonly path: string
  readonly issue: Issue

  constructor({ path, value }: Field, expected: string, mend?: string) {
    super(`${path}: expected ${expected}`)
    this.name = 'RecipeFault'
    this.path = path
    this.issue = {
      where: path === '' ? '(recipe)' : path,
      expected,
      received: value === undefined ? 'nothing' : (JSON.stringify(value) ?? 'nothing').slice(0, 80),
      ...(mend === undefined ? {} : { mend }),
    }
  }
}

export const isAbsent = ({ value }: Field): boolean => value === undefined || value === null

export function fieldsOf(field: Field): Fields {
  const { value, path } = field
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new RecipeFault(field, 'a map of keys')
  }
  const entries = new Map(Object.entries(value).map(([key, item]) => [key.toLowerCase(), { key, item }]))
  return {
    path,
    keys: Object.keys(value),
    get: (key) => {
      const entry = entries.get(key.toLowerCase())
      return { path: `${path}/${segmentOf(entry?.key ?? key)}`, value: entry?.item }
    },
  }
}

const segmentOf = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

/** A map, or an empty one where the field is absent or null. */
export function optionalFields(field: Field): Fields {
  return fieldsOf(isAbsent(field) ? { ...field, value: {} } : field)
}

export function listOf(field: Field): Field[] {
  if (!Array.isArray(field.value)) throw new RecipeFault(field, 'a list')
  return field.value.map((value, index) => ({ path: `${field.path}/${index}`, value }))
}

/** A list, or an empty one where the field is absent or null. */
export const optionalList = (field: Field): Field[] => (isAbsent(field) ? [] : listOf(field))

/** @throws RecipeFault on the empty text too */
export function textOf(field: Field, expected = 'text'): string {
  if (typeof field.value !== 'string' || field.value === '') throw new RecipeFault(field, expected)
  return field.value
}

/** Text, or a number or boolean as text. */
export function scalarOf(field: Field): string {
  const { value } = field
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value)
  throw new RecipeFault(field, 'text')
}

/** One of these words, in any case. */
export function enumOf<Word extends string>(field: Field, words: readonly Word[]): Word {
  const expected = `one of ${words.join(', ')}`
  const text = textOf(field, expected)
  const word = words.find((candidate) => candidate.toLowerCase() === text.toLowerCase())
  if (word === undefined) throw new RecipeFault(field, expected)
  return word
}
