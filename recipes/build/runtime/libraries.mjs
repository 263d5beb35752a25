import { join } from 'node:path'
import { ROOT } from '../paths.mjs'
import { keepNativeOut } from './native-imports.mjs'

/**
 * @typedef {object} Library
 * @property {string} name of the package
 * @property {readonly string[]} modules what the components import of it: the package, or files of it
 * @property {readonly string[]} [without] exports that no component needs and that would be loaded for nothing
 */

/**
 * Third-party JavaScript that genba.Runtime carries for all components, so that an update of one of them is its own
 * code alone. One file each: a core would read more than four hundred small ones at every start of a component.
 *
 * @type {readonly Library[]}
 */
export const LIBRARIES = [
  {
    name: 'aws-iot-device-sdk-v2',
    modules: ['eventstream_rpc.js', 'greengrasscoreipc.js', 'greengrasscoreipc/model.js'].map(
      (file) => `aws-iot-device-sdk-v2/dist/${file}`,
    ),
  },
  { name: 'decimal.js', modules: ['decimal.js'] },
  { name: 'fft.js', modules: ['fft.js'] },
  { name: 'pino', modules: ['pino'] },
  { name: 'prom-client', modules: ['prom-client'] },
  { name: 're2js', modules: ['re2js'] },
  { name: 'rxjs', modules: ['rxjs'] },
  { name: 'sucrase', modules: ['sucrase'] },
  { name: 'temporal-polyfill', modules: ['temporal-polyfill'] },
  // The messages of sixty languages; its own lower half, of which the components use types alone; all once more as one.
  { name: 'zod', modules: ['zod'], without: ['locales', 'core', 'z', 'default'] },
]

/** @param {Library} library */
export const fileOf = ({ name }) => `libraries/${name}.cjs`

/**
 * Makes the file of one library: what its modules export, by module.
 *
 * @param {typeof import('esbuild')} esbuild
 * @param {Library} library
 */
export async function bundleLibrary(esbuild, library) {
  const lines = await Promise.all(
    library.modules.map(async (module, index) => {
      const names = (await exportsOf(library, module)).join(', ')
      return { entry: `entry:${index}`, code: `export { ${names} } from ${JSON.stringify(module)}` }
    }),
  )
  const whole = library.modules
    .map((module, index) => `exports[${JSON.stringify(module)}] = require('entry:${index}')`)
    .join('\n')
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: ROOT,
    stdin: { contents: whole, resolveDir: ROOT },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    preserveSymlinks: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    metafile: true,
    write: false,
    outfile: join(ROOT, 'unused'),
    plugins: [keepNativeOut, virtualEntries(lines)],
    logLevel: 'silent',
  })
  const [output] = outputFiles
  if (output === undefined) throw new Error(`nothing was made of ${library.name}`)
  return { contents: output.contents, inputs: Object.keys(metafile.inputs) }
}

/**
 * The names that Node.js sees, in their own order, which is fixed by the language.
 *
 * @param {Library} library
 * @param {string} module
 */
async function exportsOf({ without = [] }, module) {
  return Object.keys(await import(module)).filter(
    (name) => !without.includes(name) && name !== 'module.exports',
  )
}

/**
 * @param {readonly { readonly entry: string, readonly code: string }[]} entries
 * @returns {import('esbuild').Plugin}
 */
const virtualEntries = (entries) => ({
  name: 'virtual-entries',
  setup(build) {
    // The ending makes the bundler take default exports as Node.js does.
    build.onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: `${path}.mjs`, namespace: 'entry' }))
    build.onLoad({ filter: /.*/, namespace: 'entry' }, ({ path }) => ({
      contents: entries.find(({ entry }) => `${entry}.mjs` === path)?.code ?? '',
      resolveDir: ROOT,
      loader: 'js',
    }))
  },
})

/**
 * For bundles of components: each name that is imported of a library becomes a constant of the bundle, so that hot
 * loops reach it as if it were bundled; names that nobody uses leave nothing behind.
 *
 * @type {import('esbuild').Plugin}
 */
export const librariesOfRuntime = {
  name: 'libraries-of-runtime',
  setup(build) {
    const byModule = new Map(
      LIBRARIES.flatMap((library) => library.modules.map((module) => [module, library])),
    )
    build.onResolve({ filter: /^[^.]/ }, ({ path }) =>
      byModule.has(path) ? { path, namespace: 'library' } : undefined,
    )
    build.onLoad({ filter: /.*/, namespace: 'library' }, async ({ path }) => {
      const library = byModule.get(path)
      if (library === undefined) return undefined
      return { contents: importing(library, path, await exportsOf(library, path)), loader: 'js' }
    })
  },
}

/**
 * @param {Library} library
 * @param {string} module
 * @param {readonly string[]} names
 */
function importing(library, module, names) {
  const pick = (/** @type {string} */ name) => `/* @__PURE__ */ take(${JSON.stringify(name)})`
  return [
    `const library = /* @__PURE__ */ __library(${JSON.stringify(fileOf(library))}, ${JSON.stringify(module)})`,
    'const take = (name) => library[name]',
    // An export may be called null or function; a constant may not.
    ...names.map((name) => `const $${name} = ${pick(name)}\nexport { $${name} as ${name} }`),
  ].join('\n')
}
