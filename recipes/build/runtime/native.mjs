import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { NODE_MODULES, ROOT } from '../paths.mjs'

/** What the bundles ask of the native packages; the device SDK reaches into the second by its path. */
const ENTRIES = ['aws-crt', 'aws-crt/dist/native/aws_iot_metrics', 'classic-level']

/**
 * The JavaScript files that the native packages really load, found by a bundler, so that aws-crt's browser half and
 * its dependencies stay out.
 *
 * @param {typeof import('esbuild')} esbuild
 * @returns {Promise<readonly string[]>} paths relative to the project
 */
export async function nativeScripts(esbuild) {
  const { metafile } = await esbuild.build({
    absWorkingDir: ROOT,
    stdin: { contents: ENTRIES.map((entry) => `require('${entry}')`).join('\n'), resolveDir: ROOT },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    preserveSymlinks: true,
    metafile: true,
    write: false,
    outdir: 'unused',
    logLevel: 'silent',
  })
  const scripts = Object.keys(metafile.inputs).filter((path) => path.startsWith('node_modules/'))
  return [...new Set([...scripts, ...scripts.map((path) => `${packageOf(path)}/package.json`)])].sort()
}

/**
 * The folder of the innermost package that a file belongs to.
 *
 * @param {string} path such as `node_modules/@scope/name/lib/file.js`
 */
export function packageOf(path) {
  const parts = path.split('/')
  const at = parts.lastIndexOf('node_modules')
  return parts.slice(0, at + (parts[at + 1]?.startsWith('@') ? 3 : 2)).join('/')
}

/**
 * The binaries for one platform alone: 9 MB, not 60.
 *
 * @param {string} platform such as `linux-arm64`
 * @param {string} runtime the name of its C library in aws-crt's folders
 * @returns {readonly string[]} paths relative to the project
 */
export function nativeBinaries(platform, runtime) {
  const crt = 'node_modules/aws-crt/dist/bin'
  const level = 'node_modules/classic-level/prebuilds'
  const levelFiles = foldersIn(level)
    .filter((name) => isFor(name, platform))
    .flatMap((name) => filesIn(`${level}/${name}`))
    .filter((path) => runtime === 'cruntime' || path.endsWith('.musl.node') === (runtime === 'musl'))
  const files = [...filesIn(`${crt}/${platform}-${runtime}`), ...levelFiles]
  if (files.length < 2) throw new Error(`the native packages have no binaries for ${platform} (${runtime})`)
  return files.sort()
}

/** This machine's C library, by aws-crt's names: two on Linux, one for all elsewhere. */
export function cRuntime() {
  if (process.platform !== 'linux') return 'cruntime'
  /** @type {{ header?: { glibcVersionRuntime?: string } }} */
  const report = process.report.getReport()
  return report.header?.glibcVersionRuntime === undefined ? 'musl' : 'glibc'
}

/**
 * A prebuild folder may serve several architectures: `darwin-x64+arm64`.
 *
 * @param {string} folder
 * @param {string} platform
 */
function isFor(folder, platform) {
  const [system, architectures = ''] = folder.split('-')
  return architectures.split('+').some((architecture) => `${system}-${architecture}` === platform)
}

/** `onoff` is optional: these are its parts where its binding has been compiled for this machine. */
export function gpioPackages() {
  if (!existsSync(join(NODE_MODULES, 'epoll', 'build', 'Release', 'epoll.node'))) return []
  return ['onoff', 'epoll', 'bindings', 'file-uri-to-path', 'lodash.debounce']
}

/** @param {string} folder */
function foldersIn(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
}

/** @param {string} folder */
function filesIn(folder) {
  const path = join(ROOT, folder)
  return existsSync(path) ? readdirSync(path).map((name) => `${folder}/${name}`) : []
}
