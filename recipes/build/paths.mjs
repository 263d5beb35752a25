import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's root, wherever the command was called from. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const DIST = join(ROOT, 'dist')
export const NODE_MODULES = join(ROOT, 'node_modules')

/**
 * Where the code of a component lies below dist/: as a core has it after unpacking its archive, whose name is the
 * inner folder's.
 *
 * @param {string} name without the project's, such as `Collector`
 */
export const componentFolder = (name) => `unarchived/genba.${name}/${name}`

/**
 * The same for the files of genba.Runtime, which differ by platform.
 *
 * @param {string} platform such as `linux-arm64`
 */
export const runtimeFolder = (platform) => `unarchived/genba.Runtime/Runtime-${platform}`
