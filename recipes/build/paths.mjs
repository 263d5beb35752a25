import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's root, wherever the command was called from. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const DIST = join(ROOT, 'dist')
export const NODE_MODULES = join(ROOT, 'node_modules')
