/** What may stand between the fields of a line; tried in this order where several fit equally well. */
export const DELIMITERS = [',', ';', '\t', '|'] as const
export type Delimiter = (typeof DELIMITERS)[number]

/**
 * The fields of one line, trimmed, quotes removed (RFC 4180 with spaces allowed round a quoted field). A quoted field
 * never goes over the end of its line: sensor logs have no such fields, and a stray quote must not swallow the lines
 * that follow.
 *
 * @returns undefined when a quote is not closed or text follows a closing quote
 */
export function splitFields(line: string, delimiter: Delimiter): string[] | undefined {
  if (!line.includes('"')) return line.split(delimiter).map((field) => field.trim())
  const fields: string[] = []
  let start = 0
  while (start <= line.length) {
    const first = skipSpaces(line, start, delimiter)
    if (line[first] === '"') {
      const quoted = readQuoted(line, first + 1)
      if (quoted === undefined) return undefined
      const end = skipSpaces(line, quoted.end, delimiter)
      if (end < line.length && line[end] !== delimiter) return undefined
      fields.push(quoted.text)
      start = end + 1
    } else {
      const end = line.indexOf(delimiter, start)
      fields.push(line.slice(start, end === -1 ? line.length : end).trim())
      start = end === -1 ? line.length + 1 : end + 1
    }
  }
  return fields
}

function skipSpaces(line: string, from: number, delimiter: Delimiter): number {
  let at = from
  while (at < line.length && line[at] !== delimiter && (line[at] === ' ' || line[at] === '\t')) at += 1
  return at
}

/** @param from after the opening quote; `end` is after the closing one */
function readQuoted(line: string, from: number): { readonly text: string; readonly end: number } | undefined {
  let text = ''
  for (let at = from; ; ) {
    const quote = line.indexOf('"', at)
    if (quote === -1) return undefined
    text += line.slice(at, quote)
    if (line[quote + 1] !== '"') return { text, end: quote + 1 }
    text += '"'
    at = quote + 2
  }
}
