import type { Matcher } from 're2js'

/** A piece of a replacement: a text, or a group by its number or its name. */
type Piece = { readonly text: string } | { readonly group: number | string }

const PIECE = /\\([\s\S])|\$(\d)|\$\{([A-Za-z][A-Za-z0-9]*)\}|([^\\$]+)/y

/**
 * A replacement by the rules of Java: `$1` and `${name}` stand for groups, a backslash takes the next character as it
 * is. `$12` is group 1 and a 2 where there are not twelve groups.
 *
 * @returns undefined for a reference to no group, and for a lone `$` or backslash
 */
export function parseReplacement(
  replacement: string,
  groups: { readonly count: number; readonly names: Readonly<Record<string, number>> },
): readonly Piece[] | undefined {
  const pieces: Piece[] = []
  for (let at = 0; at < replacement.length; ) {
    PIECE.lastIndex = at
    const found = PIECE.exec(replacement)
    if (found === null) return undefined
    const [whole, escaped, digit, name, text] = found
    at += whole.length
    if (digit !== undefined) {
      const number = groupNumber(replacement, at, Number(digit), groups.count)
      if (number.group > groups.count) return undefined
      at = number.end
      pieces.push({ group: number.group })
    } else if (name !== undefined) {
      if (!Object.hasOwn(groups.names, name)) return undefined
      pieces.push({ group: name })
    } else pieces.push({ text: escaped ?? text ?? '' })
  }
  return pieces
}

function groupNumber(text: string, from: number, first: number, count: number) {
  let group = first
  let end = from
  for (; end < text.length; end++) {
    const digit = text.charCodeAt(end) - 0x30
    if (digit < 0 || digit > 9 || group * 10 + digit > count) break
    group = group * 10 + digit
  }
  return { group, end }
}

/** For the match that the matcher stands at; a group that took no part in it gives nothing. */
export function fillReplacement(pieces: readonly Piece[], matcher: Matcher): string {
  let text = ''
  for (const piece of pieces) text += 'text' in piece ? piece.text : (matcher.group(piece.group) ?? '')
  return text
}
