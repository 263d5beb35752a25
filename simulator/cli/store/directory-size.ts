import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes of all files below a directory; 0 when there is none. Files may come and go meanwhile. */
export function directoryBytes(directory: string): number {
  const stat = statSync(directory, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isDirectory()) return stat.size
  return readdirSync(directory).reduce((sum, name) => sum + directoryBytes(join(directory, name)), 0)
}
