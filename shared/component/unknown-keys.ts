import type * as z from 'zod'
import type { Issue } from '../errors/genba-error.ts'
import { formatPath, type ValuePath } from './value-path.ts'

/**
 * Keys of a value that its schema does not name, each with the nearest key that it does. A misspelt key that was
 * silently dropped would leave a default in force that nobody chose.
 */
export function findUnknownKeys(schema: z.core.$ZodType, value: unknown, path: ValuePath = []): Issue[] {
  if (value === null || typeof value !== 'object') return []
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'object':
      return unknownInObject(def, value, path)
    case 'array':
      if (!Array.isArray(value)) return []
      return value.flatMap((item, index) => findUnknownKeys(def.element, item, [...path, index]))
    case 'record':
      return Object.entries(value).flatMap(([key, item]) =>
        findUnknownKeys(def.valueType, item, [...path, key]),
      )
    case 'union':
      return unknownInUnion(def, value, path)
    case 'pipe':
      return findUnknownKeys(def.in, value, path)
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'catch':
    case 'nonoptional':
      return findUnknownKeys(def.innerType, value, path)
    default:
      return []
  }
}

function unknownInObject(def: z.core.$ZodObjectDef, value: object, path: ValuePath): Issue[] {
  if (Array.isArray(value)) return []
  const { catchall } = def
  const open = catchall !== undefined && (catchall as z.core.$ZodTypes)._zod.def.type !== 'never'
  const known = Object.keys(def.shape)
  return Object.entries(value).flatMap(([key, item]) => {
    const member = def.shape[key]
    if (member !== undefined) return findUnknownKeys(member, item, [...path, key])
    return open ? [] : [describeUnknownKey([...path, key], key, known)]
  })
}

/** Only the alternative that is meant may judge: the one with the value's discriminator, else the one that knows most. */
function unknownInUnion(def: z.core.$ZodUnionDef, value: object, path: ValuePath): Issue[] {
  const discriminator = 'discriminator' in def ? String(def.discriminator) : undefined
  const meant =
    discriminator === undefined
      ? def.options
      : def.options.filter((option) => takesLiteral(option, discriminator, Reflect.get(value, discriminator)))
  const found = meant
    .filter((option) => isContainer(option))
    .map((option) => findUnknownKeys(option, value, path))
    .sort((left, right) => left.length - right.length)
  return found[0] ?? []
}

function isContainer(schema: z.core.$ZodType): boolean {
  return ['object', 'array', 'record', 'union', 'pipe'].includes((schema as z.core.$ZodTypes)._zod.def.type)
}

function takesLiteral(option: z.core.$ZodType, key: string, value: unknown): boolean {
  const { def } = (option as z.core.$ZodTypes)._zod
  if (def.type !== 'object') return true
  const values = def.shape[key]?._zod.values
  return values === undefined || [...values].includes(value as z.core.util.Primitive)
}

function describeUnknownKey(path: ValuePath, key: string, known: readonly string[]): Issue {
  const nearest = nearestWord(key, known)
  return {
    where: formatPath(path),
    expected: known.length === 0 ? 'no keys here' : `one of the keys ${known.join(', ')}`,
    received: `the unknown key "${key}"`,
    mend: nearest === undefined ? `remove "${key}"` : `did you mean "${nearest}"?`,
  }
}

/** The candidate with the fewest edits, if no more than about a third of the word would have to change. */
export function nearestWord(word: string, candidates: readonly string[]): string | undefined {
  const editsMax = Math.max(1, Math.ceil(word.length / 3))
  const ranked = candidates
    .map((candidate) => ({ candidate, edits: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((left, right) => left.edits - right.edits)
  const best = ranked[0]
  return best !== undefined && best.edits <= editsMax ? best.candidate : undefined
}

/** Levenshtein distance: insertions, deletions and substitutions cost one each. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1)
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[right.length] ?? 0
}
