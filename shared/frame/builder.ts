import { checkColumn } from './column.ts'
import { checkMark, type EncodedContent } from './encode.ts'
import { FrameError } from './errors.ts'
import { FRAME_BYTES_HARD_MAX, FRAME_BYTES_MAX, FRAME_BYTES_MIN } from './limits.ts'
import { createPackedRound, ROUND_FRAMES } from './packed-round.ts'
import { createPositionedRound } from './positioned-round.ts'
import type { FrameBatch } from './round.ts'

/** Closes a frame so soon that a live value is on its way within a blink. */
const FRAME_AGE_MS_MAX = 100

export interface FrameBuilderOptions {
  /** Largest sealed frame, whatever the producer is called. */
  readonly maxBytes?: number
  readonly maxAgeMs?: number
  /** Not positioned: about how many encoded bytes make a round full. */
  readonly roundBytes?: number
  /** True: one frame a round, which ends with a whole batch and carries its position. */
  readonly positioned: boolean
}

/** Gathers batches and closes rounds of frames. It has no clock: the caller says what time it is. */
export interface FrameBuilder {
  /**
   * Takes a batch and returns the rounds it closed; a batch with `completeBeforeUs: Infinity` closes its own.
   * The batch's arrays must not be written into afterwards.
   *
   * @throws FrameError `GENBA_FRAME_CONTENT`, `GENBA_FRAME_LIMIT`, or, when positioned, `GENBA_FRAME_TOO_LARGE`
   *   for a batch that fits into no frame by itself; the builder is as it was before
   */
  append(batch: FrameBatch, nowMs: number): EncodedContent[]
  /** Closes the round if its age limit has come. */
  due(nowMs: number): EncodedContent[]
  /** Closes the round, if there is one. */
  flush(): EncodedContent[]
  /** When `due` will close the round; undefined while nothing is gathered. */
  readonly deadlineMs: number | undefined
}

export function createFrameBuilder(options: FrameBuilderOptions): FrameBuilder {
  const { maxBytes = FRAME_BYTES_MAX, maxAgeMs = FRAME_AGE_MS_MAX, positioned } = options
  const { roundBytes = maxBytes * ROUND_FRAMES } = options
  if (!(maxBytes >= FRAME_BYTES_MIN && maxBytes <= FRAME_BYTES_HARD_MAX)) {
    throw new FrameError('GENBA_FRAME_LIMIT', 'frames of this size cannot be built', {
      where: 'maxBytes',
      expected: `${FRAME_BYTES_MIN} to ${FRAME_BYTES_HARD_MAX} bytes`,
      received: String(maxBytes),
    })
  }
  const round = positioned ? createPositionedRound(maxBytes) : createPackedRound(maxBytes, roundBytes)
  let deadlineMs: number | undefined

  const flush = () => {
    deadlineMs = undefined
    return [...round.close()]
  }

  return {
    append(batch, nowMs) {
      checkMark(batch)
      for (const column of batch.columns) checkColumn(column)
      const closed = [...round.append(batch)]
      if (batch.completeBeforeUs === Number.POSITIVE_INFINITY) closed.push(...round.close())
      // What is left after a round has closed came with this batch.
      if (closed.length > 0) deadlineMs = undefined
      deadlineMs = round.isEmpty() ? undefined : (deadlineMs ?? nowMs + maxAgeMs)
      return closed
    },
    due(nowMs) {
      return deadlineMs !== undefined && nowMs >= deadlineMs ? flush() : []
    },
    flush,
    get deadlineMs() {
      return deadlineMs
    },
  }
}
