import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** sockaddr_un holds 108 bytes on Linux and 104 on macOS, the last a zero; some room for good measure. */
const SOCKET_PATH_BYTES_MAX = 100

/**
 * Where the Unix socket `name` of a directory lies: inside it, or, where that path is too long for a socket, in a
 * private folder of the system's temporary one, named after the directory so that every process finds the same.
 *
 * @throws Error when somebody else owns that folder
 */
export function socketPath(directory: string, name: string): string {
  const wanted = join(resolve(directory), name)
  if (Buffer.byteLength(wanted) <= SOCKET_PATH_BYTES_MAX) return wanted
  const digest = createHash('sha256').update(resolve(directory)).digest('hex').slice(0, 16)
  const folder = join(tmpdir(), `genba-${digest}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid } = lstatSync(folder)
  if (uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user (${uid})`)
  return join(folder, name)
}

/** Removes the socket, and the private folder if it lay in one. Only its owner, or who knows the owner dead, may. */
export function removeSocket(directory: string, name: string): void {
  const path = socketPath(directory, name)
  rmSync(path, { force: true })
  if (dirname(path) !== resolve(directory)) rmdirSync(dirname(path))
}
