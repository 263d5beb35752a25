import { createSerial, type Serial } from '../time/serial.ts'
import type { Identity } from './receive.ts'

/** The numbering of one producer. */
export interface Lane {
  readonly producer: string
  epoch: number
  nextSequence: number
  /** Frames of one producer are numbered in the order in which they were given. */
  readonly inTurn: Serial
}

export const createLane = (producer: string, epoch: number): Lane => ({
  producer,
  epoch,
  nextSequence: 0,
  inTurn: createSerial(),
})

/** True when everything that the lane has numbered is held. */
export function isAllHeld(lane: Lane, held: Identity | undefined): boolean {
  if (lane.nextSequence === 0) return true
  return held !== undefined && held.epoch === lane.epoch && held.sequence >= lane.nextSequence - 1
}
