import type { FaultKind } from './faults.ts'
import { scatter, seedOf, wander } from './noise.ts'

/** One instant of one machine. */
export interface Moment {
  readonly timeUs: number
  /** Seconds since 1970. */
  readonly seconds: number
  /** 0 new, 1 worn out. */
  readonly wear: number
  /** How far each fault has come, 0 to 1; one that is not there is undefined. */
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>
}

/** One signal of a machine: what it is at an instant, in the resolution of a real sensor. */
export type Signal =
  | { readonly name: string; readonly kind: 'number'; readonly at: (moment: Moment) => number }
  | { readonly name: string; readonly kind: 'boolean'; readonly at: (moment: Moment) => boolean }
  | { readonly name: string; readonly kind: 'text'; readonly at: (moment: Moment) => string }

export interface Machine {
  readonly name: string
  readonly signals: readonly Signal[]
}

export type MachineKind = (name: string, seed: number) => Machine

/** Rounds to the resolution of the sensor: decimal places, as a display shows them. */
export function rounded(value: number, places: number): number {
  const scale = 10 ** places
  return Math.round(value * scale) / scale
}

/** What the machines have in common: they run in shifts with pauses, get warm, wear out, and have noise. */
export interface Body {
  /** True while the machine works. */
  isRunning(moment: Moment): boolean
  /** 0 cold, 1 at working temperature: follows running with the inertia of its mass. */
  warmth(moment: Moment): number
  /** Slow noise of a signal between -1 and 1, over about `periodS` seconds. */
  drift(label: string, moment: Moment, periodS: number): number
  /** White noise of a signal between -1 and 1. */
  hiss(label: string, moment: Moment): number
}

/** A pause of some minutes in most hours. */
const BLOCK_S = 1800
const PAUSE_SHARE = 0.15
/** Warming up and cooling down take about this long. */
const INERTIA_S = 240

export function createBody(seed: number): Body {
  const pauses = seedOf(seed, 'pauses')
  const labels = new Map<string, number>()
  const labelSeed = (label: string): number => {
    const known = labels.get(label) ?? seedOf(seed, label)
    labels.set(label, known)
    return known
  }
  const isPause = (seconds: number): boolean => {
    const block = Math.floor(seconds / BLOCK_S)
    const share = seconds / BLOCK_S - block
    const start = scatter(pauses, block) * (1 - PAUSE_SHARE)
    return share >= start && share < start + PAUSE_SHARE * scatter(pauses ^ 0x55555555, block)
  }
  const isRunning = ({ seconds, faults }: Moment): boolean => faults.stall === undefined && !isPause(seconds)
  return {
    isRunning,
    warmth(moment) {
      // Eight looks back stand for the integral over the last minutes.
      let warm = 0
      for (let back = 0; back < 8; back++) warm += isPause(moment.seconds - (back * INERTIA_S) / 8) ? 0 : 1
      return warm / 8
    },
    drift: (label, { seconds }, periodS) => wander(labelSeed(label), seconds / periodS),
    hiss: (label, { timeUs }) => 2 * scatter(labelSeed(label), Math.floor(timeUs / 100)) - 1,
  }
}

/** Events since midnight UTC at a steady pace, as counters of a shift are; they stand while the machine does. */
export function countToday({ seconds }: Moment, everyS: number): number {
  return Math.floor((seconds % 86_400) / everyS)
}

export const stateOf = (moment: Moment, isRunning: boolean): string => {
  if (moment.faults.stall !== undefined) return 'fault'
  return isRunning ? 'running' : 'idle'
}
