import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { type FileHandle, link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { GenbaError } from '../errors/genba-error.ts'
import { keyRefused } from './key-refused.ts'
import { KEY_FILE_BYTES_MAX } from './limits.ts'

const OWNER_ONLY = 0o600
const GROUP_AND_OTHERS = 0o077

/** The text of a key file, or undefined where there is none. @throws ProofError `GENBA_PROOF_KEY` */
export async function readKeyFile(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, 'r')
    try {
      // Judged by the open file: the name may mean another one a moment later.
      await checkFile(file, path)
      return await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw asKeyError(error, path)
  }
}

/**
 * Makes a key and its file. If another process makes one at the same time, the first to give its file the name wins and
 * both use that one. The file gets its name only when it is whole and on disk, so no process and no loss of power
 * meets half a key.
 * @returns the text of the file that is there in the end
 * @throws ProofError `GENBA_PROOF_KEY`
 */
export async function createKeyFile(path: string): Promise<string> {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const draft = `${path}.${randomUUID()}`
  try {
    await writeSynced(draft, pem)
    const isFirst = await tryLink(draft, path)
    await rm(draft)
    await syncDirectory(dirname(path))
    if (isFirst) return pem
  } catch (error) {
    await rm(draft, { force: true })
    throw asKeyError(error, path)
  }
  const winner = await readKeyFile(path)
  if (winner !== undefined) return winner
  throw keyRefused(path, { received: 'a file that another process made and removed', mend: 'start again' })
}

async function checkFile(file: FileHandle, path: string): Promise<void> {
  const status = await file.stat()
  if (!status.isFile()) throw noFile(path)
  const { mode, size } = status
  if ((mode & GROUP_AND_OTHERS) !== 0) {
    throw keyRefused(path, {
      expected: 'mode 0600: a file that its owner alone can read',
      received: `mode ${(mode & 0o7777).toString(8).padStart(4, '0')}`,
      mend: `chmod 600 ${path}; if others may have read it, move it away and let a new key be made`,
    })
  }
  if (size > KEY_FILE_BYTES_MAX) {
    throw keyRefused(path, {
      expected: `a key file of at most ${KEY_FILE_BYTES_MAX} bytes`,
      received: `${size} bytes`,
      mend: 'check the path',
    })
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', OWNER_ONLY)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Gives a file a second name unless that is taken: unlike a rename, this cannot replace another's key. */
async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** A new name is durable only with the directory that holds it. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

const noFile = (path: string) =>
  keyRefused(path, { expected: 'a file', received: 'a directory or a device', mend: 'name a file in it' })

function asKeyError(error: unknown, path: string): unknown {
  if (error instanceof GenbaError || codeOf(error) === undefined) return error
  return keyRefused(
    path,
    {
      expected: 'a file that this process can read, or a directory where it can make one',
      received: error instanceof Error ? error.message : String(error),
      mend: `check that ${dirname(path)} exists and belongs to the component user (gg_component)`,
    },
    error,
  )
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined
