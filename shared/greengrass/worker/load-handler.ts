import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { loadTypeScript } from './load-typescript.ts'

type Handle = (event: unknown, context: unknown) => unknown

/**
 * The exported function of a file. JavaScript is imported as it stands; TypeScript loses its types first.
 *
 * @throws whatever is wrong with the file, or that it exports no such function
 */
export async function loadHandler({ file, handler }: { file: string; handler: string }): Promise<Handle> {
  const exported: unknown = /^\.[mc]?ts$/.test(extname(file))
    ? await loadTypeScript(file)
    : await import(pathToFileURL(file).href)
  const found = member(exported, handler) ?? member(member(exported, 'default'), handler)
  if (isHandle(found)) return found
  const names = exported === null || typeof exported !== 'object' ? [] : Object.keys(exported)
  const what = found === undefined ? 'exports no' : 'exports something else than a function as'
  throw new TypeError(`${file} ${what} ${handler}; it exports ${names.join(', ') || 'nothing'}`)
}

const isHandle = (value: unknown): value is Handle => typeof value === 'function'

const member = (value: unknown, name: string): unknown =>
  value !== null && typeof value === 'object' && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined
