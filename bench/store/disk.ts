import { execFileSync } from 'node:child_process'
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const filesOf = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

/** All files, whatever they are for. */
export const bytesOf = (directory: string): number =>
  filesOf(directory).reduce((sum, file) => sum + statSync(file).size, 0)

/**
 * Makes the system forget what it has of the files in memory, so that the next read comes from the disk. They must not
 * be open: pages that a process has mapped stay.
 *
 * @see https://www.gnu.org/software/coreutils/manual/html_node/dd-invocation.html `nocache`
 */
export function dropFromCache(directory: string): void {
  for (const file of filesOf(directory)) {
    const descriptor = openSync(file, 'r')
    // What is not on the disk yet cannot be forgotten.
    fsyncSync(descriptor)
    closeSync(descriptor)
    execFileSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none'])
  }
}

/** Bytes that this process has sent towards the disk so far, in whole pages; proc(5) `io`. */
export const writtenBytes = (): number => fieldOf('/proc/self/io', /^write_bytes: (\d+)$/m)

/** The most memory that this process has had at once; unlike getrusage(2) it tells nothing of the parent. */
export const peakRssBytes = (): number => fieldOf('/proc/self/status', /^VmHWM:\s+(\d+) kB$/m) * 1024

function fieldOf(path: string, pattern: RegExp): number {
  const [, digits] = pattern.exec(readFileSync(path, 'utf8')) ?? []
  if (digits === undefined) throw new Error(`${path} does not tell ${pattern}`)
  return Number(digits)
}
