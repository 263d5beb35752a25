import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { asStoreError } from './level-error.ts'

/**
 * What the files of a store come to, and what is free on their file system.
 * @throws StoreError `GENBA_STORE_IO`
 */
export async function measureStore(
  directory: string,
): Promise<{ readonly usedBytes: number; readonly freeBytes: number }> {
  try {
    const { bavail, bsize } = await statfs(directory)
    let usedBytes = 0
    for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) usedBytes += await sizeOf(join(entry.parentPath, entry.name))
    }
    return { usedBytes, freeBytes: bavail * bsize }
  } catch (error) {
    throw asStoreError(error, directory)
  }
}

/** The engine removes files while it is looked at them. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0
    throw error
  }
}
