import { statSync } from 'node:fs'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkSyntax, loadTypeScript } from './load-typescript.ts'

type Handle = (event: unknown, context: unknown) => unknown

/**
 * The exported function of a file. JavaScript is imported as it stands; TypeScript loses its types first.
 *
 * @throws whatever is wrong with the file, or that it exports no such function
 */
export async function loadHandler({ file, handler }: { file: string; handler: string }): Promise<Handle> {
  const isTypeScript = /^\.[mc]?ts$/.test(extname(file))
  const exported = isTypeScript ? await loadTypeScript(file) : await importJavaScript(file)
  const found = member(exported, handler) ?? member(member(exported, 'default'), handler)
  if (isHandle(found)) return found
  const names = exported === null || typeof exported !== 'object' ? [] : Object.keys(exported)
  const what = found === undefined ? 'exports no' : 'exports something else than a function as'
  throw new TypeError(`${file} ${what} ${handler}; it exports ${names.join(', ') || 'nothing'}`)
}

async function importJavaScript(file: string): Promise<unknown> {
  // Says which file is missing in fewer words than an import of it does.
  statSync(file)
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    // Node keeps the place of a syntax error in an ES module to itself.
    if (error instanceof SyntaxError) await checkSyntax(file)
    throw error
  }
}

const isHandle = (value: unknown): value is Handle => typeof value === 'function'

const member = (value: unknown, name: string): unknown =>
  value !== null && typeof value === 'object' && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
