import type { Conditions } from './conditions.ts'
import type { VirtualIotCore } from './iot-core.ts'
import type { MachineDisk } from './machine-disk.ts'
import type { Random } from './random.ts'
import type { Sabotage } from './sabotage.ts'
import type { Trace } from './trace.ts'
import type { VirtualBus } from './virtual-bus.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Everything around the components of one run. */
export interface World {
  readonly clock: VirtualClock
  readonly random: Random
  readonly trace: Trace
  readonly conditions: Conditions
  readonly cloud: VirtualIotCore
  readonly bus: VirtualBus
  readonly disk: MachineDisk
  readonly sabotage: Sabotage | undefined
  /** Files that configurations name. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** JavaScript modules that configurations name. */
  readonly modules: ReadonlyMap<string, unknown>
  /** Health messages cost more than all the rest of a quiet gateway, so a run may leave them out. */
  readonly health: boolean
  readonly incidents: Incident[]
}

/** Something that a component did not mean to happen, in order of time. */
export interface Incident {
  readonly atUs: number
  readonly component: string
  readonly kind: 'uncaught' | 'start-refused' | 'failed' | 'drain-refused' | 'logged-error'
  readonly text: string
}
