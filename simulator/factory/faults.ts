import type { FaultOptions } from './options.ts'

export type FaultKind = FaultOptions['kind']

/** Share of its time after which a fault is fully there. */
const RAMP_SHARE = 0.3

/** How far the faults of one machine have come at an instant. */
export type FaultSchedule = (timeUs: number) => Partial<Record<FaultKind, number>>

export function scheduleFaults(
  faults: readonly FaultOptions[],
  machine: string,
  startUs: number,
): FaultSchedule {
  const own = faults.filter((fault) => fault.machine === machine)
  return (timeUs) => {
    const active: Partial<Record<FaultKind, number>> = {}
    for (const fault of own) {
      const sinceUs = sinceFault(fault, timeUs, startUs)
      if (sinceUs < 0 || sinceUs >= fault.lasts) continue
      active[fault.kind] = Math.min(1, sinceUs / (fault.lasts * RAMP_SHARE))
    }
    return active
  }
}

/** The instant at which a stuck sensor got stuck; undefined when none is. */
export function stuckSince(
  faults: readonly FaultOptions[],
  machine: string,
  timeUs: number,
  startUs: number,
): number | undefined {
  const fault = faults.find((candidate) => candidate.machine === machine && candidate.kind === 'stuck')
  if (fault === undefined) return undefined
  const sinceUs = sinceFault(fault, timeUs, startUs)
  return sinceUs >= 0 && sinceUs < fault.lasts ? timeUs - sinceUs : undefined
}

/** A fault that comes again keeps to the clock, so that a restart does not move it. */
function sinceFault({ after, every }: FaultOptions, timeUs: number, startUs: number): number {
  return every === undefined ? timeUs - startUs - after : (timeUs % every) - after
}
