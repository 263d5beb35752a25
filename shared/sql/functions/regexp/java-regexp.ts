import {
  type CharSet,
  charText,
  complement,
  JAVA_CLASSES,
  LINE_ENDS,
  POSIX_CLASSES,
  setText,
} from './char-set.ts'

/** A regular expression of Java in RE2's syntax. */
export interface Translation {
  readonly pattern: string
  /** States of a program for it, at least roughly: repetitions are written out. */
  readonly size: number
  /** Whether it may look any way ahead and then match less: replacing all matches may then look at a text again and again. */
  readonly looksAhead: boolean
  /** Whether it asks for the end of the text, which in Java is before a last line end too. */
  readonly asksEnd: boolean
}

/**
 * Translates what RE2 has. Undefined for what it lacks (look-around, back-references, possessive quantifiers, atomic
 * groups, intersections of classes, the flags d, u, x and U) and for what Java refuses.
 */
export function translateJava(pattern: string): Translation | undefined {
  const translator = new Translator(pattern)
  return translator.run() ? translator : undefined
}

const GROUP_OPENING = /\((?!\?)|\(\?(?:<[A-Za-z][A-Za-z0-9]*>|[ims]*(?:-[ims]+)?[:)])/y
const REPETITION = /\{(\d{1,4})(?:(,)(\d{0,4}))?\}/y
const QUOTATION = /\\Q([\s\S]*?)(?:\\E|$)/y
const PROPERTY = /\\([pP])(?:\{(\w+)(?:=(\w+))?\}|([A-Z]))/y
const CHARACTER =
  /\\(?:x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|0([0-3]?[0-7]{1,2})|c([@-_]))/y
/** Escapes that mean the same to both, outside of classes and within them. */
const SAME_ESCAPES = 'dDwWtnrfa'
const SAME_ANCHORS = 'bBAz'
const OPERATORS = '|*+?^'
const NOTHING_MORE = /^\)*$/
const DOTALL_FLAG = /\(\?[im]*s/
const ANY_BUT_LINE_ENDS = `[${setText(complement(LINE_ENDS))}]`
const LINE_BREAK = `(?:\\r\\n|[${setText(JAVA_CLASSES['v'] ?? [])}])`

class Translator implements Translation {
  pattern = ''
  size = 0
  looksAhead = false
  asksEnd = false
  readonly #text: string
  readonly #dot: string
  #at = 0
  /** Of the last atom, for a repetition that follows; and of the groups around, up to their opening. */
  #lastSize = 0
  readonly #sizesAround: number[] = []

  constructor(text: string) {
    this.#text = text
    this.#dot = DOTALL_FLAG.test(text) ? '.' : ANY_BUT_LINE_ENDS
  }

  run(): boolean {
    while (this.#at < this.#text.length) if (!this.#step()) return false
    return this.#sizesAround.length === 0
  }

  #step(): boolean {
    const char = this.#text[this.#at] ?? ''
    if (char === '\\') return this.#escape()
    if (char === '[') return this.#class()
    if (char === '(') return this.#open()
    if (char === '{') return this.#repeat()
    if (char === ')') return this.#close()
    if (char === '.') return this.#atom(this.#dot, 1)
    if (char === '$') return this.#end('$', 1)
    if (OPERATORS.includes(char)) {
      if (char === '*' || char === '+') this.#noteUnbounded(1)
      return this.#write(char, 1)
    }
    return this.#literal()
  }

  #write(text: string, length: number): true {
    this.pattern += text
    this.#at += length
    return true
  }

  #atom(text: string, length: number): true {
    this.#lastSize = 1
    this.size += 1
    return this.#write(text, length)
  }

  #end(text: string, length: number): true {
    this.asksEnd = true
    return this.#atom(text, length)
  }

  #literal(): true {
    const codePoint = this.#text.codePointAt(this.#at) ?? 0
    return this.#atom(charText(codePoint), String.fromCodePoint(codePoint).length)
  }

  #match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at
    return expression.exec(this.#text) ?? undefined
  }

  #open(): boolean {
    const opening = this.#match(GROUP_OPENING)?.[0]
    if (opening === undefined) return false
    if (!opening.endsWith(')')) this.#sizesAround.push(this.size)
    this.#lastSize = 0
    return this.#write(opening, opening.length)
  }

  #close(): boolean {
    const before = this.#sizesAround.pop()
    if (before === undefined) return false
    this.#lastSize = this.size - before
    return this.#write(')', 1)
  }

  #repeat(): boolean {
    const found = this.#match(REPETITION)
    if (found === undefined) return false
    const [text, least, comma, most] = found
    if (comma !== undefined && most === '') this.#noteUnbounded(text.length)
    const times = Math.max(Number(least), Number(most ?? 0))
    this.size += this.#lastSize * Math.max(times - 1, 0)
    return this.#write(text, text.length)
  }

  /** At the very end of the expression nothing can fail after it: what it looked at, it matches. */
  #noteUnbounded(length: number): void {
    if (!NOTHING_MORE.test(this.#text.slice(this.#at + length))) this.looksAhead = true
  }

  #escape(): boolean {
    const letter = this.#text[this.#at + 1] ?? ''
    if (letter === 'Q') return this.#quotation()
    if (letter === 'R') return this.#atom(LINE_BREAK, 2)
    if (letter === 'Z') return this.#end('\\z', 2)
    if (letter !== '' && SAME_ANCHORS.includes(letter)) return this.#atom(`\\${letter}`, 2)
    const set = this.#setEscape()
    if (set !== undefined) return this.#atom(set.isSet ? `[${set.text}]` : set.text, set.length)
    return false
  }

  #quotation(): boolean {
    const found = this.#match(QUOTATION)
    if (found === undefined) return false
    const [whole, quoted = ''] = found
    for (const char of quoted) this.#atom(charText(char.codePointAt(0) ?? 0), 0)
    return this.#write('', whole.length)
  }

  /** An escape that stands for one character of some set, and may stand in a class too. */
  #setEscape(): { readonly text: string; readonly length: number; readonly isSet: boolean } | undefined {
    const letter = this.#text[this.#at + 1]
    if (letter === undefined) return undefined
    const javaClass = JAVA_CLASSES[letter.toLowerCase()]
    if (javaClass !== undefined) return setOf(javaClass, letter !== letter.toLowerCase(), 2)
    if (SAME_ESCAPES.includes(letter)) return { text: `\\${letter}`, length: 2, isSet: false }
    if (letter === 'e') return { text: charText(0x1b), length: 2, isSet: false }
    if (letter === 'p' || letter === 'P') return propertyOf(this.#match(PROPERTY))
    const character = this.#match(CHARACTER)
    if (character !== undefined) return characterOf(character)
    if (/[A-Za-z0-9]/.test(letter)) return undefined
    const codePoint = this.#text.codePointAt(this.#at + 1) ?? 0
    return { text: charText(codePoint), length: 1 + String.fromCodePoint(codePoint).length, isSet: false }
  }

  /** A class without classes in it: RE2 has no unions and no intersections. */
  #class(): boolean {
    let text = '['
    this.#at += 1
    if (this.#text[this.#at] === '^') {
      text += '^'
      this.#at += 1
    }
    for (let isFirst = true; ; isFirst = false) {
      const char = this.#text[this.#at]
      if (char === undefined || char === '[' || this.#text.startsWith('&&', this.#at)) return false
      if (char === ']' && !isFirst) return this.#atom(`${text}]`, 1)
      const item = this.#classItem(char)
      if (item === undefined) return false
      text += item
    }
  }

  #classItem(char: string): string | undefined {
    if (char === '\\') {
      const set = this.#setEscape()
      this.#at += set?.length ?? 0
      return set?.text
    }
    const codePoint = this.#text.codePointAt(this.#at) ?? 0
    this.#at += String.fromCodePoint(codePoint).length
    return char === '-' ? '-' : charText(codePoint)
  }
}

const setOf = (set: CharSet, isNegated: boolean, length: number) => ({
  text: setText(isNegated ? complement(set) : set),
  length,
  isSet: true,
})

function propertyOf(found: RegExpExecArray | undefined) {
  if (found === undefined) return undefined
  const [whole, letter, name = '', value, category] = found
  const posix = POSIX_CLASSES[name]
  if (posix !== undefined && value === undefined) return setOf(posix, letter === 'P', whole.length)
  const known = category ?? propertyName(name, value)
  return known === undefined
    ? undefined
    : { text: `\\${letter}{${known}}`, length: whole.length, isSet: false }
}

/** Categories such as `Lu` and `IsLu`, scripts such as `IsLatin` and `sc=Latin`; RE2 refuses what it does not know. */
function propertyName(name: string, value: string | undefined): string | undefined {
  if (value !== undefined) return /^(sc|script|gc|general_category)$/i.test(name) ? value : undefined
  if (/^[A-Z][a-z]?$/.test(name)) return name
  return /^Is[A-Z]/.test(name) ? name.slice(2) : undefined
}

function characterOf([whole, byte, point, unit, octal, control]: RegExpExecArray) {
  const hex = byte ?? point ?? unit
  const codePoint =
    hex !== undefined
      ? Number.parseInt(hex, 16)
      : octal !== undefined
        ? Number.parseInt(octal, 8)
        : (control?.charCodeAt(0) ?? 0) ^ 0x40
  return codePoint > 0x10ffff ? undefined : { text: charText(codePoint), length: whole.length, isSet: false }
}
