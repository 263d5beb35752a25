import { placeAt, SqlError } from './errors.ts'
import { SQL_CHARS_MAX } from './limits.ts'
import { parseExpressionAt } from './parse-statement.ts'
import type { Expression } from './syntax.ts'
import type { SqlVersion } from './version.ts'

/** Texts that stay and expressions that are replaced, in order. @throws SqlError */
export function parseTemplate(text: string, version: SqlVersion): readonly (string | Expression)[] {
  if (text.length > SQL_CHARS_MAX) {
    throw new SqlError('GENBA_SQL_LIMIT', 'the template is too long', placeAt(text, SQL_CHARS_MAX), {
      expected: `at most ${SQL_CHARS_MAX} characters`,
    })
  }
  const parts: (string | Expression)[] = []
  let from = 0
  for (;;) {
    const start = text.indexOf('${', from)
    if (start < 0) return [...parts, text.slice(from)]
    parts.push(text.slice(from, start))
    const { expression, end } = parseExpressionAt(text, version, start + 2, '}')
    parts.push(expression)
    from = end
  }
}
