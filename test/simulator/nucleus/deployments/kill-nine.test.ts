import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../test-core.ts'
import { newFolder, recipeOf, removeFolders, startDeployedCore } from './deployed-core.ts'

/** Real processes and a real SIGKILL, a few times on one disk; killed.test.ts has every stage. */
let program = ''

beforeAll(async () => {
  program = join(newFolder(), 'killed-process.mjs')
  await build({
    entryPoints: [new URL('killed-process.ts', import.meta.url).pathname],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
    external: ['@aws-sdk/*'],
    banner: {
      js: `import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);`,
    },
    logLevel: 'error',
  })
})
afterAll(removeFolders)

describe('a core in a process that is killed', () => {
  it('comes up in the new state, with nothing left of the processes of the dead one', async () => {
    const [rootDir, offered] = [newFolder(), newFolder()]
    mkdirSync(join(offered, 'recipes'))
    mkdirSync(join(offered, 'artifacts'))
    const lifecycle = { run: 'echo $$ >> pids; exec sleep 600' }
    const kills = [
      ['1.0.0', 'settling'],
      ['2.0.0', 'merging'],
      ['3.0.0', 'committed'],
    ] as const
    for (const [version, stage] of kills) {
      const text = JSON.stringify(recipeOf('test.A', { version, lifecycle }))
      writeFileSync(join(offered, 'recipes', `test.A-${version}.json`), text)
      const child = spawn(process.execPath, [program, rootDir, offered, version, stage], { stdio: 'inherit' })
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
    }
    const core = await startDeployedCore({ rootDir })
    await until('the last version runs', () => core.running()[0] === 'test.A 3.0.0 RUNNING')
    const pids = core.work('test.A', 'pids').trim().split('\n').map(Number)
    // A killed one can be seen until whoever inherited it has asked how it ended.
    await until('the processes of the dead cores are gone', () =>
      pids.every((pid) => core.nucleus.components()[0]?.pid === pid || !isAlive(pid)),
    )
    await core.stop()
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
