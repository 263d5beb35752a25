import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Installation } from './deployments.ts'
import { runCommandLine } from './program.ts'

/** The bundle lies in `dist/simulator/`. */
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const installation: Installation = {
  dist: at('..'),
  recipes: at('../../recipes'),
  version: JSON.parse(readFileSync(at('../../package.json'), 'utf8')).version,
}

process.exitCode = await runCommandLine(process.argv.slice(2), installation)
