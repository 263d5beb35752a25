import { GenbaError } from '../errors/genba-error.ts'
import type { Condition } from './definition.ts'

/** Comparisons of the value with a number, until the SQL of the rules compiles conditions. */
export function compileCondition(text: string): Condition {
  const match = /^\s*value\s*(>=|<=|<>|=|>|<)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text)
  if (match === null) throw new GenbaError('GENBA_SQL_SYNTAX', `"${text}" is not a condition`)
  const limit = Number(match[2])
  const compare = COMPARE[match[1] ?? ''] ?? (() => false)
  return { text, holds: (value) => typeof value === 'number' && compare(value, limit) }
}

const COMPARE: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '>': (value, limit) => value > limit,
  '<': (value, limit) => value < limit,
  '>=': (value, limit) => value >= limit,
  '<=': (value, limit) => value <= limit,
  '=': (value, limit) => value === limit,
  '<>': (value, limit) => value !== limit,
}
