import { createFrameBuilder } from '../../shared/frame/builder.ts'
import { decodeFrame } from '../../shared/frame/decode.ts'
import { sealFrame } from '../../shared/frame/encode.ts'
import type { Column, ColumnValues } from '../../shared/frame/frame.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import { openJournal } from '../../shared/journal/open.ts'
import { openLevelStore } from '../../shared/store/level-store.ts'
import type { KeyValueStore } from '../../shared/store/store.ts'
import { sealStore } from '../../simulator/cli/store/seal.ts'
import { bytesByPart } from './parts.ts'
import type { Batch, Samples, TimeRange } from './series.ts'
import { type BenchStore, type Picture, POINTS_MAX } from './store.ts'
import type { BytesByPart } from './task.ts'

export interface GenbaStore extends BenchStore {
  /** Of all frames appended since it was opened. */
  readonly frameBytes: number
}

const PRODUCER = 'genba.Collector/bench'
const EPOCH = 1

/** What a gateway does with samples: the collector's frames into the historian's journal, and from there into chunks. */
export async function openGenba(directory: string): Promise<GenbaStore> {
  return new JournalStore(directory, await open(directory))
}

interface Opened {
  readonly store: KeyValueStore
  readonly journal: Journal
}

async function open(directory: string): Promise<Opened> {
  const store = await openLevelStore(directory)
  return { store, journal: await openJournal(store) }
}

class JournalStore implements GenbaStore {
  readonly #directory: string
  readonly #builder = createFrameBuilder({ positioned: false })
  #store: KeyValueStore
  #journal: Journal
  #sequence: number
  frameBytes = 0

  constructor(directory: string, { store, journal }: Opened) {
    this.#directory = directory
    this.#store = store
    this.#journal = journal
    this.#sequence = journal.producer(PRODUCER).sequence + 1
  }

  async append(batches: readonly Batch[]): Promise<void> {
    const frames = this.#framesOf(batches.map(columnOf))
    const { stored } = await this.#journal.append(frames)
    if (stored.length < frames.length) throw new Error(`${frames.length - stored.length} frames were refused`)
    for (const { length } of frames) this.frameBytes += length
  }

  #framesOf(columns: readonly Column[]): Uint8Array[] {
    const content = this.#builder.append({ columns, completeBeforeUs: 0, position: '' }, 0)
    return [...content, ...this.#builder.flush()].map((each) => {
      const sequence = this.#sequence
      this.#sequence += 1
      return sealFrame(each, { producer: PRODUCER, epoch: EPOCH, sequence })
    })
  }

  /** Sealed as it is in the end, space given back. */
  async settle(): Promise<void> {
    // LevelDB moves its log into tables when it is opened; as on a gateway, frames are there before they are sealed.
    await this.#reopen()
    await sealStore(this.#journal, () => {})
    await this.#reopen()
  }

  async #reopen(): Promise<void> {
    await this.#journal.close()
    const { store, journal } = await open(this.#directory)
    this.#store = store
    this.#journal = journal
  }

  async read(tag: string, range: TimeRange): Promise<Samples> {
    const columns: Column[] = []
    for await (const column of this.#columns(tag, range)) columns.push(column)
    return concatenate(columns)
  }

  async decimate(tag: string, { fromUs = 0, toUs = 0 }: Required<TimeRange>): Promise<Picture> {
    const { timesUs, values } = await this.#journal.picture({ tag, fromUs, toUs, pointsMax: POINTS_MAX })
    return { of: 'samples', points: Array.from(timesUs, (timeUs, i) => ({ timeUs, value: values[i] ?? 0 })) }
  }

  async *#columns(tag: string, { fromUs, toUs }: TimeRange): AsyncIterable<Column> {
    const query = { tags: [tag], fromUs: fromUs ?? null, toUs: toUs ?? null, cursor: '' }
    for await (const { bytes } of this.#journal.range(query)) {
      const frame = decodeFrame(bytes)
      if (frame.body === 'samples') yield* frame.columns
    }
  }

  bytesByPart(): Promise<BytesByPart> {
    return bytesByPart(this.#store)
  }

  close(): Promise<void> {
    return this.#journal.close()
  }
}

const columnOf = ({ tag, timesUs, data }: Batch): Column => ({
  tag,
  timesUs,
  quality: new Uint8Array(timesUs.length),
  data,
})

function concatenate(columns: readonly Column[]): Samples {
  const timesUs = new Float64Array(columns.reduce((sum, column) => sum + column.timesUs.length, 0))
  let start = 0
  for (const column of columns) {
    timesUs.set(column.timesUs, start)
    start += column.timesUs.length
  }
  return { timesUs, data: concatenateValues(columns, timesUs.length) }
}

function concatenateValues(columns: readonly Column[], length: number): ColumnValues {
  const kind = columns[0]?.data.kind ?? 'number'
  if (kind === 'text') {
    return { kind, values: columns.flatMap(({ data }) => (data.kind === kind ? data.values : [])) }
  }
  const data: ColumnValues =
    kind === 'number' ? { kind, values: new Float64Array(length) } : { kind, values: new Uint8Array(length) }
  let start = 0
  for (const column of columns) {
    if (column.data.kind !== 'text') data.values.set(column.data.values, start)
    start += column.timesUs.length
  }
  return data
}
