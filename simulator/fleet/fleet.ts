import { join } from 'node:path'
import type { CloudClock } from '../cloud/clock.ts'
import { type ControlPlane, startControlPlane } from '../cloud/control-plane.ts'
import { type IotCore, startIotCore } from '../cloud/iot-core.ts'
import type { Deployment } from '../nucleus/deployment.ts'
import type { FlavourName } from '../nucleus/flavour.ts'
import { type FleetDevice, startDevice } from './device.ts'
import { createFates, type FateOptions } from './fates.ts'
import { type FleetReport, makeFleetReport } from './fleet-report.ts'

export interface FleetOptions {
  /** Root folders of the devices, a folder each named after the thing; their content survives the fleet. */
  readonly devicesDirectory: string
  /** State of the cloud. */
  readonly cloudDirectory: string
  /** Thing names, the first device's first. */
  readonly things: readonly string[]
  /** The thing group that they are in, and nobody else. */
  readonly group: string
  readonly flavour: FlavourName
  readonly region: string
  readonly account: string
  /** What every device is made with: built-in components, as links to where they are. */
  readonly components: readonly Deployment[]
  readonly fates: FateOptions
  /** Of the control plane. */
  readonly clock?: CloudClock
  /** See `NucleusOptions`. */
  readonly steadyMs?: number
  /** Hears how many devices have started. */
  readonly onStarted?: (devices: number) => void
}

/** Gateways in one process against one control plane. */
export interface Fleet {
  readonly group: string
  readonly devices: readonly FleetDevice[]
  readonly iotCore: IotCore
  readonly control: ControlPlane
  report(): FleetReport
  stop(): Promise<void>
}

/** Resolves when every device has begun to start its components. @throws NucleusError */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { cloudDirectory, group } = options
  const closers: (() => Promise<void>)[] = []
  const stop = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
  }
  try {
    const iotCore = await startIotCore({ directory: cloudDirectory })
    closers.push(() => iotCore.close())
    const control = await openControlPlane(options, iotCore)
    closers.push(() => control.close())
    await makeGroup(control, options)
    const devices: FleetDevice[] = []
    closers.push(async () => {
      await Promise.all(devices.map((device) => device.stop()))
    })
    await startDevices(options, { iotCore, control }, devices)
    const stateOf = ({ thing, nucleus, isOnline }: FleetDevice) => ({
      thing,
      isOnline: isOnline(),
      components: nucleus.components(),
    })
    const report = (): FleetReport => makeFleetReport(group, devices.map(stateOf), control.rolloutOf(group))
    return { group, devices, iotCore, control, report, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const openControlPlane = (
  { cloudDirectory, region, account, clock }: FleetOptions,
  iotCore: IotCore,
): Promise<ControlPlane> =>
  startControlPlane({
    directory: cloudDirectory,
    iotCore,
    region,
    account,
    ...(clock === undefined ? {} : { clock }),
  })

/** A device of an earlier, larger fleet would be waited for in vain. */
async function makeGroup({ registry }: ControlPlane, { group, things }: FleetOptions): Promise<void> {
  await registry.putGroup(group)
  for (const thing of registry.thingsIn(group)) {
    if (!things.includes(thing)) await registry.removeFromGroup(thing, group)
  }
}

/** One after another: each is a hundred small files, and the machine is the same. */
async function startDevices(
  { things, group, devicesDirectory, components, flavour, fates, steadyMs, onStarted }: FleetOptions,
  cloud: Pick<Fleet, 'iotCore' | 'control'>,
  devices: FleetDevice[],
): Promise<void> {
  const choice = createFates(fates)
  for (const thing of things) {
    await cloud.control.registry.addToGroup(thing, group)
    const device = await startDevice({
      ...cloud,
      thing,
      rootDir: join(devicesDirectory, thing),
      flavour,
      initial: { groupName: group, components },
      fates: choice,
      ...(steadyMs === undefined ? {} : { steadyMs }),
    })
    devices.push(device)
    onStarted?.(devices.length)
  }
}
