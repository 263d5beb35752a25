const TOKENS = /"(?:[^"\\]+|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g
const LINE_CHARS_MAX = 80

/** JSON over several lines where it is long. Works on the text, so numbers keep their digits. */
export function indentJson(text: string): string {
  if (text.length <= LINE_CHARS_MAX) return text
  let depth = 0
  let before = ''
  const line = (): string => `\n${'  '.repeat(depth)}`
  return text.replace(TOKENS, (token) => {
    const opened = before === '[' || before === '{'
    before = token
    if (token === ']' || token === '}') {
      depth--
      return opened ? token : `${line()}${token}`
    }
    const start = opened ? line() : ''
    if (token === '[' || token === '{') depth++
    if (token === ',') return `,${line()}`
    return token === ':' ? ': ' : `${start}${token}`
  })
}
