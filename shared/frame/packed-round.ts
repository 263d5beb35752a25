import { encodeText } from '../bytes/text.ts'
import { type EncodedContent, type FrameMark, samplesContent } from './encode.ts'
import { FrameError } from './errors.ts'
import { gatherColumns } from './gather.ts'
import { FRAME_SAMPLES_MAX, POSITION_BYTES_MAX, sealingBytesMax } from './limits.ts'
import { packColumns } from './pack.ts'
import { advance, countSamples, type FrameBatch, NO_MARK, type Round } from './round.ts'

/**
 * Frames of one round of a live source: enough that a thousand tags get long columns, few enough that a round
 * is a small part of the hand-off's window.
 */
export const ROUND_FRAMES = 24

/** Bounds the memory of a round (17 bytes a sample) when its values encode to almost nothing. */
const ROUND_SAMPLES_MAX = 4 * FRAME_SAMPLES_MAX

/** A column of one sample without its tag and text. */
const ONE_SAMPLE_BYTES_MAX = 64

/** Guess before the first round has been measured. */
const FIRST_BYTES_PER_SAMPLE = 4

/** Batches without samples (watermarks alone) would otherwise gather without end while no time passes. */
const ROUND_BATCHES_MAX = 4096

/**
 * For sources without positions: many batches, encoded together as few long columns and packed into as many
 * frames as they need. Only the last frame carries the round's watermark; those before it repeat the one before.
 */
export function createPackedRound(maxBytes: number, roundBytes: number): Round {
  let batches: FrameBatch[] = []
  let sampleCount = 0
  let mark: FrameMark = NO_MARK
  let bytesPerSample = FIRST_BYTES_PER_SAMPLE

  const isFull = () =>
    sampleCount * bytesPerSample >= roundBytes ||
    sampleCount >= ROUND_SAMPLES_MAX ||
    batches.length >= ROUND_BATCHES_MAX

  const close = (): EncodedContent[] => {
    if (batches.length === 0) return []
    const next = batches.reduce(advance, mark)
    const positionBytes = Math.max(encodeText(mark.position).length, encodeText(next.position).length)
    const columns = gatherColumns(batches.map((batch) => batch.columns))
    const frames = packColumns(columns, maxBytes - sealingBytesMax(positionBytes))
    const last = frames.length - 1
    const contents = frames.map((frame, i) => samplesContent(frame, i === last ? next : mark))
    if (sampleCount > 0)
      bytesPerSample = contents.reduce((sum, { bytes }) => sum + bytes.length, 0) / sampleCount
    batches = []
    sampleCount = 0
    mark = next
    return contents
  }

  return {
    append(batch) {
      checkTextsFit(batch, maxBytes)
      batches.push(batch)
      sampleCount += countSamples(batch)
      return isFull() ? close() : []
    },
    close,
    isEmpty: () => batches.length === 0,
  }
}

/** All but texts always fit: see `FRAME_BYTES_MIN`. */
function checkTextsFit(batch: FrameBatch, maxBytes: number): void {
  const limitBytes = maxBytes - sealingBytesMax(POSITION_BYTES_MAX) - ONE_SAMPLE_BYTES_MAX
  for (const { tag, data } of batch.columns) {
    if (data.kind !== 'text') continue
    for (const text of data.values) {
      if ((tag.length + text.length) * 3 <= limitBytes) continue
      const sizeBytes = encodeText(tag).length + encodeText(text).length
      if (sizeBytes > limitBytes) throw tooLarge(tag, sizeBytes, limitBytes)
    }
  }
}

function tooLarge(tag: string, sizeBytes: number, limitBytes: number): FrameError {
  return new FrameError('GENBA_FRAME_TOO_LARGE', 'a text does not fit into a frame of this size', {
    where: `tag ${tag.slice(0, 80)}`,
    expected: `at most ${limitBytes} bytes with its tag`,
    received: `${sizeBytes} bytes`,
    mend: 'raise frame.maxBytes, or shorten the text at its source',
  })
}
