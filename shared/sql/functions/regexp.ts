import { RE2JS, RE2JSException } from 're2js'
import { boundChars, spend } from '../budget.ts'
import { toText } from '../convert.ts'
import type { SqlFunction } from '../function.ts'
import type { SqlValue } from '../value.ts'
import { BoundedCache } from './bounded-cache.ts'
import { pure } from './define.ts'
import { translateJava } from './regexp/java-regexp.ts'
import { isPlainText, plainPattern } from './regexp/plain-pattern.ts'
import { fillReplacement, parseReplacement } from './regexp/replacement.ts'

/** Characters of an expression; hand-written ones stay under 100. */
const PATTERN_CHARS_MAX = 1_000
/** States of an expression with its repetitions written out: compiling ten thousand takes 60 ms. */
const STATES_MAX = 10_000
/** Looking at a character in a state takes 60 ns at most, mostly far less: 16 looks are one step of the budget. */
const STEPS_PER_LOOK = 1 / 16
/** Compiling takes 6 µs a state; most of the work is kept, but an answer may not depend on whether it is. */
const STEPS_PER_STATE = 5
/** Expressions out of payloads that stay compiled: some kilobytes each, but up to 8 MB where texts make them unfold. */
const KEPT_MAX = 32

interface Expression {
  /** What compiling it takes, at least roughly. */
  readonly states: number
  /** Undefined when it is no expression of Java, or one that RE2 lacks, or too large. */
  readonly program: RE2JS | undefined
  readonly looksAhead: boolean
  readonly asksEnd: boolean
  /** The same in JavaScript, for plain texts: many times faster. */
  readonly plain?: RegExp | undefined
}

type Compiled = Expression & { readonly program: RE2JS }

const NONE: Expression = { states: 0, program: undefined, looksAhead: false, asksEnd: false }

const kept = new BoundedCache<string, Expression>(KEPT_MAX)

const expressionOf = (pattern: string): Expression =>
  pattern.length > PATTERN_CHARS_MAX ? NONE : kept.get(pattern, compile)

function compile(pattern: string): Expression {
  const translated = translateJava(pattern)
  if (translated === undefined || translated.size > STATES_MAX) return { ...NONE, states: pattern.length }
  const program = refusing(() => RE2JS.compile(translated.pattern))
  const states = program?.programSize() ?? translated.size
  const { looksAhead, asksEnd } = translated
  return {
    states,
    program: states > STATES_MAX ? undefined : program,
    looksAhead,
    asksEnd,
    plain: plainPattern(pattern),
  }
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
function* textsOf(text: string, { asksEnd, states }: Compiled): Generator<string> {
  spend(text.length * states * STEPS_PER_LOOK)
  yield text
  if (!asksEnd) return
  const lineEnd = LAST_LINE_END.exec(text)
  if (lineEnd !== null) yield text.slice(0, lineEnd.index)
}

function matches(text: string, expression: Compiled): SqlValue {
  if (expression.plain !== undefined && isPlainText(text)) {
    // A nested query may look at one text for each of its elements, and the work may grow by the square of its length.
    spend(text.length)
    return expression.plain.test(text)
  }
  for (const part of textsOf(text, expression)) if (expression.program.test(part)) return true
  return false
}

function firstMatch(text: string, expression: Compiled): SqlValue {
  for (const part of textsOf(text, expression)) {
    const matcher = expression.program.matcher(part)
    if (matcher.find()) return matcher.group() ?? undefined
  }
  return undefined
}

function replaceMatches(text: string, expression: Compiled, replacement: string): SqlValue {
  for (const part of textsOf(text, expression)) {
    if (!expression.program.test(part)) continue
    const replaced = replaceAll(part, expression, replacement)
    return replaced === undefined ? undefined : replaced + text.slice(part.length)
  }
  return text
}

/** Undefined when the replacement is none. */
function replaceAll(text: string, expression: Compiled, replacement: string): string | undefined {
  const { program, states, looksAhead } = expression
  const pieces = parseReplacement(replacement, { count: program.groupCount(), names: program.namedGroups() })
  if (pieces === undefined) return undefined
  const matcher = program.matcher(text)
  let result = ''
  let end = 0
  while (matcher.find()) {
    result += text.slice(end, matcher.start()) + fillReplacement(pieces, matcher)
    const seen = looksAhead ? text.length - end : matcher.end() - end + 1
    spend(seen * states * STEPS_PER_LOOK)
    boundChars(result.length)
    end = matcher.end()
  }
  return result + text.slice(end)
}

/** Reads the text and the expression; a constant expression is compiled where the statement is. */
function ofExpression(
  name: string,
  argCount: number,
  apply: (text: string, expression: Compiled, replacement: string) => SqlValue,
): SqlFunction {
  const answer = (args: readonly SqlValue[], expression: Expression): SqlValue => {
    const text = toText(args[0])
    const replacement = argCount === 3 ? toText(args[2]) : ''
    if (text === undefined || replacement === undefined || !isCompiled(expression)) return undefined
    return apply(text, expression, replacement)
  }
  return {
    ...pure(name, argCount, (args) => {
      const pattern = toText(args[1])
      if (pattern === undefined) return undefined
      const expression = expressionOf(pattern)
      spend(expression.states * STEPS_PER_STATE)
      return answer(args, expression)
    }),
    specialise: ([, constant]) => {
      if (constant === undefined) return undefined
      const pattern = toText(constant.value)
      const expression = pattern === undefined ? NONE : expressionOf(pattern)
      return (args) => answer(args, expression)
    },
  }
}

const isCompiled = (expression: Expression): expression is Compiled => expression.program !== undefined

/** Regular expressions of Java as far as RE2 has them: in time proportional to the text, whatever the expression. */
export const REGEXP_FUNCTIONS: readonly SqlFunction[] = [
  ofExpression('regexp_matches', 2, matches),
  ofExpression('regexp_substr', 2, firstMatch),
  ofExpression('regexp_replace', 3, replaceMatches),
]
