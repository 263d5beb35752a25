/** What is held of a producer, or what a frame claims to be. */
export interface Identity {
  readonly epoch: number
  readonly sequence: number
}

/** Before the first frame of a producer. */
export const NOTHING_HELD: Identity = { epoch: -1, sequence: -1 }

/** `store` it, it is there already (`duplicate`), or one before it is missing (`gap`). */
export type Reception = 'store' | 'duplicate' | 'gap'

/**
 * Decides on one frame by what is held of its producer. A producer delivers the frames of an older epoch before the
 * first of a newer one and in order, so one identity stands for all before it: everything up to it is held.
 */
export function receive(held: Identity, frame: Identity): Reception {
  if (frame.epoch < held.epoch) return 'duplicate'
  if (frame.epoch > held.epoch) return frame.sequence === 0 ? 'store' : 'gap'
  if (frame.sequence <= held.sequence) return 'duplicate'
  return frame.sequence === held.sequence + 1 ? 'store' : 'gap'
}
