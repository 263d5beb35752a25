import { asyncScheduler } from 'rxjs'
import type { Files, Log } from '../../../shared/component/host.ts'
import type { ProducerState } from '../../../shared/contract/historian-request.ts'
import { REJECTED_LINES_NAMED } from '../../../shared/csv/limits.ts'
import { parsePosition } from '../../../shared/csv/position.ts'
import { type CsvOptions, createCsvSource } from '../../../shared/csv/source.ts'
import { createFrameBuilder } from '../../../shared/frame/builder.ts'
import { encodeContent } from '../../../shared/frame/encode.ts'
import type { Journal } from '../../../shared/journal/journal.ts'
import type { Clock } from '../../../shared/time/time.ts'
import { StoreWriter } from './writer.ts'

export type ImportFile = Omit<CsvOptions, 'speed' | 'outOfOrderUs' | 'isPinned' | 'onRejected'>

export interface ImportParts {
  readonly journal: Pick<Journal, 'append' | 'producer'>
  readonly producer: string
  readonly file: ImportFile
  readonly files: Files
  readonly log: Log
  readonly clock: Clock
  readonly batchFrames?: number
  /** Called often. */
  readonly onProgress: (progress: ImportProgress) => void
}

export interface ImportProgress {
  readonly samplesStored: number
  readonly readBytes: () => number
}

/** Of the whole file as it is in the store now, but for `stored`. */
export interface ImportFigures {
  readonly rows: number
  readonly rejected: number
  /** The first of them; the reason is known of those that this run has read. */
  readonly rejectedLines: readonly { readonly line: number; readonly reason: string | null }[]
  readonly samples: number
  /** Samples that this run has added. */
  readonly stored: number
  /** Samples that an earlier run has added. */
  readonly duplicates: number
}

/**
 * Puts the samples of a file into a journal, each once whatever happens: it goes on after the last row that is stored.
 * @throws GenbaError `GENBA_FILE_UNREADABLE`, CsvError, StoreError; run again, it goes on where it was
 */
export async function importCsv(parts: ImportParts): Promise<ImportFigures> {
  const { journal, producer, file } = parts
  const held = journal.producer(producer)
  const reasons = new Map<number, string>()
  const stored = await storeFile(parts, held, (line, reason) => {
    if (reasons.size < REJECTED_LINES_NAMED) reasons.set(line, reason)
  })
  const now = journal.producer(producer)
  const position = parsePosition(now.position, file.path)
  const { rows = 0, samples = 0, rejected = 0, lines = [] } = position ?? {}
  if (samples !== now.sampleCount || samples !== held.sampleCount + stored) {
    throw new Error(`${samples} samples were read of ${file.path}, ${now.sampleCount} are stored`)
  }
  const rejectedLines = lines.map((line) => ({ line, reason: reasons.get(line) ?? null }))
  return { rows, rejected, rejectedLines, samples, stored, duplicates: held.sampleCount }
}

/** @returns how many samples were added */
async function storeFile(
  { journal, producer, file, files, log, clock, batchFrames, onProgress }: ImportParts,
  held: ProducerState,
  onRejected: (line: number, reason: string) => void,
): Promise<number> {
  const options: CsvOptions = { ...file, speed: 'max', outOfOrderUs: 0, isPinned: true, onRejected }
  const source = createCsvSource(options)
  const builder = createFrameBuilder({ maxBytes: file.frameBytesMax, positioned: true })
  // Greater than every epoch before, as the collector's are.
  const epoch = Math.max(held.epoch + 1, Math.floor(clock.wallUs() / 1000))
  const writer = new StoreWriter({ journal, producer, epoch, batchFrames })
  const { signal } = new AbortController()
  const context = { files, log, clock, scheduler: asyncScheduler, signal, resumeAfter: held.position }
  for await (const batch of source.read(context)) {
    const { columns, position } = batch
    const isEnd = batch.completeBeforeUs === Infinity
    // Nothing has come since the last run, which has said so already.
    if (isEnd && columns.length === 0 && position === held.position) break
    const contents = builder.append(batch, 0)
    if (isEnd && contents.at(-1)?.sampleCount !== 0) contents.push(encodeContent({ ...END, position }))
    await writer.add(contents, isEnd)
    const readBytes = () => parsePosition(position, file.path)?.o ?? 0
    onProgress({ samplesStored: writer.samplesStored, readBytes })
  }
  return writer.samplesStored
}

/** The newest frame of a log is never sealed, so the last one has no samples. */
const END = { body: 'samples', columns: [], completeBeforeUs: Infinity } as const
