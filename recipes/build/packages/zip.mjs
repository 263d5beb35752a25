import { zipSync } from 'fflate'

/** The first time that an archive can state; local, because that is how it is written, so that every time zone agrees. */
const TIME = new Date(1980, 0, 1)
const UNIX = 3
const REGULAR_READABLE = 0o100644
const LEVEL = 9

/**
 * An archive that depends on the content alone: sorted, every file of the same time and rights, and compressed by
 * JavaScript, because the zlib of Node.js gives other bytes on another processor.
 *
 * @param {ReadonlyMap<string, Uint8Array>} files by path
 */
export function zipOf(files) {
  const paths = [...files.keys()].sort()
  const entries = paths.map((path) => [path, files.get(path) ?? new Uint8Array()])
  return zipSync(Object.fromEntries(entries), {
    level: LEVEL,
    mtime: TIME,
    os: UNIX,
    attrs: REGULAR_READABLE * 0x10000,
  })
}
