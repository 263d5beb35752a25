import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NODE_MODULES, ROOT } from './paths.mjs'

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean }} LockedPackage */

/** True when node_modules holds what package-lock.json names: compared by content, so nobody's own `npm ci` is repeated. */
export function isInstalled() {
  const installedLock = join(NODE_MODULES, '.package-lock.json')
  if (!existsSync(installedLock)) return false
  const wanted = packagesOf(join(ROOT, 'package-lock.json'))
  const installed = packagesOf(installedLock)
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true
    const found = installed[path]
    // An optional package may have nothing for this platform, or may have failed to compile.
    return found === undefined
      ? entry.optional === true || entry.devOptional === true
      : found.version === entry.version
  })
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage>}
 */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {}
}

/**
 * `npm ci` without noise: its output is shown only when it fails. Install scripts stay off, because every native part
 * comes prebuilt and `onoff` may not compile on a machine without build tools.
 *
 * @returns {Promise<void>}
 */
export function install() {
  const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  return new Promise((resolve, reject) => {
    const npm = spawn('npm', flags, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (/** @type {Buffer} */ chunk) => {
      output += chunk.toString()
    }
    npm.stdout.on('data', keep)
    npm.stderr.on('data', keep)
    npm.on('error', (error) => reject(new Error(`npm could not be started: ${error.message}`)))
    npm.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`npm ci failed (exit code ${code})\n${output.trimEnd()}`))
    })
  })
}
