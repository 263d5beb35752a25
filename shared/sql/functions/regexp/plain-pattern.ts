/** Texts up to this are matched by the engine of JavaScript: its work may grow by the square of their length. */
const PLAIN_TEXT_CHARS_MAX = 256

/** Characters of a plain expression: with them the square of a text grows. */
const PLAIN_PATTERN_CHARS_MAX = 64

/**
 * Literals, classes without sets in sets, escapes that are the same in both languages, and exact counts; one thing at
 * most may repeat a varying number of times, so that there is no product of choices to try.
 */
const ATOM = String.raw`(?:[A-Za-z0-9 _/:,;=@<>~"'%&!#-]|\.|\\[dws./()[\]{}*+?|^$\\-]|\[\^?(?:[A-Za-z0-9 _/:.,;=@%-]|\\[dws])+\])`
const PLAIN = new RegExp(
  String.raw`^\^?(?:${ATOM}(?:\{\d{1,2}\})?)*(?:${ATOM}(?:[*+?]|\{\d{1,2},\d{0,2}\}))?(?:${ATOM}(?:\{\d{1,2}\})?)*\$?$`,
)

/** Printable ASCII: no line ends, on which the languages differ, and nothing outside of the basic plane. */
const PLAIN_TEXT = /^[ -~]*$/

/**
 * An expression of Java that means the same in JavaScript on plain texts, and that no text makes slow there; undefined
 * for all others.
 */
export function plainPattern(pattern: string): RegExp | undefined {
  if (pattern.length > PLAIN_PATTERN_CHARS_MAX || !PLAIN.test(pattern)) return undefined
  try {
    return new RegExp(pattern)
  } catch (error) {
    // A range such as [z-a]: whoever compiles it as Java's says what it is.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export const isPlainText = (text: string): boolean =>
  text.length <= PLAIN_TEXT_CHARS_MAX && PLAIN_TEXT.test(text)
