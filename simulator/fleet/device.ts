import type { ControlPlane } from '../cloud/control-plane.ts'
import type { IotCore } from '../cloud/iot-core.ts'
import { connectIotCore, type MqttLink } from '../cloud/mqtt-link.ts'
import type { Nucleus } from '../nucleus/core-device.ts'
import type { InitialDeployment } from '../nucleus/deployments/initial-deployment.ts'
import type { FlavourName } from '../nucleus/flavour.ts'
import { startNucleus } from '../nucleus/nucleus.ts'
import type { Fates } from './fates.ts'
import { createStandIn } from './stand-in.ts'

/** One gateway of a fleet: a real core device whose components are stand-ins. */
export interface FleetDevice {
  readonly thing: string
  readonly rootDir: string
  readonly nucleus: Nucleus
  isOnline(): boolean
  stop(): Promise<void>
}

export interface DeviceOptions {
  readonly thing: string
  readonly rootDir: string
  readonly iotCore: IotCore
  readonly control: ControlPlane
  readonly flavour: FlavourName
  readonly initial: InitialDeployment
  readonly fates: Fates
  readonly steadyMs?: number
}

/** Resolves when its components have begun to start. @throws NucleusError */
export async function startDevice(options: DeviceOptions): Promise<FleetDevice> {
  const { thing, rootDir, iotCore } = options
  const link = await connectIotCore({ socketPath: iotCore.socketPath, thing })
  let isOnline = true
  link.up$.subscribe((up) => {
    isOnline = up
  })
  try {
    const nucleus = await startCore(options, link)
    return {
      thing,
      rootDir,
      nucleus,
      isOnline: () => isOnline,
      stop: async () => {
        await nucleus.stop()
        await link.close()
      },
    }
  } catch (error) {
    await link.close()
    throw error
  }
}

async function startCore(options: DeviceOptions, link: MqttLink): Promise<Nucleus> {
  const { thing, rootDir, control, flavour, initial, fates, steadyMs } = options
  // What a gateway has already has proved itself.
  const known = new Set(initial.components.map(({ recipe }) => builtInKey(recipe)))
  const nucleus = await startNucleus({
    rootDir,
    thing,
    region: control.region,
    account: control.account,
    flavour,
    cloud: link,
    cloudEndpoints: { ...control.endpoints, credentials: control.credentials },
    initial,
    startScript: createStandIn({
      fateOf: (component, version) =>
        known.has(keyOf(component, version)) ? 'works' : fates(thing, version),
      onVanish: () => link.cut(),
    }),
    ...(steadyMs === undefined ? {} : { steadyMs }),
  })
  for (const { name, version } of nucleus.components()) known.add(keyOf(name, version))
  return nucleus
}

const keyOf = (component: string, version: string): string => `${component}@${version}`

/** Of a built-in component; the nucleus checks the recipe. */
function builtInKey(recipe: unknown): string {
  const { ComponentName: name, ComponentVersion: version } = recipe as Readonly<Record<string, unknown>>
  return keyOf(String(name), String(version))
}
