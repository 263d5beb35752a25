import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Configurations, Installation } from '../../simulator/cli/deployments.ts'
import type { Gateway } from '../../simulator/cli/gateway.ts'
import { startGateway } from '../../simulator/cli/start-gateway.ts'
import { stateDirectory } from '../../simulator/cli/state-directory.ts'
import type { FlavourName } from '../../simulator/nucleus/flavour.ts'

const INSTALLATION: Installation = {
  dist: resolve('dist'),
  recipes: resolve('recipes'),
  version: JSON.parse(readFileSync('package.json', 'utf8')).version,
}

/** A whole gateway whose components are processes; nucleus and cloud are in this one, so that a test can ask them. */
export const startTestGateway = (
  folder: string,
  flavour: FlavourName,
  configurations: Configurations,
): Promise<Gateway> =>
  startGateway({
    installation: INSTALLATION,
    state: stateDirectory(join(folder, 'gateway')),
    flavour,
    configurations,
  })

/** A component that has said how it is: its process, and how often that was started again. */
export function runningProcess({ nucleus, board }: Gateway, name: string): RunningProcess | undefined {
  const running = nucleus.components().find((each) => each.name === name)
  const hasSpoken = board.all().some(({ component }) => component === name)
  if (running === undefined || running.pid === null || !hasSpoken) return undefined
  return { pid: running.pid, restarts: running.restarts }
}

interface RunningProcess {
  readonly pid: number
  readonly restarts: number
}
