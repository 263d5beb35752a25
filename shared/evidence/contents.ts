import type { Chunk } from '../chunk/chunk.ts'
import { decodeChunk } from '../chunk/decode.ts'
import { ChunkError } from '../chunk/errors.ts'
import { sliceColumn } from '../frame/column.ts'
import { decodeFrame } from '../frame/decode.ts'
import { FrameError } from '../frame/errors.ts'
import type { Column } from '../frame/frame.ts'
import { concernsTag } from './audit-entry.ts'
import type { EvidencePiece, EvidenceQuestion } from './material.ts'

/** What a piece says to the question. */
export interface PieceContents {
  readonly body: 'chunk' | 'samples' | 'records'
  /** Samples of the tag in the range, in the order of the piece. */
  readonly columns: readonly Column[]
  readonly sampleCount: number
  /** Of all samples of the tag in the piece. */
  readonly minTimeUs: number
  readonly maxTimeUs: number
  /** Entries of the audit trail that concern the tag. */
  readonly records: readonly string[]
  /** Of a chunk: whose frames it replaces, and when their samples came. */
  readonly sealed: Pick<Chunk, 'fromLsn' | 'toLsn' | 'receipt'> | undefined
}

/** @returns what is wrong with the bytes, as the rest of a sentence "the piece …", where they cannot be read */
export function contentsOf(
  { kind, bytes }: Pick<EvidencePiece, 'kind' | 'bytes'>,
  question: EvidenceQuestion,
): PieceContents | string {
  try {
    return kind === 'chunk' ? ofChunk(decodeChunk(bytes), question) : ofFrame(bytes, question)
  } catch (error) {
    if (error instanceof FrameError || error instanceof ChunkError) return `cannot be read: ${error.message}`
    throw error
  }
}

function ofChunk(chunk: Chunk, question: EvidenceQuestion): PieceContents | string {
  if (chunk.tag !== question.tag) return `is a chunk of the tag ${chunk.tag}`
  const { fromLsn, toLsn, receipt } = chunk
  const columns = chunk.columns.map(({ column }) => column)
  return { ...ofColumns(columns, question), body: 'chunk', sealed: { fromLsn, toLsn, receipt } }
}

function ofFrame(bytes: Uint8Array, question: EvidenceQuestion): PieceContents {
  const frame = decodeFrame(bytes)
  if (frame.body === 'records') {
    const records = frame.records.filter((text) => concernsTag(text, question.tag))
    return { ...ofColumns([], question), body: 'records', records }
  }
  const columns = frame.columns.filter(({ tag }) => tag === question.tag)
  return { ...ofColumns(columns, question), body: 'samples' }
}

function ofColumns(all: readonly Column[], question: EvidenceQuestion): Omit<PieceContents, 'body'> {
  const { fromUs, toUs } = question
  const range = { fromUs: fromUs ?? Number.NEGATIVE_INFINITY, toUs: toUs ?? Number.POSITIVE_INFINITY }
  let minTimeUs = Number.POSITIVE_INFINITY
  let maxTimeUs = Number.NEGATIVE_INFINITY
  for (const { timesUs } of all) {
    for (const timeUs of timesUs) {
      minTimeUs = Math.min(minTimeUs, timeUs)
      maxTimeUs = Math.max(maxTimeUs, timeUs)
    }
  }
  const columns = all.flatMap((column) => within(column, range))
  const sampleCount = columns.reduce((count, { timesUs }) => count + timesUs.length, 0)
  return { columns, sampleCount, minTimeUs, maxTimeUs, records: [], sealed: undefined }
}

/** The runs of a column that lie in a range. */
function within(column: Column, { fromUs, toUs }: { fromUs: number; toUs: number }): readonly Column[] {
  const { timesUs } = column
  const runs: Column[] = []
  let start = -1
  for (let i = 0; i <= timesUs.length; i += 1) {
    const timeUs = timesUs[i]
    const isIn = timeUs !== undefined && timeUs >= fromUs && timeUs < toUs
    if (isIn && start < 0) start = i
    if (isIn || start < 0) continue
    runs.push(start === 0 && i === timesUs.length ? column : copied(sliceColumn(column, start, i)))
    start = -1
  }
  return runs
}

/** A part of a column would keep all of it in memory, and of many pieces that is without bound. */
function copied(part: Column): Column {
  const { timesUs, quality, data } = part
  const own = { tag: part.tag, timesUs: timesUs.slice(), quality: quality.slice() }
  if (data.kind === 'text') return { ...own, data }
  return data.kind === 'number'
    ? { ...own, data: { kind: 'number', values: data.values.slice() } }
    : { ...own, data: { kind: 'boolean', values: data.values.slice() } }
}
