import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { recordRelease } from './record.ts'

/** The bundle lies in `dist/`. */
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const NOTES = `
Run it once for a release, and commit the file: later versions are tried against it.

Example:
  npm run release:fixture -- test/versions/fixtures/0.1.0.zip`

await new Command('release:fixture')
  .description('record what a release leaves behind: stores of its components, and messages between them')
  .argument('<file>', 'ZIP archive to write')
  .addHelpText('after', NOTES)
  .action(async (file: string) => {
    const installation = {
      dist: at('.'),
      recipes: at('../recipes'),
      version: JSON.parse(readFileSync(at('../package.json'), 'utf8')).version,
    }
    const bytes = await recordRelease({ installation, runS: 30 })
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
    process.stdout.write(`${file}: ${Math.round(bytes.length / 1024)} KiB\n`)
  })
  .parseAsync()
