import { type FaultSchedule, scheduleFaults, stuckSince } from './faults.ts'
import { createCompressor } from './kinds/compressor.ts'
import { createConveyor } from './kinds/conveyor.ts'
import { createPress } from './kinds/press.ts'
import { createPump } from './kinds/pump.ts'
import type { Machine, MachineKind, Moment } from './machine.ts'
import { scatter, seedOf } from './noise.ts'
import type { FactoryOptions } from './options.ts'

const KINDS: Readonly<Record<keyof FactoryOptions['machines'], MachineKind>> = {
  press: createPress,
  pump: createPump,
  compressor: createCompressor,
  conveyor: createConveyor,
}

/** One machine of the plant, and what its sensors see at an instant. */
export interface PlantMachine {
  readonly machine: Machine
  momentAt(timeUs: number): Moment
}

/** The machines that the options ask for: `press1`, `press2`, `pump1` … */
export function createPlant(options: FactoryOptions, startUs: number): readonly PlantMachine[] {
  return Object.entries(KINDS).flatMap(([kind, create]) => {
    const count = options.machines[kind as keyof FactoryOptions['machines']]
    return Array.from({ length: count }, (_, index) => {
      const name = `${kind}${index + 1}`
      const seed = seedOf(options.seed, name)
      const machine = create(name, seed)
      return { machine, momentAt: createMoments(options, { name, seed, startUs }) }
    })
  })
}

function createMoments(
  options: FactoryOptions,
  { name, seed, startUs }: { readonly name: string; readonly seed: number; readonly startUs: number },
): (timeUs: number) => Moment {
  const faultsAt: FaultSchedule = scheduleFaults(options.faults, name, startUs)
  // Machines are of different ages, or all of them would be repaired on one day.
  const ageUs = scatter(seed, 1) * options.wearPeriod
  return (timeUs) => {
    const seenUs = stuckSince(options.faults, name, timeUs, startUs) ?? timeUs
    const wear = ((seenUs + ageUs) % options.wearPeriod) / options.wearPeriod
    return { timeUs: seenUs, seconds: seenUs / 1e6, wear, faults: faultsAt(seenUs) }
  }
}
