import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DIST, ROOT } from './paths.mjs'

/**
 * @typedef {object} Bundle
 * @property {string} entry relative to the project
 * @property {string} outfile relative to dist/
 */

/** Packages with native code: found at run time, never bundled. `onoff` is optional on every machine. */
export const NATIVE_PACKAGES = ['aws-crt', 'classic-level', 'onoff']
const NATIVE_IMPORT = new RegExp(`^(${NATIVE_PACKAGES.join('|')})(/.*)?$`)

/**
 * Opens every bundle. Native packages are looked up, in this order: where `GENBA_NATIVE` says; in the link that
 * genba.Runtime leaves in its work folder, next to the component's own; beside the bundle, which in this repository
 * is node_modules, so that a bundle starts here against any server that speaks the protocol.
 */
const BANNER = `
import { createRequire as __createRequire } from 'node:module'
import { existsSync as __existsSync } from 'node:fs'
import { dirname as __dirnameOf, resolve as __resolve } from 'node:path'
import { fileURLToPath as __fileURLToPath } from 'node:url'
const __filename = __fileURLToPath(import.meta.url)
const __dirname = __dirnameOf(__filename)
const require = __createRequire(import.meta.url)
const __native = (() => {
  const places = [process.env.GENBA_NATIVE, __resolve('../genba.Runtime/native')]
  const place = places.find((path) => path && __existsSync(__resolve(path, 'node_modules')))
  return place === undefined ? require : __createRequire(__resolve(place, 'package.json'))
})()
`

/** @type {import('esbuild').Plugin} */
const nativePackages = {
  name: 'native-packages',
  setup(build) {
    build.onResolve({ filter: NATIVE_IMPORT }, ({ path }) => ({ path, namespace: 'native' }))
    build.onLoad({ filter: /.*/, namespace: 'native' }, ({ path }) => ({
      contents: `module.exports = __native(${JSON.stringify(path)})`,
      loader: 'js',
    }))
  },
}

/** @returns {readonly Bundle[]} */
export function bundles() {
  const components = namesIn('components').map((name) => ({
    entry: `components/${name}/main.ts`,
    outfile: `components/${capitalise(name)}/main.mjs`,
  }))
  // Functions: a file of its own, because a process that opened main.mjs would be a second component.
  const workers = [
    { entry: 'shared/greengrass/worker/main.ts', outfile: 'components/Processor/function-worker.mjs' },
  ]
  const benches = [
    { entry: 'bench/main.ts', outfile: 'bench/main.mjs' },
    // Components of their own: what the hand-off is compared with.
    { entry: 'bench/windows/way.ts', outfile: 'bench/windows-way.mjs' },
    { entry: 'bench/store/way.ts', outfile: 'bench/store-way.mjs' },
    { entry: 'bench/handoff/naive/producer.ts', outfile: 'bench/naive-producer.mjs' },
    { entry: 'bench/handoff/naive/historian.ts', outfile: 'bench/naive-historian.mjs' },
    // A plug-in of the collector: sensors by the wall clock.
    { entry: 'bench/reaction/source.ts', outfile: 'bench/reaction-source.mjs' },
  ]
  return [
    ...components,
    ...workers,
    { entry: 'simulator/cli/main.ts', outfile: 'simulator/genba.mjs' },
    { entry: 'simulator/factory/main.ts', outfile: 'simulator/factory.mjs' },
    { entry: 'simulator/virtual/main.ts', outfile: 'sim.mjs' },
    { entry: 'simulator/crash/main.ts', outfile: 'crash.mjs' },
    { entry: 'simulator/crash/worker.ts', outfile: 'crash-worker.mjs' },
    { entry: 'simulator/conformance/main.ts', outfile: 'conformance.mjs' },
    ...benches,
  ]
}

/**
 * Builds all bundles; each that succeeds is written, and every failure is told.
 *
 * @param {typeof import('esbuild')} esbuild
 */
export async function bundleAll(esbuild) {
  const results = await Promise.allSettled(bundles().map((bundle) => bundleOne(esbuild, bundle)))
  const failures = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }) => describe(reason))
  if (failures.length > 0) throw new Error(`the build failed\n${failures.join('\n')}`)
}

/**
 * Whitespace stays, names stay: a stack trace in a component's log must be readable on a gateway without source maps,
 * and dropping dead branches already gives most of the size.
 *
 * @param {typeof import('esbuild')} esbuild
 * @param {Bundle} bundle
 */
function bundleOne(esbuild, { entry, outfile }) {
  return esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: join(DIST, outfile),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minifySyntax: true,
    legalComments: 'none',
    banner: { js: BANNER },
    plugins: [nativePackages],
    logLevel: 'silent',
  })
}

/** @param {unknown} failure */
function describe(failure) {
  if (!(failure instanceof Error) || !('errors' in failure) || !Array.isArray(failure.errors))
    return `  ${failure}`
  return failure.errors
    .map(({ text, location }) => `  ${location ? `${location.file}:${location.line}: ` : ''}${text}`)
    .join('\n')
}

/** @param {string} folder */
function namesIn(folder) {
  return readdirSync(join(ROOT, folder)).sort()
}

/** @param {string} name */
function capitalise(name) {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
