import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { componentFolder, DIST, ROOT } from './paths.mjs'
import { COMPONENT_BANNER, TOOL_BANNER } from './runtime/banner.mjs'
import { librariesOfRuntime } from './runtime/libraries.mjs'
import { nativeByBanner } from './runtime/native-imports.mjs'
import { shorten } from './shorten.mjs'

/**
 * @typedef {object} Bundle
 * @property {string} entry relative to the project
 * @property {string} outfile relative to dist/
 * @property {true} [isShipped] part of a component, which finds libraries in genba.Runtime
 */

/** @returns {readonly Bundle[]} */
function bundles() {
  const components = namesIn('components').map((name) => ({
    entry: `components/${name}/main.ts`,
    outfile: `${componentFolder(capitalise(name))}/main.mjs`,
    isShipped: /** @type {const} */ (true),
  }))
  // Functions: a file of its own, because a process that opened main.mjs would be a second component.
  const workers = [
    {
      entry: 'shared/greengrass/worker/main.ts',
      outfile: 'unarchived/genba.Processor/FunctionWorker/function-worker.mjs',
      isShipped: /** @type {const} */ (true),
    },
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
    { entry: 'simulator/crash/nucleus/worker.ts', outfile: 'crash-nucleus-worker.mjs' },
    { entry: 'simulator/release/main.ts', outfile: 'release.mjs' },
    { entry: 'simulator/updates/main.ts', outfile: 'updates.mjs' },
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
  await settleAll(bundles(), async (bundle) => {
    const path = join(DIST, bundle.outfile)
    const content = await bundleOne(esbuild, bundle)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  })
}

/**
 * The code of all components, by its path below dist/, made anew.
 *
 * @param {typeof import('esbuild')} esbuild
 * @returns {Promise<ReadonlyMap<string, Uint8Array>>}
 */
export async function bundleShipped(esbuild) {
  const shipped = bundles().filter(({ isShipped }) => isShipped)
  const contents = await settleAll(shipped, (bundle) => bundleOne(esbuild, bundle))
  return new Map(shipped.map(({ outfile }, index) => [outfile, contents[index] ?? new Uint8Array()]))
}

/**
 * @template Result
 * @param {readonly Bundle[]} all
 * @param {(bundle: Bundle) => Promise<Result>} make
 */
async function settleAll(all, make) {
  const results = await Promise.allSettled(all.map(make))
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [describe(result.reason)] : [],
  )
  if (failures.length > 0) throw new Error(`the build failed\n${failures.join('\n')}`)
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

/**
 * Names of functions and classes stay, and lines stay short: a stack trace in a component's log must be readable on a
 * gateway without source maps.
 *
 * @param {typeof import('esbuild')} esbuild
 * @param {Bundle} bundle
 * @returns {Promise<Uint8Array>}
 */
async function bundleOne(esbuild, { entry, isShipped }) {
  const { outputFiles } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: join(DIST, 'unused'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Paths of files are part of a bundle: they are the same wherever node_modules lies.
    preserveSymlinks: true,
    minifySyntax: true,
    legalComments: 'none',
    banner: isShipped ? {} : { js: TOOL_BANNER },
    plugins: isShipped ? [nativeByBanner, librariesOfRuntime] : [nativeByBanner],
    write: false,
    logLevel: 'silent',
  })
  const [output] = outputFiles
  if (output === undefined) throw new Error(`nothing was made of ${entry}`)
  return isShipped ? Buffer.from(COMPONENT_BANNER + (await shorten(output.text))) : output.contents
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
