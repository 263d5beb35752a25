import { open, stat } from 'node:fs/promises'
import type { Files } from '../component/host.ts'
import { GenbaError } from '../errors/genba-error.ts'

/** Files of the gateway, as far as the component's user may read them. */
export const gatewayFiles: Files = {
  sizeBytes: async (path) => {
    try {
      return (await stat(path)).size
    } catch (cause) {
      throw unreadable(path, cause)
    }
  },
  read: async (path, offset, length) => {
    try {
      const file = await open(path, 'r')
      try {
        const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset)
        return buffer.subarray(0, bytesRead)
      } finally {
        await file.close()
      }
    } catch (cause) {
      throw unreadable(path, cause)
    }
  },
}

function unreadable(path: string, cause: unknown): GenbaError {
  return new GenbaError('GENBA_FILE_UNREADABLE', 'a file cannot be read', {
    cause,
    issues: [
      {
        where: path,
        received: cause instanceof Error ? cause.message : String(cause),
        mend: 'check the path, and that the component user (gg_component) may read it',
      },
    ],
  })
}
