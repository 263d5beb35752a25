import { inspect } from 'node:util'
import { ERROR_LENGTH_MAX } from '../../function/limits.ts'

/** Frames of this file and of Node say nothing to the author of a function. */
const FOREIGN_FRAME = /^\s+at .*(function-worker\.mjs|node:)/

/** What was thrown, for people: message and the author's own frames, in bounded length. Never throws itself. */
export function wordsOf(error: unknown): string {
  try {
    const text = error instanceof Error ? (error.stack ?? error.message) : inspect(error, { depth: 2 })
    const lines = text.slice(0, 4 * ERROR_LENGTH_MAX).split('\n')
    const own = lines.filter((line) => !FOREIGN_FRAME.test(line))
    return own.join('\n').slice(0, ERROR_LENGTH_MAX)
  } catch {
    // An error whose own text cannot be had, such as a getter that throws.
    return 'something was thrown that cannot be shown'
  }
}
