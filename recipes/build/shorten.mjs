import { minify, parse } from 'rolldown/utils'

/** A break costs a byte or two of the archive; a line this long is one or two statements, which a reader finds. */
const LINE_CHARACTERS = 200

/** Before these a line may break without a change of meaning, wherever they stand. */
const STATEMENTS = /(Statement|Declaration|MethodDefinition|PropertyDefinition)$/

/**
 * Makes a bundle shorter for its way over a slow line. What a stack trace shows stays: the names of functions, of
 * classes and of their methods, and lines that are short enough to look into. Variables and parameters, which it
 * never shows, get short names.
 *
 * @param {string} code of an ES module
 */
export async function shorten(code) {
  const { code: shorter, errors } = await minify('main.mjs', code, {
    module: true,
    compress: { keepNames: { function: true, class: true } },
    mangle: { toplevel: true, keepNames: { function: true, class: true } },
    codegen: { removeWhitespace: true },
  })
  const [error] = errors
  if (error !== undefined) throw new Error(`a bundle could not be made shorter: ${error.message}`)
  return breakLines(shorter)
}

/** @param {string} code */
async function breakLines(code) {
  const { program } = await parse('main.mjs', code)
  /** @type {number[]} */
  const starts = []
  collect(program, starts)
  let text = ''
  let from = 0
  for (const start of starts.sort((left, right) => left - right)) {
    if (start - from < LINE_CHARACTERS) continue
    text += `${code.slice(from, start)}\n`
    from = start
  }
  return `${text}${code.slice(from)}`
}

/**
 * The statements of lists of statements: anything else may follow a word that a line break would end, as in
 * `export const`.
 *
 * @param {unknown} node
 * @param {number[]} starts
 */
function collect(node, starts) {
  if (node === null || typeof node !== 'object') return
  for (const child of Object.values(node)) {
    if (Array.isArray(child)) {
      for (const item of child) {
        if (STATEMENTS.test(item?.type ?? '')) starts.push(item.start)
        collect(item, starts)
      }
    } else collect(child, starts)
  }
}
