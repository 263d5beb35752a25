import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 100
/** Twenty times what an installation on a slow line takes: beyond it, waiting helps nobody. */
const WAIT_MS_MAX = 20 * 60_000

/**
 * Runs `action` while no other command of this project does: two builds at once would write the same files, and two
 * installations would delete each other's packages. A lock whose owner has died is taken over.
 *
 * @template T
 * @param {string} file
 * @param {(note: string) => void} say
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
export async function withLock(file, say, action) {
  mkdirSync(dirname(file), { recursive: true })
  for (let waitedMs = 0; !take(file); waitedMs += POLL_MS) {
    if (waitedMs === 0) say('waiting for another genba command that installs or builds')
    if (waitedMs >= WAIT_MS_MAX) throw new Error(`another command has held ${file} for too long; remove it`)
    await sleep(POLL_MS)
  }
  try {
    return await action()
  } finally {
    rmSync(file, { force: true })
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  if (!isOwnerDead(file)) return false
  rmSync(file, { force: true })
  return false
}

/** @param {string} file */
function isOwnerDead(file) {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    // An empty file is an owner between creating it and writing its id.
    if (!Number.isInteger(pid) || pid <= 0) return false
    process.kill(pid, 0)
    return false
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
