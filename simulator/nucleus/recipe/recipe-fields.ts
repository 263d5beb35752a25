import type { Issue } from '../../../shared/errors/genba-error.ts'

/** A map whose keys are read without regard to case, as the Java nucleus reads recipes. */
export interface Fields {
  readonly path: string
  get(key: string): Field
  readonly keys: readonly string[]
}

/** A value with its place in the recipe. */
export interface Field {
  readonly path: string
  readonly value: unknown
}

/** Raised inside the parser; the parser's entry turns it into a NucleusError. */
export class RecipeFault extends Error {
  readonly issue: Issue

  constructor(field: Field, expected: string, mend?: string) {
    super(`${field.path}: expected ${expected}`)
    this.issue = {
      where: field.path === '' ? '(recipe)' : field.path,
      expected,
      received:
        field.value === undefined ? 'nothing' : (JSON.stringify(field.value) ?? 'nothing').slice(0, 80),
      ...(mend === undefined ? {} : { mend }),
    }
  }
}

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
      return { path: `${path}/${entry?.key ?? key}`, value: entry?.item }
    },
  }
}

/** A map, or an empty one where the field is absent or null. */
export function optionalFields(field: Field): Fields {
  return fieldsOf(field.value === undefined || field.value === null ? { ...field, value: {} } : field)
}

export function listOf(field: Field): Field[] {
  if (!Array.isArray(field.value)) throw new RecipeFault(field, 'a list')
  return field.value.map((value, index) => ({ path: `${field.path}/${index}`, value }))
}

export function textOf(field: Field, expected = 'text'): string {
  if (typeof field.value !== 'string' || field.value === '') throw new RecipeFault(field, expected)
  return field.value
}
