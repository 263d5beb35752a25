import { FAULTS, type Fault, type FaultName, logUniform, type Site } from './faults.ts'
import type { Random } from './random.ts'

/** One kind of fault in one run: how often it strikes and how long it lasts. */
export interface PlannedFault {
  readonly name: FaultName
  readonly meanIntervalUs: number
  readonly meanDurationUs: number
}

/**
 * Swarm testing (Groce et al. 2012): each run has some kinds of faults and not others, each at a rate of its own.
 * With all of them in every run, some hide others: a link that is always down shows nothing of what follows.
 */
export function drawFaultPlan(random: Random, faultyUs: number): readonly PlannedFault[] {
  const names = Object.keys(FAULTS) as FaultName[]
  const share = random.pick([0.15, 0.35, 0.6])
  return names
    .filter(() => random.chance(share))
    .map((name) => ({
      name,
      meanIntervalUs: logUniform(random, faultyUs / 50, faultyUs / 2),
      meanDurationUs: logUniform(random, faultyUs / 200, faultyUs / 8),
    }))
}

/**
 * Lets the planned faults strike from now on.
 * @returns ends every fault that lasts, and lets none strike again
 */
export function unleash(site: Site, plan: readonly PlannedFault[], random: Random): () => void {
  const { clock, trace } = site.world
  const lasting = new Set<() => void>()
  let isOver = false

  const strike = (planned: PlannedFault, stream: Random) => {
    const fault: Fault = FAULTS[planned.name]
    trace.note('fault', planned.name)
    const relent = fault(site, stream)
    const next = () => {
      clock.after(stream.exponential(planned.meanIntervalUs), () => {
        if (!isOver) strike(planned, stream)
      })
    }
    if (relent === undefined) return next()
    const end = () => {
      if (!lasting.delete(end)) return
      trace.note('fault', `${planned.name} ends`)
      relent()
      if (!isOver) next()
    }
    lasting.add(end)
    clock.after(stream.exponential(planned.meanDurationUs), end)
  }

  for (const planned of plan) {
    const stream = random.fork(planned.name)
    clock.after(stream.exponential(planned.meanIntervalUs), () => {
      if (!isOver) strike(planned, stream)
    })
  }
  return () => {
    isOver = true
    for (const end of [...lasting]) end()
  }
}
