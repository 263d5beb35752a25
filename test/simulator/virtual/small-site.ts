import type { ComponentDefinition } from '../../../shared/component/define-component.ts'
import { calm } from '../../../simulator/virtual/conditions.ts'
import { createVirtualIotCore } from '../../../simulator/virtual/iot-core.ts'
import { createMachineDisk } from '../../../simulator/virtual/machine-disk.ts'
import { createRandom } from '../../../simulator/virtual/random.ts'
import type { Sabotage } from '../../../simulator/virtual/sabotage.ts'
import { createTrace } from '../../../simulator/virtual/trace.ts'
import { createVirtualBus } from '../../../simulator/virtual/virtual-bus.ts'
import { createVirtualClock } from '../../../simulator/virtual/virtual-clock.ts'
import { createVirtualProcess } from '../../../simulator/virtual/virtual-process.ts'
import type { World } from '../../../simulator/virtual/world.ts'

export const SECOND_US = 1_000_000

/** A world for test components, and the events of its trace. */
export function startWorld(options: { seed?: number; sabotage?: Sabotage } = {}) {
  const lines: string[] = []
  const clock = createVirtualClock({ wallUs: 1_700_000_000 * SECOND_US })
  const random = createRandom(options.seed ?? 1)
  const trace = createTrace(clock, (line) => lines.push(line))
  const conditions = calm()
  const cloud = createVirtualIotCore({ clock, random, conditions, trace })
  const world: World = {
    clock,
    random,
    trace,
    conditions,
    cloud,
    bus: createVirtualBus({ clock, random, conditions, trace, cloud }),
    disk: createMachineDisk(options.sabotage),
    sabotage: options.sabotage,
    files: new Map(),
    modules: new Map(),
    health: false,
    incidents: [],
  }
  const seconds = (count: number) => clock.runUntil(clock.nowUs() + count * SECOND_US)
  const start = (definition: ComponentDefinition, configuration: unknown = {}) => {
    const process = createVirtualProcess(world, definition, configuration)
    process.start()
    return process
  }
  return { world, lines, seconds, start }
}
