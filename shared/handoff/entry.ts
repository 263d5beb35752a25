import type { Identity } from './receive.ts'

/** One sealed frame that the historian has not acknowledged yet. */
export interface Entry extends Identity {
  /** Place in the outbox: 0, 1, 2 … over all producers, and over restarts as far as frames are on disk. */
  readonly order: number
  readonly producer: string
  epoch: number
  sequence: number
  /** From a source that can be read again. */
  readonly positioned: boolean
  bytes: Uint8Array
  /** Wall clock when it was taken in. */
  readonly sinceUs: number
  onDisk: boolean
  /** Published since the last rewind. */
  sent: boolean
  /** When it was published last, monotonic. */
  sentMs: number
  acknowledged: boolean
}

/** True when the historian has said that it holds this frame. Frames of another epoch say nothing of this one. */
export function isHeld(held: Identity | undefined, frame: Identity): boolean {
  return held !== undefined && held.epoch === frame.epoch && frame.sequence <= held.sequence
}
