/**
 * Texts by characters, that is Unicode code points: 'é' is one and '😀' is one, where JavaScript counts it as two.
 * Texts without surrogates, which is nearly all, take JavaScript's own functions.
 */
const SURROGATE = /[\ud800-\udfff]/

const isPlain = (text: string): boolean => !SURROGATE.test(text)

export function lengthOf(text: string): number {
  if (isPlain(text)) return text.length
  let count = 0
  for (const _ of text) count++
  return count
}

/** From `from` (from 0, inclusive) to `to` (exclusive), which may lie outside of the text. */
export function slice(text: string, from: number, to: number): string {
  if (from >= to) return ''
  if (isPlain(text)) return text.slice(Math.max(from, 0), Math.max(to, 0))
  return [...text].slice(Math.max(from, 0), Math.max(to, 0)).join('')
}

/** Undefined where there is none. */
export function charAt(text: string, index: number): string | undefined {
  const char = slice(text, index, index + 1)
  return char === '' ? undefined : char
}

/** The first place of `part`, from 0; -1 when there is none. */
export function indexOf(text: string, part: string): number {
  const unit = text.indexOf(part)
  return unit <= 0 ? unit : lengthOf(text.slice(0, unit))
}
