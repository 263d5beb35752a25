import { createFrameBuilder } from '../shared/frame/builder.ts'
import { sliceColumn } from '../shared/frame/column.ts'
import { decodeFrame } from '../shared/frame/decode.ts'
import { sealFrame } from '../shared/frame/encode.ts'
import type { Column } from '../shared/frame/frame.ts'
import { atLeast, type Benchmark, type BenchResult } from './benchmark.ts'
import { type Format, frameFormat, otherFormats } from './frame/formats.ts'
import { generateSeries, readSeries, type Series } from './frame/series.ts'

/** Each measurement runs at least this long, after one round that warms up. */
const MEASURE_MS = 250

/** Samples that a source gives at once. */
const BATCH_SAMPLES = 512

const PER_SECOND_WANTED = 20_000_000

interface Measured {
  readonly sampleCount: number
  readonly bytes: number
  readonly encodeMs: number
  readonly decodeMs: number
}

/**
 * Every format carries the same samples in the same units: the columns as the builder cuts them for frames of the
 * default size. Speeds are of one core.
 */
export const bench: Benchmark = {
  name: 'frame',
  summary:
    'samples/s and bytes/sample of the columnar frame against JSON, MessagePack and gzip; --data FILE.csv …',
  run: (progress, args) => {
    const paths = args.filter((arg) => arg !== '--data')
    const all = [...paths.map(readSeries), ...generateSeries()]
    const measured = new Map<string, Map<string, Measured>>()
    const built: Measured[] = []
    for (const series of all) {
      progress(`${series.name}: ${series.column.timesUs.length} samples`)
      const { columns, buildMs } = cut(series)
      built.push({ sampleCount: series.column.timesUs.length, bytes: 0, encodeMs: buildMs, decodeMs: 0 })
      const formats = [frameFormat, ...otherFormats]
      measured.set(series.name, new Map(formats.map((format) => [format.name, measure(format, columns)])))
    }
    return toResult(measured, sum(built))
  },
}

/** Cuts a series into the columns of full frames, and times that with the building of the frames. */
function cut(series: Series): { columns: Column[]; buildMs: number } {
  const { column } = series
  const build = () => {
    const builder = createFrameBuilder({ positioned: false })
    const contents = []
    for (let from = 0; from < column.timesUs.length; from += BATCH_SAMPLES) {
      const batch = sliceColumn(column, from, Math.min(from + BATCH_SAMPLES, column.timesUs.length))
      contents.push(...builder.append({ columns: [batch], completeBeforeUs: 0, position: '' }, 0))
    }
    contents.push(...builder.flush())
    return contents.map((content) => sealFrame(content, { producer: 'bench', epoch: 1, sequence: 0 }))
  }
  const frames = build()
  const columns = frames.flatMap((bytes) => {
    const frame = decodeFrame(bytes)
    return frame.body === 'samples' ? [...frame.columns] : []
  })
  return { columns, buildMs: timeOnce(build) }
}

function measure(format: Format, columns: readonly Column[]): Measured {
  const encoded = columns.map((column) => format.encode(column))
  return {
    sampleCount: columns.reduce((total, column) => total + column.timesUs.length, 0),
    bytes: encoded.reduce((total, bytes) => total + bytes.length, 0),
    encodeMs: timeOnce(() => columns.map((column) => format.encode(column).length)),
    decodeMs: timeOnce(() => encoded.map((bytes) => format.decode(bytes)).length),
  }
}

/** Milliseconds of one run: the fastest of all that fit into the time, since noise only ever adds. */
function timeOnce(run: () => unknown): number {
  run()
  let fastestMs = Number.POSITIVE_INFINITY
  for (const startMs = performance.now(); performance.now() - startMs < MEASURE_MS; ) {
    const runMs = performance.now()
    run()
    fastestMs = Math.min(fastestMs, performance.now() - runMs)
  }
  return fastestMs
}

function toResult(
  measured: ReadonlyMap<string, ReadonlyMap<string, Measured>>,
  built: Measured,
): BenchResult {
  const totals = new Map<string, Measured>()
  for (const { name } of [frameFormat, ...otherFormats]) {
    totals.set(name, sum([...measured.values()].flatMap((formats) => formats.get(name) ?? [])))
  }
  const frame = figuresOf(totals.get('frame'))
  const json = figuresOf(totals.get('json'))
  const ratio = (name: string) => figuresOf(totals.get(name)).bytesPerSample / frame.bytesPerSample
  return {
    figures: {
      ...frame,
      buildPerSecond: figuresOf(built).encodePerSecond,
      frame: Object.fromEntries(
        [...measured].map(([name, formats]) => [name, figuresOf(formats.get('frame'))]),
      ),
      others: Object.fromEntries(otherFormats.map(({ name }) => [name, figuresOf(totals.get(name))])),
    },
    ratios: {
      bytesVsJson: ratio('json'),
      bytesVsGzipJson: ratio('jsonGzip'),
      bytesVsJsonColumns: ratio('jsonColumns'),
      bytesVsGzipJsonColumns: ratio('jsonColumnsGzip'),
      bytesVsMessagePack: ratio('messagePack'),
      bytesVsGzipMessagePack: ratio('messagePackGzip'),
      encodeVsJson: frame.encodePerSecond / json.encodePerSecond,
      decodeVsJson: frame.decodePerSecond / json.decodePerSecond,
    },
    goals: {
      encodePerSecond: atLeast(PER_SECOND_WANTED, frame.encodePerSecond),
      decodePerSecond: atLeast(PER_SECOND_WANTED, frame.decodePerSecond),
    },
  }
}

function sum(parts: readonly Measured[]): Measured {
  return parts.reduce(
    (total, part) => ({
      sampleCount: total.sampleCount + part.sampleCount,
      bytes: total.bytes + part.bytes,
      encodeMs: total.encodeMs + part.encodeMs,
      decodeMs: total.decodeMs + part.decodeMs,
    }),
    { sampleCount: 0, bytes: 0, encodeMs: 0, decodeMs: 0 },
  )
}

function figuresOf(measured: Measured = { sampleCount: 0, bytes: 0, encodeMs: 0, decodeMs: 0 }) {
  return {
    encodePerSecond: (measured.sampleCount / measured.encodeMs) * 1000,
    decodePerSecond: (measured.sampleCount / measured.decodeMs) * 1000,
    bytesPerSample: measured.bytes / measured.sampleCount,
  }
}
