import { SqlError } from './errors.ts'
import { ARRAY_ITEMS_MAX, EVALUATION_STEPS_MAX, TEXT_CHARS_MAX } from './limits.ts'
import type { SqlValue } from './value.ts'

/**
 * What one evaluation may still spend. Evaluations are synchronous and do not nest, so one count serves all of them;
 * whoever starts one sets it anew.
 */
let stepsLeft = EVALUATION_STEPS_MAX

export function startBudget(): void {
  stepsLeft = EVALUATION_STEPS_MAX
}

/** Counts work that grows with the message: elements, members, characters. @throws SqlError `GENBA_SQL_LIMIT` */
export function spend(steps: number): void {
  stepsLeft -= steps
  if (stepsLeft < 0) throw overLimit('the statement took too many steps', EVALUATION_STEPS_MAX)
}

/** Before a text of so many characters is made. @throws SqlError `GENBA_SQL_LIMIT` */
export function boundChars(length: number): void {
  if (length > TEXT_CHARS_MAX) throw overLimit('a text has become too long', TEXT_CHARS_MAX)
}

/** A text or an array that has been made, if it is not too long. @throws SqlError `GENBA_SQL_LIMIT` */
export function bounded(value: SqlValue): SqlValue {
  if (typeof value === 'string') boundChars(value.length)
  else if (Array.isArray(value)) {
    if (value.length > ARRAY_ITEMS_MAX) throw overLimit('an array has become too long', ARRAY_ITEMS_MAX)
    spend(value.length)
  }
  return value
}

/** Characters that count as one step: a text is worked on in bulk. */
const STEP_CHARS = 16

/** Counts work on a text. @throws SqlError `GENBA_SQL_LIMIT` */
export function spendText(text: string): void {
  if (text.length > STEP_CHARS) spend(Math.floor(text.length / STEP_CHARS))
}

/** Refuses a value with more parts than an evaluation may touch: parts can be shared, and unfold when written. */
export function boundParts(value: SqlValue): SqlValue {
  if (typeof value === 'string') spendText(value)
  if (typeof value !== 'object' || value === null) return value
  const parts: readonly SqlValue[] = Array.isArray(value) ? value : Object.values(value)
  spend(parts.length)
  for (const part of parts) boundParts(part)
  return value
}

function overLimit(message: string, most: number): SqlError {
  return new SqlError('GENBA_SQL_LIMIT', message, undefined, { expected: `at most ${most}` })
}
