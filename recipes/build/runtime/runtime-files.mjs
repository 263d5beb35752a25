import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DIST, NODE_MODULES, ROOT, runtimeFolder } from '../paths.mjs'
import { bundleLibrary, fileOf, LIBRARIES } from './libraries.mjs'
import { cRuntime, gpioPackages, nativeBinaries, nativeScripts, packageOf } from './native.mjs'
import { isPackage, noticesOf } from './notices.mjs'

/** Content by its path below the folder of genba.Runtime. @typedef {ReadonlyMap<string, Uint8Array>} Files */

/** What is bundled into the components all the same, because it only leads to a native package. */
const BUNDLED = ['node_modules/level']

/**
 * What genba.Runtime carries for every platform: third-party JavaScript and what its licenses ask for.
 *
 * @param {typeof import('esbuild')} esbuild
 * @returns {Promise<Files>}
 */
export async function commonFiles(esbuild) {
  const [scripts, ...libraries] = await Promise.all([
    nativeScripts(esbuild),
    ...LIBRARIES.map(async (library) => ({ library, ...(await bundleLibrary(esbuild, library)) })),
  ])
  const inputs = libraries
    .flatMap((library) => library.inputs)
    .filter((path) => path.startsWith('node_modules/'))
  const packages = [...BUNDLED, ...scripts.map(packageOf), ...inputs.map(packageOf)].filter(isPackage)
  const about = { private: true, libraries: versionsOf(packages) }
  return new Map([
    ['package.json', Buffer.from(`${JSON.stringify(about, null, 2)}\n`)],
    ['NOTICES.txt', Buffer.from(noticesOf(packages))],
    ...libraries.map(({ library, contents }) => /** @type {const} */ ([fileOf(library), contents])),
    ...scripts.map(contentOf),
  ])
}

/**
 * @param {string} platform such as `linux-arm64`
 * @param {string} runtime its C library
 * @returns {Files}
 */
export const platformFiles = (platform, runtime) => new Map(nativeBinaries(platform, runtime).map(contentOf))

/** @param {string} path relative to the project */
const contentOf = (path) => /** @type {const} */ ([path, readFileSync(join(ROOT, path))])

/** @param {readonly string[]} packages folders */
function versionsOf(packages) {
  const versions = packages.map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'))
    return [name, version]
  })
  return Object.fromEntries(versions.sort(([left], [right]) => (left < right ? -1 : 1)))
}

/**
 * Puts the files for this machine where the simulator links them from. They change with package-lock.json and with
 * how they are made, so a stamp of both saves the second time.
 *
 * @param {typeof import('esbuild')} esbuild
 * @param {string} fingerprint of all that they are made from
 */
export async function stageRuntime(esbuild, fingerprint) {
  const platform = `${process.platform}-${process.arch}`
  const target = join(DIST, runtimeFolder(platform))
  const stamp = join(dirname(target), 'stamp')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return
  rmSync(dirname(target), { recursive: true, force: true })
  for (const [path, content] of [...(await commonFiles(esbuild)), ...platformFiles(platform, cRuntime())]) {
    mkdirSync(dirname(join(target, path)), { recursive: true })
    writeFileSync(join(target, path), content)
  }
  for (const name of gpioPackages()) {
    const options = { recursive: true, dereference: true }
    cpSync(join(NODE_MODULES, name), join(target, 'node_modules', name), options)
  }
  writeFileSync(stamp, fingerprint)
}
