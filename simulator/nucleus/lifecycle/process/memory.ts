import { readFileSync } from 'node:fs'

/** Pages of `statm` are of this size on every machine that Greengrass and Node.js share, arm64 with 4 kB pages included. */
const PAGE_BYTES = 4096

/** Resident memory of a process; null where the system has no /proc. */
export function readRssBytes(pid: number): number | null {
  try {
    const resident = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
    return Number.isFinite(resident) ? resident * PAGE_BYTES : null
  } catch {
    return null
  }
}
