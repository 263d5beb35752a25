import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of its own for one test, and what one does with it. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'genba-test-'))
  return {
    path,
    remove: () => rmSync(path, { recursive: true, force: true }),
    /** Writes a file and gives its path. */
    write(name: string, text: string): string {
      const file = join(path, name)
      writeFileSync(file, text)
      return file
    },
  }
}
