import { collector } from '../../components/collector/component.ts'
import { historian } from '../../components/historian/component.ts'
import { processor } from '../../components/processor/component.ts'
import { uplink } from '../../components/uplink/component.ts'
import { calm } from './conditions.ts'
import type { Site } from './faults.ts'
import { createVirtualIotCore } from './iot-core.ts'
import { keepLedger, type Ledger } from './ledger.ts'
import { createMachineDisk } from './machine-disk.ts'
import { createRandom } from './random.ts'
import type { Sabotage } from './sabotage.ts'
import { createTrace } from './trace.ts'
import { createVirtualBus } from './virtual-bus.ts'
import { createVirtualClock } from './virtual-clock.ts'
import { createVirtualProcess, type VirtualProcess } from './virtual-process.ts'
import { createLiveMachine, type LiveMachine } from './workload/live-machine.ts'
import { type ComponentKey, drawSite, type SitePlan } from './workload/site.ts'
import type { World } from './world.ts'

/** One whole gateway in virtual time, with what surrounds it and what is known of it. */
export interface Gateway extends Site {
  readonly world: World
  readonly plan: SitePlan
  readonly collector: VirtualProcess
  readonly machines: readonly LiveMachine[]
  readonly ledger: Ledger
}

export interface GatewayOptions {
  readonly seed: number
  /** How long machines give data and faults strike. */
  readonly faultyUs: number
  readonly sabotage?: Sabotage | undefined
  readonly print?: ((line: string) => void) | undefined
}

/** 2026-01-05T00:00:00Z, a Monday: any fixed instant would do, only the seed may decide. */
const WALL_START_US = 1_767_571_200_000_000
/** The share of short runs in which components publish their health, so that this code is under fault as well. */
const HEALTH_PROBABILITY = 0.15
/** In a longer run health once a second would be nearly all of the work. */
const HEALTH_UP_TO_US = 1_800_000_000

export function createGateway(options: GatewayOptions): Gateway {
  const { seed, faultyUs, sabotage } = options
  const clock = createVirtualClock({ wallUs: WALL_START_US })
  const random = createRandom(seed)
  const trace = createTrace(clock, options.print)
  const conditions = calm()
  const cloud = createVirtualIotCore({ clock, random, conditions, trace })
  const bus = createVirtualBus({ clock, random, conditions, trace, cloud })
  const disk = createMachineDisk(sabotage)
  const plan = drawSite(random.fork('site'), faultyUs)
  const machines = plan.machines.map((machine) =>
    createLiveMachine({
      ...machine,
      endUs: faultyUs,
      random: random.fork(machine.name),
      nowUs: clock.nowUs,
      collectorStarts: () => collecting.starts,
    }),
  )
  const world: World = {
    clock,
    random,
    trace,
    conditions,
    cloud,
    bus,
    disk,
    sabotage,
    files: new Map(plan.files.map(({ path, bytes }) => [path, bytes])),
    modules: new Map(machines.map(({ module }, index) => [plan.machines[index]?.modulePath ?? '', module])),
    health: faultyUs <= HEALTH_UP_TO_US && random.fork('health').chance(HEALTH_PROBABILITY),
    incidents: [],
  }
  const { configurations } = plan
  const collecting = createVirtualProcess(world, collector, configurations.collector)
  const keys = new Map<VirtualProcess, ComponentKey>([
    [collecting, 'collector'],
    [createVirtualProcess(world, historian, configurations.historian), 'historian'],
    [createVirtualProcess(world, processor, configurations.processor), 'processor'],
    [createVirtualProcess(world, uplink, configurations.uplink), 'uplink'],
  ])
  return {
    world,
    plan,
    collector: collecting,
    machines,
    ledger: keepLedger(world, collector.name),
    processes: [collecting, ...[...keys.keys()].filter((process) => process !== collecting)],
    reconfigured: (process, stream) => plan.reconfigure(keys.get(process) ?? 'collector', stream),
  }
}
