import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { DIST, NODE_MODULES, ROOT } from './paths.mjs'

const TARGET = join(DIST, 'runtime', 'native')
const STAMP = join(TARGET, 'package.json')

/** What the bundles ask of the native packages; the device SDK reaches into the second by its path. */
const ENTRIES = ['aws-crt', 'aws-crt/dist/native/aws_iot_metrics', 'classic-level']

/**
 * Fills genba.Runtime's artifact: the JavaScript files that the native packages really load (found by a bundler, so
 * that aws-crt's browser half and its dependencies stay out) and the binaries of this platform alone: 9 MB, not 60.
 *
 * @param {typeof import('esbuild')} esbuild
 */
export async function copyNative(esbuild) {
  const stamp = JSON.stringify({ private: true, genba: `${process.platform}-${process.arch} ${versions()}` })
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return
  rmSync(TARGET, { recursive: true, force: true })
  const files = [...(await scriptsOf(esbuild)), ...binaries()]
  for (const file of files) {
    const target = join(TARGET, file)
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join(ROOT, file), target, { dereference: true })
  }
  copyGpio()
  writeFileSync(STAMP, stamp)
}

function versions() {
  return [...new Set(ENTRIES.map((entry) => entry.split('/')[0] ?? entry))]
    .map(
      (name) =>
        `${name}@${JSON.parse(readFileSync(join(NODE_MODULES, name, 'package.json'), 'utf8')).version}`,
    )
    .join(' ')
}

/** @param {typeof import('esbuild')} esbuild */
async function scriptsOf(esbuild) {
  const { metafile } = await esbuild.build({
    absWorkingDir: ROOT,
    stdin: { contents: ENTRIES.map((entry) => `require('${entry}')`).join('\n'), resolveDir: ROOT },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    metafile: true,
    write: false,
    outdir: 'unused',
    logLevel: 'silent',
  })
  const scripts = Object.keys(metafile.inputs).filter((path) => path.startsWith('node_modules/'))
  return [...new Set([...scripts, ...scripts.map((path) => `${packageOf(path)}/package.json`)])]
}

/** @param {string} path such as `node_modules/@scope/name/lib/file.js` */
function packageOf(path) {
  return path
    .split('/')
    .slice(0, path.startsWith('node_modules/@') ? 3 : 2)
    .join('/')
}

function binaries() {
  const crt = join(NODE_MODULES, 'aws-crt', 'dist', 'bin')
  const level = join(NODE_MODULES, 'classic-level', 'prebuilds')
  const platform = `${process.platform}-${process.arch}`
  const runtime = cRuntime()
  return [
    ...filesIn(join(crt, `${platform}-${runtime}`)),
    ...foldersIn(level)
      .filter((name) => isFor(name, platform))
      .flatMap((name) => filesIn(join(level, name)))
      .filter((path) => runtime === 'cruntime' || path.endsWith('.musl.node') === (runtime === 'musl')),
  ]
}

/** The names under which aws-crt keeps its binaries: by C library on Linux, one for all elsewhere. */
function cRuntime() {
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

/** `onoff` is optional: it goes along where its binding has been compiled. */
function copyGpio() {
  if (!existsSync(join(NODE_MODULES, 'epoll', 'build', 'Release', 'epoll.node'))) return
  for (const name of ['onoff', 'epoll', 'bindings', 'file-uri-to-path', 'lodash.debounce']) {
    cpSync(join(NODE_MODULES, name), join(TARGET, 'node_modules', name), {
      recursive: true,
      dereference: true,
    })
  }
}

/** @param {string} folder */
function foldersIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
}

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(folder).map((name) => relative(ROOT, join(folder, name)))
}
