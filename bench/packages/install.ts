import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod'

/** Benchmarks run from dist/bench. */
const BENCH = fileURLToPath(new URL('../../bench/', import.meta.url))

const INSTALLED_LOCK = join(BENCH, 'node_modules', '.package-lock.json')

/** What only benchmarks need stays out of the project's own packages: one of these may have to be compiled. */
export const requirePackage = createRequire(join(BENCH, 'package.json'))

const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), optional: z.boolean().optional() }),
  ),
})

/**
 * Installs what Genba is measured against, once.
 *
 * @throws Error with npm's own words when it fails
 */
export async function installPackages(progress: (line: string) => void): Promise<void> {
  if (isInstalled()) return
  progress('installing the packages of the benchmarks (once; minutes where SQLite must be compiled)')
  await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])
}

function isInstalled(): boolean {
  if (!existsSync(INSTALLED_LOCK)) return false
  const installed = packagesOf(INSTALLED_LOCK)
  return Object.entries(packagesOf(join(BENCH, 'package-lock.json'))).every(
    ([path, { version, optional }]) => {
      if (path === '') return true
      const found = installed[path]
      // An optional package may have nothing for this platform.
      return found === undefined ? optional === true : found.version === version
    },
  )
}

const packagesOf = (path: string) => Lock.parse(JSON.parse(readFileSync(path, 'utf8'))).packages

function runNpm(args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const npm = spawn('npm', args, { cwd: BENCH, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk: Buffer): void => {
      output += chunk.toString()
    }
    npm.stdout.on('data', keep)
    npm.stderr.on('data', keep)
    npm.on('error', (error) => reject(new Error(`npm could not be started: ${error.message}`)))
    npm.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`npm ci failed in bench (exit code ${code})\n${output.trimEnd()}`))
    })
  })
}
