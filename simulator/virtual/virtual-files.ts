import type { Files } from '../../shared/component/host.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'

/** Files in memory, for what a configuration names. */
export function createVirtualFiles(files: ReadonlyMap<string, Uint8Array>): Files {
  const find = (path: string): Uint8Array => {
    const bytes = files.get(path)
    if (bytes !== undefined) return bytes
    throw new GenbaError('GENBA_FILE_UNREADABLE', `there is no file ${path} in this run`, {
      issues: [{ where: path, expected: `one of ${[...files.keys()].join(', ')}` }],
    })
  }
  return {
    sizeBytes: async (path) => find(path).length,
    read: async (path, offset, length) => find(path).slice(offset, offset + length),
  }
}
