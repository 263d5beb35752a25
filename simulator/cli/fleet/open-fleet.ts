import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FleetOptions } from '../../fleet/fleet.ts'
import { type Fleet, startFleet } from '../../fleet/fleet.ts'
import { listenForControl, type Route, type Routes, sendJson } from '../control-server.ts'
import { deploymentRoutes } from '../deploying/routes.ts'
import { deploymentsOf, type Installation } from '../deployments.ts'
import { CliError } from '../errors.ts'
import { HealthBoard } from '../health-board.ts'
import { describeCloud, describeNucleus, describeRun } from '../start-gateway.ts'
import { type StateDirectory, stateDirectory } from '../state-directory.ts'
import { makeStatus, type StatusReport } from '../status-report.ts'

export interface OpenFleetOptions
  extends Pick<
    FleetOptions,
    'group' | 'flavour' | 'region' | 'account' | 'fates' | 'clock' | 'steadyMs' | 'onStarted'
  > {
  readonly installation: Installation
  /** State directory of the whole fleet. */
  readonly path: string
  readonly count: number
}

/** A fleet with the socket by which commands reach it. */
export interface OpenFleet {
  readonly fleet: Fleet
  /** As commands about one gateway see it: that of the first device, with the cloud of all. */
  readonly state: StateDirectory
  readonly stopAsked: AbortSignal
  stop(): Promise<void>
}

export const FLEET_DEVICES_MAX = 999
const NUMBER_DIGITS = 3

/**
 * Starts the fleet of a state directory.
 * @throws CliError `GENBA_GATEWAY_RUNNING` when something runs in this state directory
 */
export async function openFleet(options: OpenFleetOptions): Promise<OpenFleet> {
  const { installation, count, flavour } = options
  const { path, cloud, thing: prefix } = stateDirectory(options.path)
  const devicesDirectory = join(path, 'devices')
  const things = Array.from({ length: count }, (_, at) => nameOf(prefix, at + 1))
  const first = nameOf(prefix, 1)
  const state = stateDirectory(path, { root: join(devicesDirectory, first), thing: first })
  mkdirSync(path, { recursive: true })
  // The socket comes first: whoever holds it owns the state directory.
  const control = await listenForControl(path)
  const stopping = new AbortController()
  try {
    const components = deploymentsOf(installation, {})
    const fleet = await startFleet({
      ...options,
      devicesDirectory,
      cloudDirectory: cloud,
      things,
      components,
    })
    control.serve(createFleetRoutes(fleet, { state, flavour }, () => stopping.abort()))
    describeRun({ state, flavour, installation }, control)
    return {
      fleet,
      state,
      stopAsked: stopping.signal,
      stop: async () => {
        await fleet.stop()
        await control.close()
      },
    }
  } catch (error) {
    await control.close()
    throw error
  }
}

const nameOf = (prefix: string, number: number): string =>
  `${prefix}-${String(number).padStart(NUMBER_DIGITS, '0')}`

interface FirstDevice {
  readonly state: StateDirectory
  readonly flavour: OpenFleetOptions['flavour']
}

/** Commands about one gateway are answered by the first device. */
function createFleetRoutes(fleet: Fleet, first: FirstDevice, askToStop: () => void): Routes {
  const [device] = fleet.devices
  if (device === undefined) throw new CliError('GENBA_USAGE', 'a fleet has one gateway at least')
  return new Map<string, Route>([
    ['GET /status', async (_request, response) => sendJson(response, statusOf(fleet, device, first))],
    ['GET /fleet', async (_request, response) => sendJson(response, fleet.report())],
    ...deploymentRoutes(device.nucleus),
    [
      'POST /stop',
      async (_request, response) => {
        sendJson(response, { stopping: process.pid })
        askToStop()
      },
    ],
  ])
}

function statusOf(
  { iotCore, control }: Fleet,
  { nucleus, isOnline }: Fleet['devices'][number],
  { state, flavour }: FirstDevice,
): StatusReport {
  const { region, account } = control
  return makeStatus({
    state: state.path,
    nucleus: describeNucleus({ state, flavour, region, account }, nucleus),
    endpoints: describeCloud(control, iotCore),
    components: nucleus.components(),
    // Stand-ins say nothing of their health.
    board: new HealthBoard(() => performance.now()),
    isLinkUp: isOnline(),
    summariesReceived: iotCore.receiver.of('summary').received,
    bytesSent: iotCore.receiver.meter().bytes,
  })
}
