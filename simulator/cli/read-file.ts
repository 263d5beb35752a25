import type { KeyObject } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { readPublicKey } from '../../shared/proof/public-key.ts'
import { CliError } from './errors.ts'

/** @throws CliError `GENBA_FILE_UNREADABLE` */
export function readWholeFile(path: string, bytesMax: number): Uint8Array {
  let received: string
  try {
    const status = statSync(path)
    if (status.isFile() && status.size <= bytesMax) return readFileSync(path)
    received = status.isFile() ? `${status.size} bytes` : 'a directory or a device'
  } catch (error) {
    received = error instanceof Error ? error.message : String(error)
  }
  throw new CliError('GENBA_FILE_UNREADABLE', 'a file cannot be read', {
    where: path,
    expected: `a file of at most ${bytesMax} bytes`,
    received,
    mend: 'check the path',
  })
}

const KEY_BYTES_MAX = 8192

/** @throws CliError `GENBA_FILE_UNREADABLE`, ProofError `GENBA_PROOF_KEY` */
export const readKeyOption = (path: string): KeyObject =>
  readPublicKey(Buffer.from(readWholeFile(path, KEY_BYTES_MAX)).toString())
