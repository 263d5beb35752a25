import { RE2JS, RE2JSException } from 're2js'
import { toText } from '../convert.ts'
import type { SqlFunction } from '../function.ts'
import { TEXT_CHARS_MAX } from '../limits.ts'
import type { SqlValue } from '../value.ts'
import { BoundedCache } from './bounded-cache.ts'
import { pure } from './define.ts'
import { translateJava } from './java-regexp.ts'
import { fillReplacement, parseReplacement } from './replacement.ts'

/** Characters of an expression; hand-written ones stay under 100. */
const PATTERN_CHARS_MAX = 1_000
/** States of an expression with its repetitions written out: compiling ten thousand takes 60 ms. */
const STATES_MAX = 10_000
/** Characters times states that one call may look at: at 25 ns each the worst text holds its rule up for half a second. */
const WORK_MAX = 20_000_000
/** Compiled expressions kept, some kilobytes each; a rule that makes its expressions from the payload makes many. */
const KEPT_MAX = 256

interface Expression {
  readonly program: RE2JS
  readonly states: number
  readonly looksAhead: boolean
  readonly asksEnd: boolean
}

const kept = new BoundedCache<string, Expression | undefined>(KEPT_MAX)

/** Undefined when it is no expression of Java, or one that RE2 lacks, or too large. */
const expressionOf = (pattern: string): Expression | undefined =>
  pattern.length > PATTERN_CHARS_MAX ? undefined : kept.get(pattern, compile)

function compile(pattern: string): Expression | undefined {
  const translated = translateJava(pattern)
  if (translated === undefined || translated.size > STATES_MAX) return undefined
  const program = refusing(() => RE2JS.compile(translated.pattern))
  const states = program?.programSize() ?? 0
  if (program === undefined || states > STATES_MAX) return undefined
  return { program, states, looksAhead: translated.looksAhead, asksEnd: translated.asksEnd }
}

/** Undefined when the library refuses: an expression, or a reference to a group that there is not. */
function refusing<T>(attempt: () => T): T | undefined {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof RE2JSException) return undefined
    throw error
  }
}

const LAST_LINE_END = /(?:\r\n|[\n\r\u0085\u2028\u2029])$/

/** The texts to look at, in order: `$` of Java is also before the line end that ends the text. */
function* textsOf(text: string, { asksEnd }: Expression): Generator<string> {
  yield text
  if (!asksEnd) return
  const lineEnd = LAST_LINE_END.exec(text)
  if (lineEnd !== null) yield text.slice(0, lineEnd.index)
}

const fits = (text: string, { states }: Expression): boolean => text.length * states <= WORK_MAX

function matches(text: string, expression: Expression): SqlValue {
  if (!fits(text, expression)) return undefined
  for (const part of textsOf(text, expression)) if (expression.program.test(part)) return true
  return false
}

function firstMatch(text: string, expression: Expression): SqlValue {
  if (!fits(text, expression)) return undefined
  for (const part of textsOf(text, expression)) {
    const matcher = expression.program.matcher(part)
    if (matcher.find()) return matcher.group() ?? undefined
  }
  return undefined
}

function replaceMatches(text: string, expression: Expression, replacement: string): SqlValue {
  if (!fits(text, expression)) return undefined
  for (const part of textsOf(text, expression)) {
    if (!expression.program.test(part)) continue
    const replaced = replaceAll(part, expression, replacement)
    return replaced === undefined ? undefined : replaced + text.slice(part.length)
  }
  return text
}

/** Undefined when the replacement is none, or the work or the result would be too large. */
function replaceAll(text: string, expression: Expression, replacement: string): string | undefined {
  const { program, states, looksAhead } = expression
  const pieces = parseReplacement(replacement, { count: program.groupCount(), names: program.namedGroups() })
  if (pieces === undefined) return undefined
  const matcher = program.matcher(text)
  let result = ''
  let end = 0
  let work = 0
  while (matcher.find()) {
    result += text.slice(end, matcher.start()) + fillReplacement(pieces, matcher)
    const seen = looksAhead ? text.length - end : matcher.end() - end + 1
    work += seen * states
    end = matcher.end()
    if (work > WORK_MAX || result.length > TEXT_CHARS_MAX) return undefined
  }
  return result + text.slice(end)
}

/** Reads the text and the expression; a constant expression is compiled where the statement is. */
function ofExpression(
  name: string,
  argCount: number,
  apply: (text: string, expression: Expression, replacement: string) => SqlValue,
): SqlFunction {
  const answer = (args: readonly SqlValue[], expression: Expression | undefined): SqlValue => {
    const text = toText(args[0])
    const replacement = argCount === 3 ? toText(args[2]) : ''
    if (text === undefined || replacement === undefined || expression === undefined) return undefined
    return apply(text, expression, replacement)
  }
  return {
    ...pure(name, argCount, (args) => {
      const pattern = toText(args[1])
      return pattern === undefined ? undefined : answer(args, expressionOf(pattern))
    }),
    specialise: ([, constant]) => {
      if (constant === undefined) return undefined
      const pattern = toText(constant.value)
      const expression = pattern === undefined ? undefined : expressionOf(pattern)
      return (args) => answer(args, expression)
    },
  }
}

/** Regular expressions of Java as far as RE2 has them: in time proportional to the text, whatever the expression. */
export const REGEXP_FUNCTIONS: readonly SqlFunction[] = [
  ofExpression('regexp_matches', 2, matches),
  ofExpression('regexp_substr', 2, firstMatch),
  ofExpression('regexp_replace', 3, replaceMatches),
]
