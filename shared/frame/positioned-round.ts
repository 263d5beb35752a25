import { encodeText } from '../bytes/text.ts'
import { type EncodedContent, encodeColumns, type FrameMark, samplesContent } from './encode.ts'
import { FrameError } from './errors.ts'
import { gatherColumns } from './gather.ts'
import { FRAME_COLUMNS_MAX, FRAME_SAMPLES_MAX, sealingBytesMax } from './limits.ts'
import { advance, batchBytesMax, countSamples, type FrameBatch, NO_MARK, type Round } from './round.ts'
import { bodyBytesMin } from './samples-encode.ts'

/** Measured content that fills this share of a frame is sent: a fuller one is not worth encoding it again. */
const WELL_FILLED = 0.93

/** Encodings that look for the last batch that fits, at most. */
const SEARCH_TRIES = 4

/** Batches without samples (watermarks alone) would otherwise gather without end while no time passes. */
const ROUND_BATCHES_MAX = 4096

/** Content with its size as a share of the frame that may hold it; a share over 1 does not fit. */
interface Trial {
  readonly content: EncodedContent | undefined
  readonly share: number
}

/**
 * For sources that can be read again: each frame ends with a whole batch, whose position it carries, so that a
 * position is never ahead of its data. Encodes only when the estimate says that the frame is about full.
 */
export function createPositionedRound(maxBytes: number): Round {
  let batches: FrameBatch[] = []
  let mark: FrameMark = NO_MARK
  let estimatedBytes = 0
  let sampleCount = 0
  /** Of the last measured content; before the first, as large as can be. */
  let bytesPerSample: number | undefined

  const estimate = (batch: FrameBatch) => {
    const mostBytes = batchBytesMax(batch)
    return bytesPerSample === undefined
      ? mostBytes
      : Math.min(mostBytes, countSamples(batch) * bytesPerSample)
  }

  const encode = (count: number): Trial => {
    const taken = batches.slice(0, count)
    const trial = tryEncoding(taken, taken.reduce(advance, mark), maxBytes)
    if (trial.content !== undefined && trial.content.sampleCount > 0) {
      bytesPerSample = trial.content.bytes.length / trial.content.sampleCount
    }
    return trial
  }

  const keep = (kept: FrameBatch[]) => {
    batches = kept
    sampleCount = kept.reduce((sum, batch) => sum + countSamples(batch), 0)
    estimatedBytes = kept.reduce((sum, batch) => sum + estimate(batch), 0)
  }

  const emit = (content: EncodedContent, count: number): EncodedContent => {
    mark = content
    keep(batches.slice(count))
    return content
  }

  /** Closes frames as long as more is gathered than one holds; afterwards what is left fits into one, measured. */
  const closeFull = (last: (trial: Trial) => boolean): EncodedContent[] => {
    const closed: EncodedContent[] = []
    while (batches.length > 0) {
      const all = encode(batches.length)
      if (all.share <= 1 && all.content !== undefined) {
        estimatedBytes = all.content.bytes.length
        if (last(all)) closed.push(emit(all.content, batches.length))
        return closed
      }
      const { content, count } = longestPrefix(encode, batches.length, all.share)
      closed.push(emit(content, count))
    }
    return closed
  }

  return {
    append(batch) {
      checkAlone(batch, maxBytes)
      batches.push(batch)
      sampleCount += countSamples(batch)
      estimatedBytes += estimate(batch)
      const limitBytes = maxBytes - sealingBytesMax(batch.position.length)
      const mayBeFull =
        estimatedBytes >= limitBytes || sampleCount > FRAME_SAMPLES_MAX || batches.length > ROUND_BATCHES_MAX
      return mayBeFull
        ? closeFull((all) => all.share > WELL_FILLED || batches.length > ROUND_BATCHES_MAX)
        : []
    },
    close: () => closeFull(() => true),
    isEmpty: () => batches.length === 0,
  }
}

/**
 * About the longest prefix of the batches that fits into a frame, given that all of them do not. One batch alone
 * always fits: that was checked when it came.
 */
function longestPrefix(
  encode: (count: number) => Trial,
  count: number,
  shareOfAll: number,
): { content: EncodedContent; count: number } {
  let fitting: { content: EncodedContent; count: number } | undefined
  let tooMany = count
  let guess = Math.floor(count / shareOfAll)
  for (let tries = 0; fitting === undefined || tries < SEARCH_TRIES; tries++) {
    const least = (fitting?.count ?? 0) + 1
    if (least >= tooMany) break
    guess = tries < SEARCH_TRIES ? Math.max(least, Math.min(tooMany - 1, guess)) : least
    const { content, share } = encode(guess)
    if (content === undefined || share > 1) {
      tooMany = guess
      guess = Math.floor(guess / Math.max(share, 1.02))
    } else {
      fitting = { content, count: guess }
      if (share > WELL_FILLED) break
      guess = Math.floor(guess / share)
    }
  }
  if (fitting === undefined) throw new FrameError('GENBA_FRAME_TOO_LARGE', 'a batch outgrew its own bound')
  return fitting
}

function tryEncoding(batches: readonly FrameBatch[], mark: FrameMark, maxBytes: number): Trial {
  const columns = gatherColumns(batches.map((batch) => batch.columns))
  const sampleCount = columns.reduce((sum, column) => sum + column.timesUs.length, 0)
  const overfull = Math.max(sampleCount / FRAME_SAMPLES_MAX, columns.length / FRAME_COLUMNS_MAX)
  if (overfull > 1) return { content: undefined, share: overfull }
  const limitBytes = maxBytes - sealingBytesMax(encodeText(mark.position).length)
  const encoded = encodeColumns(columns)
  const leastShare = bodyBytesMin(encoded) / limitBytes
  if (leastShare > 1) return { content: undefined, share: leastShare }
  const content = samplesContent(encoded, mark)
  return { content, share: content.bytes.length / limitBytes }
}

function checkAlone(batch: FrameBatch, maxBytes: number): void {
  const limitBytes = maxBytes - sealingBytesMax(batch.position.length * 3)
  if (batchBytesMax(batch) <= limitBytes && batch.columns.length <= FRAME_COLUMNS_MAX) return
  if (tryEncoding([batch], batch, maxBytes).share <= 1) return
  throw new FrameError('GENBA_FRAME_TOO_LARGE', 'a batch does not fit into one frame with its position', {
    where: `the batch that ends at position ${batch.position.slice(0, 80)}`,
    expected: `at most ${maxBytes} bytes with the header, and ${FRAME_SAMPLES_MAX} samples`,
    received: `${countSamples(batch)} samples in ${batch.columns.length} columns`,
    mend: 'give fewer samples in a batch; for a row of very many columns, raise frame.maxBytes',
  })
}
