import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fingerprintOfInputs, fingerprintOfRuntime, isBuilt, markBuilt } from './inputs.mjs'
import { install, isInstalled } from './install.mjs'
import { withLock } from './lock.mjs'
import { DIST } from './paths.mjs'

/** The oldest Node.js that every pinned package supports. */
const NODE_MIN = [20, 19]

/**
 * Makes the project ready to run: packages installed, bundles built, nothing done twice. Speaks on stderr only, and
 * only when there is something to wait for, so that a command's own output stays pure.
 */
export async function prepare() {
  checkNode()
  if (isInstalled() && isBuilt(fingerprintOfInputs())) return
  await withLock(join(DIST, '.lock'), say, async () => {
    if (!isInstalled()) {
      say('installing packages (once)')
      await install()
    }
    const fingerprint = fingerprintOfInputs()
    if (isBuilt(fingerprint)) return
    await build(!existsSync(join(DIST, 'sim.mjs')))
    markBuilt(fingerprint)
  })
}

/** @param {boolean} first */
async function build(first) {
  if (first) say('building')
  const [esbuild, { bundleAll }, { stageRuntime }] = await Promise.all([
    import('esbuild'),
    import('./bundle.mjs'),
    import('./runtime/runtime-files.mjs'),
  ])
  await stageRuntime(esbuild, fingerprintOfRuntime())
  await bundleAll(esbuild)
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const [majorMin = 0, minorMin = 0] = NODE_MIN
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return
  throw new Error(
    `Node.js ${NODE_MIN.join('.')} or newer is needed; this is ${process.versions.node} (${process.execPath})`,
  )
}

/** @param {string} note */
function say(note) {
  process.stderr.write(`genba: ${note}\n`)
}

/**
 * Prepares, and ends the process with a plain message when that fails.
 */
export async function prepareOrExit() {
  try {
    await prepare()
  } catch (error) {
    say(error instanceof Error ? error.message : String(error))
    process.exit(1)
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await prepareOrExit()
}
