import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, resolve } from 'node:path'
import { compileFunction, constants } from 'node:vm'

/** A function is a page or two; a bundle of megabytes is JavaScript already. */
const FILE_BYTES_MAX = 1024 * 1024
const RELATIVE_TYPESCRIPT = /^\.{1,2}\/.*\.[mc]?ts$/

interface Module {
  readonly exports: Record<string, unknown>
}

/**
 * Runs a TypeScript file and what it imports of its kind. Types are removed, never checked; line numbers stay. The
 * code runs as CommonJS, because Node 20 has no way to give an ES module other text than its file: `import` works
 * for files and packages alike, `await` outside a function does not.
 *
 * @throws whatever the file throws, with its line where its syntax is wrong
 */
export async function loadTypeScript(file: string): Promise<unknown> {
  const transform = await loadTransform()
  const loaded = new Map<string, Module>()

  const load = (path: string): Record<string, unknown> => {
    const known = loaded.get(path)
    // Unfinished in a cycle of imports, as in CommonJS.
    if (known !== undefined) return known.exports
    const module: Module = { exports: {} }
    loaded.set(path, module)
    const require = createRequire(path)
    const requireAny = (specifier: string): unknown =>
      RELATIVE_TYPESCRIPT.test(specifier) ? load(resolve(dirname(path), specifier)) : require(specifier)
    const run = compile(path, javaScriptOf(transform, path))
    run(module.exports, requireAny, module, path, dirname(path))
    return module.exports
  }

  return load(file)
}

const compile = (path: string, code: string) =>
  compileFunction(code, ['exports', 'require', 'module', '__filename', '__dirname'], {
    filename: path,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })

/** @throws SyntaxError with file, line and the line itself, if this file has one */
export async function checkSyntax(file: string): Promise<void> {
  compile(file, javaScriptOf(await loadTransform(), file))
}

type Transform = typeof import('sucrase')['transform']

/** Only when it is needed: it takes a thread 30 ms and 2 MB that a function in JavaScript does without. */
const loadTransform = async (): Promise<Transform> => (await import('sucrase')).transform

function javaScriptOf(transform: Transform, path: string): string {
  if (statSync(path).size > FILE_BYTES_MAX) throw new RangeError(`${path} is over ${FILE_BYTES_MAX} bytes`)
  return transform(readFileSync(path, 'utf8'), {
    transforms: ['typescript', 'imports'],
    disableESTransforms: true,
    preserveDynamicImport: true,
    filePath: path,
  }).code
}
