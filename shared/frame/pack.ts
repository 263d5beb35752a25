import { sliceColumn } from './column.ts'
import type { Column } from './frame.ts'
import { FRAME_COLUMNS_MAX, FRAME_SAMPLES_MAX } from './limits.ts'
import { BODY_BYTES_MIN, columnBytesMax, type EncodedColumn, encodeColumn } from './samples-encode.ts'
import { type EncodedTimes, timeBytesMax } from './times.ts'
import { createVectorPool, type VectorPool } from './vectors.ts'

/** Below this share of a frame, what is left of it stays empty: cutting a column costs its tag and its first values again. */
const WORTH_FILLING = 0.25

/** A piece that fills this share of its room needs no better guess. */
const WELL_FILLED = 0.85

/** Samples of the first piece of a long column, from which the size of the others is guessed. */
const PROBE_SAMPLES = 4096

/** A guess is at first taken a little too small: one that fits is kept, one that does not costs another try. */
const CAUTION = 0.96

/** Tries to fill a frame better; each encodes the piece again. */
const FILLING_TRIES = 2

/**
 * Packs columns into frames of at most `capacityBytes` of body, in their order; long columns are cut. At least
 * one frame, which may be empty.
 *
 * @throws RangeError when a single sample exceeds the capacity, which the caller has ruled out
 */
export function packColumns(columns: readonly Column[], capacityBytes: number): EncodedColumn[][] {
  const vectors = createVectorPool()
  const frames: EncodedColumn[][] = []
  let frame = createOpenFrame(capacityBytes)
  const closeFrame = () => {
    frames.push(frame.columns)
    frame = createOpenFrame(capacityBytes)
  }
  for (const column of columns) {
    let rest = column
    let bytesPerSample: number | undefined
    while (rest.timesUs.length > 0) {
      const piece = fillFrame(frame, rest, bytesPerSample, vectors)
      if (piece === undefined && frame.columns.length === 0)
        throw new RangeError(`a sample of ${column.tag} exceeds ${capacityBytes} bytes`)
      if (piece !== undefined) {
        bytesPerSample = frame.cost(piece) / piece.times.count
        frame.add(piece)
        rest = sliceColumn(rest, piece.times.count, rest.timesUs.length)
      }
      if (rest.timesUs.length > 0) closeFrame()
    }
  }
  if (frame.columns.length > 0 || frames.length === 0) closeFrame()
  return frames
}

/** The longest piece from the start of a column that fits into the frame, about; undefined when none is worth it. */
function fillFrame(
  frame: OpenFrame,
  column: Column,
  bytesPerSample: number | undefined,
  vectors: VectorPool,
): EncodedColumn | undefined {
  const encodePiece = (count: number) => {
    const piece = sliceColumn(column, 0, count)
    return encodeColumn(piece, vectors.encode(piece.timesUs))
  }
  const mayCut = frame.columns.length === 0 || frame.room() > frame.capacityBytes * WORTH_FILLING
  const available = Math.min(column.timesUs.length, FRAME_SAMPLES_MAX - frame.sampleCount())
  if (available < column.timesUs.length && !mayCut) return undefined
  const guess =
    bytesPerSample === undefined ? PROBE_SAMPLES : Math.ceil((frame.room() / bytesPerSample) * CAUTION)
  let count = Math.max(1, Math.min(available, guess))
  let fitting: EncodedColumn | undefined
  for (let tries = 0; count > 0; tries++) {
    const piece = encodePiece(count)
    const share = frame.cost(piece) / frame.room()
    if (share <= 1) {
      fitting = piece
      if (count === available || share > WELL_FILLED || tries >= FILLING_TRIES) break
      count = Math.min(available, Math.floor((count / share) * CAUTION))
      continue
    }
    if (fitting !== undefined || !mayCut) break
    count = Math.floor(Math.min(count * 0.9, (count / share) * CAUTION))
    if (count === 0 && frame.columns.length === 0 && piece.times.count > 1) count = 1
  }
  return fitting
}

interface OpenFrame {
  readonly columns: EncodedColumn[]
  readonly capacityBytes: number
  room(): number
  sampleCount(): number
  /** Bytes that a column would add; its times cost nothing when they are there. More than any room for a column too many. */
  cost(column: EncodedColumn): number
  add(column: EncodedColumn): void
}

function createOpenFrame(capacityBytes: number): OpenFrame {
  const columns: EncodedColumn[] = []
  const vectors = new Set<EncodedTimes>()
  let usedBytes = BODY_BYTES_MIN
  let sampleCount = 0

  const cost = (column: EncodedColumn) => {
    if (columns.length === FRAME_COLUMNS_MAX) return Number.POSITIVE_INFINITY
    return columnBytesMax(column) + (vectors.has(column.times) ? 0 : timeBytesMax(column.times))
  }

  return {
    columns,
    capacityBytes,
    room: () => capacityBytes - usedBytes,
    sampleCount: () => sampleCount,
    cost,
    add(column) {
      usedBytes += cost(column)
      sampleCount += column.times.count
      vectors.add(column.times)
      columns.push(column)
    },
  }
}
