import { SqlDecimal, type SqlValue } from '../value.ts'

/**
 * An expression of JavaScript that has the value of one of the language. Generated text is made of fixed parts,
 * numbered names, numbers, and strings as JSON writes them: nothing of a statement reaches it in any other way.
 */
export interface Code {
  readonly js: string
  /** What the value is known to be: `boolean` may be Undefined too, `number` is a JS number. */
  readonly type: 'any' | 'boolean' | 'number' | 'text'
  /** Given when the value is the same in every evaluation. */
  readonly constant?: { readonly value: SqlValue }
}

export const UNDEFINED: Code = { js: 'void 0', type: 'any', constant: { value: undefined } }

export const anyCode = (js: string): Code => ({ js, type: 'any' })
export const booleanCode = (js: string): Code => ({ js, type: 'boolean' })

export const quote = (text: string): string => JSON.stringify(text)

/** A value that can be written into the text; undefined for one that has to be handed over. */
export function literalCode(value: SqlValue): Code | undefined {
  const constant = { value }
  if (value === undefined) return UNDEFINED
  if (value === null) return { js: 'null', type: 'any', constant }
  if (typeof value === 'boolean') return { js: String(value), type: 'boolean', constant }
  if (typeof value === 'string') return { js: quote(value), type: 'text', constant }
  if (typeof value !== 'number') return undefined
  return { js: value < 0 ? `(${value})` : String(value), type: 'number', constant }
}

/** Whether repeating the code costs nothing: names and literals. */
export const isAtom = (js: string): boolean => /^(?:[\w.]+|"[^"]*"|\(-[\w.]+\)|void 0)$/.test(js)

/** A value that `===` compares as the language does, but with Undefined and decimal.js numbers. */
export const isPlain = (value: SqlValue): boolean =>
  value !== undefined && (typeof value !== 'object' || value === null)

const DECIMAL = new SqlDecimal(1)

/** Whether arrays, objects and decimal.js numbers have no member of this name but what a message gives them. */
export const isFreeName = (name: string): boolean => !(name in []) && !(name in DECIMAL)

/** The same of plain objects alone. */
export const isFreeInObject = (name: string): boolean => !(name in {})
