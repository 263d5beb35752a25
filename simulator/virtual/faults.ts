import { type Conditions, calm } from './conditions.ts'
import type { Random } from './random.ts'
import type { VirtualProcess } from './virtual-process.ts'
import type { World } from './world.ts'

/** What a fault can touch. */
export interface Site {
  readonly world: World
  readonly processes: readonly [VirtualProcess, ...VirtualProcess[]]
  /** Another configuration of a component, drawn from the stream. */
  readonly reconfigured: (process: VirtualProcess, random: Random) => object
}

/** Something that strikes at an instant; one that lasts gives the function that ends it. */
export type Fault = (site: Site, random: Random) => (() => void) | undefined

const SECOND_US = 1_000_000
/** Between the two, evenly over the orders of magnitude: short and long alike are worth trying. */
export const logUniform = (random: Random, least: number, most: number): number =>
  least * (most / least) ** random.fraction()

type Part = keyof Conditions

/** Sets some conditions of one part of the world until it ends. */
function weather<P extends Part>(part: P, draw: (random: Random) => Partial<Conditions[P]>): Fault {
  return ({ world }, random) => {
    const drawn = draw(random)
    const usual = calm()[part]
    world.conditions[part] = { ...world.conditions[part], ...drawn }
    return () => {
      const restored = Object.fromEntries(Object.entries(usual).filter(([key]) => key in drawn))
      world.conditions[part] = { ...world.conditions[part], ...restored }
    }
  }
}

/** Longer than a back-off now and then, so that the others have to hold out. */
const awayUs = (random: Random) => (random.chance(0.4) ? logUniform(random, 1, 60) * SECOND_US : 0)

const death: Fault = ({ processes }, random) => {
  const victim = random.pick(processes)
  if (random.chance(0.3)) victim.kill('killed', awayUs(random))
  else victim.doom(random.integer(1, 40), random.pick(['before', 'after']))
  return undefined
}

const restart: Fault = ({ processes }, random) => {
  random.pick(processes).restart()
  return undefined
}

/** Swapped out, or kept from its processor: everything that is due comes late and at once. */
const stall: Fault = ({ processes }, random) => {
  random.pick(processes).stall(logUniform(random, 0.05, 20) * SECOND_US)
  return undefined
}

/** An operator changes settings, sometimes to something that has to be refused. */
const reconfiguration: Fault = (site, random) => {
  const chosen = random.pick(site.processes)
  const valid = site.reconfigured(chosen, random)
  chosen.configure(random.chance(0.2) ? { ...valid, nonsense: true } : valid)
  return undefined
}

/** The machine: nothing is answered any more, nobody closes anything, unsynced writes go. */
const powerLoss: Fault = ({ world, processes }, random) => {
  world.trace.note('machine', 'loses power')
  const bootUs = logUniform(random, 2, 30) * SECOND_US
  world.bus.stop()
  for (const process of processes) process.kill('power lost', bootUs)
  world.disk.losePower(random)
  world.clock.after(bootUs / 2, () => world.bus.start())
  return undefined
}

/** The nucleus restarts: some components keep their token and reconnect, others are refused and leave. */
const nucleusAway: Fault = ({ world, processes }, random) => {
  world.trace.note('nucleus', 'stops')
  world.bus.stop()
  const refused = processes.filter(() => random.chance(0.3))
  world.clock.after(logUniform(random, 0.3, 20) * SECOND_US, () => {
    world.bus.start()
    for (const process of refused) process.kill('refused by the nucleus')
  })
  return undefined
}

/** Forward or back, by a second or by hours; half of the steps are taken back later, as a time daemon does. */
const wallClockStep: Fault = ({ world }, random) => {
  const deltaUs = logUniform(random, 1, 7200) * SECOND_US * random.pick([1, -1])
  const step = (byUs: number) => {
    world.trace.note('wall clock', 'steps', String(Math.round(byUs)))
    world.clock.stepWall(byUs)
  }
  step(deltaUs)
  return random.chance(0.5) ? () => step(-deltaUs) : undefined
}

/** Every kind of fault that the system must survive without losing or doubling anything. */
export const FAULTS = {
  death,
  restart,
  stall,
  reconfiguration,
  'power-loss': powerLoss,
  'nucleus-away': nucleusAway,
  'wall-clock-step': wallClockStep,
  'message-loss': weather('bus', (random) => ({ lossProbability: logUniform(random, 0.005, 0.3) })),
  duplication: weather('bus', (random) => ({ duplicateProbability: logUniform(random, 0.005, 0.3) })),
  delay: weather('bus', (random) => ({
    delayProbability: logUniform(random, 0.005, 0.2),
    delayMeanUs: logUniform(random, 0.01, 3) * SECOND_US,
  })),
  silence: weather('bus', (random) => ({ silenceProbability: logUniform(random, 0.005, 0.1) })),
  'link-down': weather('cloud', () => ({ linkUp: false })),
  'cloud-doubt': weather('cloud', (random) => ({
    lostAcknowledgementProbability: logUniform(random, 0.02, 0.5),
    duplicateProbability: logUniform(random, 0.02, 0.5),
  })),
  'disk-full': weather('disk', () => ({ full: true })),
  'disk-slow': weather('disk', (random) => ({ slowness: logUniform(random, 3, 200) })),
  'disk-errors': weather('disk', (random) => ({ errorProbability: logUniform(random, 0.005, 0.2) })),
} as const satisfies Record<string, Fault>

export type FaultName = keyof typeof FAULTS
