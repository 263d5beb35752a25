import type { SqlValue } from '../value.ts'
import { type Code, isAtom, literalCode } from './code.ts'

/** One generated function: what it is handed, and the names it declares. */
export class Unit {
  readonly #constants = new Map<unknown, string>()
  readonly #frames: string[][] = []
  #temps = 0
  /** Whether functions are called, which are given the message and its surroundings. */
  usesScope = false
  lookupCalls = 0
  readonly lookups = new Set<string>()

  /** The name of a value or function that is handed to the generated code. */
  constant(value: unknown): string {
    const known = this.#constants.get(value)
    if (known !== undefined) return known
    const name = `k${this.#constants.size}`
    this.#constants.set(value, name)
    return name
  }

  /** The code of a value that is the same in every evaluation. */
  constantCode(value: SqlValue): Code {
    return literalCode(value) ?? { js: this.constant(value), type: 'any', constant: { value } }
  }

  call(helper: unknown, ...args: readonly string[]): string {
    return `${this.constant(helper)}(${args.join(', ')})`
  }

  /** A name for a value on its way. */
  temp(): string {
    const name = `t${this.#temps++}`
    this.#frames.at(-1)?.push(name)
    return name
  }

  /** A name that is declared by the code that uses it. */
  fresh(letter: string): string {
    return `${letter}${this.#temps++}`
  }

  /**
   * A value that is used more than once: `set` computes it and must run first, `get` repeats it.
   */
  once({ js }: Code): { readonly set: string; readonly get: string } {
    if (isAtom(js)) return { set: js, get: js }
    const name = this.temp()
    return { set: `(${name} = ${js})`, get: name }
  }

  /** The statements of a function's body, after those that declare the names they use. */
  body(generate: () => string): string {
    const temps: string[] = []
    this.#frames.push(temps)
    const statements = generate()
    this.#frames.pop()
    return `${temps.length === 0 ? '' : `let ${temps.join(', ')};\n`}${statements}`
  }

  /** Compiles `(parameters) => { body }`. */
  build(parameters: string, body: string): unknown {
    const names = [...this.#constants.values()].join(', ')
    const factory = new Function(
      'constants',
      `'use strict';
const [${names}] = constants;
return (${parameters}) => {
${body}
};`,
    )
    return factory([...this.#constants.keys()])
  }
}
