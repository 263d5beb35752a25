import { accessSync, constants, statSync } from 'node:fs'
import { basename, extname, resolve } from 'node:path'
import type { JsonObject } from '../../shared/bytes/json.ts'
import { CliError } from './errors.ts'

/** One file of a replay as a source of the collector. */
export interface ReplaySource {
  readonly path: string
  /** Name of the source, and with it of the producer. */
  readonly name: string
}

const NAME_LENGTH_MAX = 64

/**
 * Checks every file before anything starts and gives each a source name of its own.
 * @throws CliError `GENBA_INPUT_UNREADABLE` naming all that cannot be read
 */
export function replaySources(files: readonly string[]): readonly ReplaySource[] {
  const faults = files.flatMap((file) => {
    const fault = faultOf(file)
    return fault === undefined ? [] : [{ where: file, expected: 'a readable file', received: fault }]
  })
  if (faults.length > 0) {
    throw new CliError('GENBA_INPUT_UNREADABLE', 'a file to replay cannot be read', ...faults)
  }
  const names = new Set<string>()
  return files.map((file) => {
    const stem = basename(file, extname(file)).replace(/[^A-Za-z0-9._-]/g, '-') || 'file'
    const name = unusedName(stem.slice(0, NAME_LENGTH_MAX - '-99'.length), names)
    names.add(name)
    return { path: resolve(file), name }
  })
}

/** In words why a file cannot be read, if it cannot. */
export function faultOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return 'nothing there'
  if (!stat.isFile()) return stat.isDirectory() ? 'a directory' : 'no regular file'
  try {
    accessSync(file, constants.R_OK)
    return undefined
  } catch {
    return 'no permission to read it'
  }
}

function unusedName(stem: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}-${number}`
    if (!taken.has(name)) return name
  }
}

/** Configuration of the collector for a replay. */
export const collectorReplay = (sources: readonly ReplaySource[], speed: 'max' | number): JsonObject => ({
  sources: sources.map(({ name, path }) => ({ type: 'csv', name, path, speed })),
})
