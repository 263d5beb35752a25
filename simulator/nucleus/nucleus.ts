import { assembleCore } from './assemble-core.ts'
import type { Nucleus, NucleusOptions } from './core-device.ts'

/**
 * Starts a simulated core device with what is on its disk; resolves when its components have begun to start.
 * @throws NucleusError before anything has started
 */
export async function startNucleus(options: NucleusOptions): Promise<Nucleus> {
  const core = await assembleCore(options)
  core.start()
  return core
}
