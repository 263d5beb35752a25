import type { ComponentState } from '../../status.ts'
import type { MachineEffect, MachineSpec } from './events.ts'

/** What surrounds the machine of one component. */
export interface MachineWorld {
  readonly nowMs: number
  emit(effect: MachineEffect): void
  /** A number that no process and no pause had before. */
  nextId(): number
  /** The dependency that the component has to wait for. */
  awaited(component: Neighbour): string | undefined
  /** The component has changed its state. */
  entered(component: Neighbour): void
}

/** A component as those around it see it. */
export interface Neighbour {
  readonly name: string
  readonly spec: MachineSpec
  readonly state: ComponentState
  /** Others may rely on it. */
  readonly isReliable: boolean
}
