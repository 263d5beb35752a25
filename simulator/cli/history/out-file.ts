import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { CliError } from '../errors.ts'

/** A file that is there whole or not at all: written under another name and renamed at the end. */
export interface OutFile {
  /** Resolves when there is room for more. */
  write(part: string | Uint8Array): Promise<void>
}

/** @throws CliError `GENBA_FILE_UNWRITABLE` */
export async function writeOutFile(path: string, fill: (file: OutFile) => Promise<void>): Promise<void> {
  const partial = `${path}.partial`
  const stream = createWriteStream(partial)
  const failure = new AbortController()
  stream.on('error', (error) => failure.abort(error))
  try {
    await fill({
      async write(part) {
        failure.signal.throwIfAborted()
        if (!stream.write(part)) await once(stream, 'drain', { signal: failure.signal })
      },
    })
    stream.end()
    await once(stream, 'close')
    failure.signal.throwIfAborted()
    await rename(partial, path)
  } catch (error) {
    stream.destroy()
    await rm(partial, { force: true })
    const reason: unknown = failure.signal.aborted ? failure.signal.reason : error
    if (!(reason instanceof Error && 'syscall' in reason)) throw error
    throw new CliError('GENBA_FILE_UNWRITABLE', 'the file cannot be written', {
      where: path,
      received: reason.message,
      mend: 'give another --out, or make room for it',
    })
  }
}
