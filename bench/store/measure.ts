import { mkdirSync, rmSync } from 'node:fs'
import { bytesOf, dropFromCache, peakRssBytes, writtenBytes } from './disk.ts'
import { type Series, type TimeRange, tenthsOf } from './series.ts'
import type { BenchStore, OpenStore } from './store.ts'
import type { MonthFigures, SeriesFigures } from './task.ts'
import { Reference, requirePicture, requireSame } from './verify.ts'

/** Warm reads: the median of so many, or of as many as fit into the time. */
const WARM_RUNS = 5
const WARM_MS = 2_000

/** The tenth that is timed: in the middle, where the machine's repeated hour is. */
const TIMED_TENTH = 5

/** Writes a series into an empty store, then reads it back; nothing is told unless every bit came back. */
export function measureSeries(open: OpenStore, directory: string, series: Series): Promise<SeriesFigures> {
  return withStore(open, directory, series, async (store, written) => ({
    ...written,
    ...(await measureReads(store, series)),
  }))
}

/** The same, with a picture of all of it first. */
export function measureMonth(open: OpenStore, directory: string, series: Series): Promise<MonthFigures> {
  return withStore(open, directory, series, async (store, written) => {
    const range = { fromUs: series.timeUsAt(0), toUs: series.timeUsAt(series.sampleCount - 1) + 1 }
    const picture = await timeColdAndWarm(() => store.decimate(series.tag, range))
    requirePicture(series.name, picture.result, series)
    const reads = await measureReads(store, series)
    return { ...written, ...reads, decimatedColdMs: picture.coldMs, decimatedWarmMs: picture.warmMs }
  })
}

type Written = Omit<SeriesFigures, 'readColdMs' | 'readWarmMs' | 'rssBytes'>

/** Fills a store, opens it again as after a restart with nothing of it in memory, and removes it in the end. */
async function withStore<Result>(
  open: OpenStore,
  directory: string,
  series: Series,
  use: (store: BenchStore, written: Written) => Promise<Result>,
): Promise<Result> {
  mkdirSync(directory)
  try {
    const written = await write(open, directory, series)
    dropFromCache(directory)
    const store = await open(directory, series.kind)
    try {
      return await use(store, written)
    } finally {
      await store.close()
    }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function write(open: OpenStore, directory: string, series: Series): Promise<Written> {
  const writtenBefore = writtenBytes()
  const store = await open(directory, series.kind)
  let appendMs = 0
  for (const batch of series.batches()) {
    const startMs = performance.now()
    await store.append([batch])
    appendMs += performance.now() - startMs
  }
  const settleStartMs = performance.now()
  await store.settle()
  const settleMs = performance.now() - settleStartMs
  const { frameBytes = 0 } = store
  const bytesByPart = await store.bytesByPart?.()
  await store.close()
  return {
    sampleCount: series.sampleCount,
    bytesOnDisk: bytesOf(directory),
    ...(bytesByPart && { bytesByPart }),
    appendMs,
    settleMs,
    writtenBytes: writtenBytes() - writtenBefore,
    frameBytes,
  }
}

/** A tenth cold and warm, then all tenths for their bits alone. */
async function measureReads(store: BenchStore, series: Series) {
  const tenths = tenthsOf(series)
  const timed = tenths[TIMED_TENTH] as TimeRange
  const { result, coldMs, warmMs } = await timeColdAndWarm(() => store.read(series.tag, timed))
  const rssBytes = peakRssBytes()
  const reference = new Reference(series)
  for (const tenth of tenths) {
    const samples = await store.read(series.tag, tenth)
    reference.require(samples)
    if (tenth === timed) requireSame(series.name, result, samples)
  }
  reference.requireEnd()
  return { readColdMs: coldMs, readWarmMs: warmMs, rssBytes }
}

async function timeColdAndWarm<Result>(run: () => Promise<Result>) {
  const coldStartMs = performance.now()
  const result = await run()
  const coldMs = performance.now() - coldStartMs
  const warmMs: number[] = []
  for (const startMs = performance.now(); warmMs.length < WARM_RUNS; ) {
    if (warmMs.length > 0 && performance.now() - startMs > WARM_MS) break
    const runStartMs = performance.now()
    await run()
    warmMs.push(performance.now() - runStartMs)
  }
  return { result, coldMs, warmMs: median(warmMs) }
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
