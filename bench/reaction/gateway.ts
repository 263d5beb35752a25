import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Configurations, Installation } from '../../simulator/cli/deployments.ts'
import type { Gateway } from '../../simulator/cli/gateway.ts'
import { startGateway } from '../../simulator/cli/start-gateway.ts'
import { stateDirectory } from '../../simulator/cli/state-directory.ts'

/** Bundles lie in dist/; the benchmarks run from dist/bench. */
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const INSTALLATION: Installation = {
  dist: at('..'),
  recipes: at('../../recipes'),
  version: JSON.parse(readFileSync(at('../../package.json'), 'utf8')).version,
}

export const COMMAND = at('../simulator/genba.mjs')
export const PACKAGES_COMMAND = at('../../recipes/build/build-components.mjs')
export const SOURCE_MODULE = at('./reaction-source.mjs')

/** Runs `use` against a whole gateway with its cloud, in a folder that is removed afterwards. */
export async function withWholeGateway<Result>(
  configurations: Configurations,
  use: (gateway: Gateway) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'genba-bench-'))
  const gateway = await startIn(folder, configurations)
  try {
    return await use(gateway)
  } finally {
    await gateway.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A gateway notes in the working folder that it was the last: the user's note must stay. */
async function startIn(folder: string, configurations: Configurations): Promise<Gateway> {
  const before = process.cwd()
  process.chdir(folder)
  try {
    const state = stateDirectory(join(folder, 'gateway'))
    return await startGateway({ installation: INSTALLATION, state, flavour: 'lite', configurations })
  } finally {
    process.chdir(before)
  }
}
