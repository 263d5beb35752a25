import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { unzipSync } from 'fflate'
import { DeploymentFailure } from '../failure/deployment-failure.ts'

/** Unpacked, all files of one archive: they pass through memory, and a gateway has little of it. */
const UNPACKED_BYTES_MAX = 512 * 1024 * 1024
/** Deflate can reach 1,032 to 1; beyond this size, a real package stays far below this ratio. */
const RATIO_MAX = 200
const RATIO_FROM_BYTES = 16 * 1024 * 1024
const FILES_MAX = 50_000

/**
 * Unpacks a ZIP archive into a folder. The whole list is judged before the first file is written.
 * @throws DeploymentFailure IO_UNZIP_ERROR
 */
export function unarchiveZip(bytes: Uint8Array, folder: string, isExecutable: boolean): void {
  checkEntries(bytes, folder)
  for (const [name, content] of Object.entries(unzip(bytes, () => true))) {
    const path = join(folder, name)
    if (name.endsWith('/')) {
      mkdirSync(path, { recursive: true })
      continue
    }
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content, { mode: isExecutable ? 0o755 : 0o644 })
  }
}

function checkEntries(bytes: Uint8Array, folder: string): void {
  let unpackedBytes = 0
  let fileCount = 0
  unzip(bytes, ({ name, originalSize }) => {
    const path = join(folder, name)
    const leaves = !path.startsWith(folder + sep) && path !== folder
    if (leaves || name.startsWith('/') || name.includes('\\')) {
      throw refused(`it holds ${JSON.stringify(name)}, which would lie outside its folder`)
    }
    unpackedBytes += originalSize
    fileCount++
    if (unpackedBytes > UNPACKED_BYTES_MAX)
      throw refused(`it unpacks to more than ${UNPACKED_BYTES_MAX} bytes`)
    if (fileCount > FILES_MAX) throw refused(`it holds more than ${FILES_MAX} files`)
    return false
  })
  if (unpackedBytes > RATIO_FROM_BYTES && unpackedBytes > RATIO_MAX * bytes.length) {
    throw refused(`${bytes.length} bytes of it unpack to ${unpackedBytes}`)
  }
}

type Filter = (file: { readonly name: string; readonly originalSize: number }) => boolean

function unzip(bytes: Uint8Array, filter: Filter): Readonly<Record<string, Uint8Array>> {
  try {
    return unzipSync(bytes, { filter })
  } catch (cause) {
    if (cause instanceof DeploymentFailure) throw cause
    throw refused('it is no ZIP archive, or is cut short', cause)
  }
}

const refused = (reason: string, cause?: unknown): DeploymentFailure =>
  new DeploymentFailure(['IO_ERROR', 'IO_UNZIP_ERROR'], `an archive is refused: ${reason}`, { cause })
