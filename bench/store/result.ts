import { atLeast, atMost, type BenchResult, type Figures } from '../benchmark.ts'
import {
  type ManyTagsFigures,
  type MonthFigures,
  type SeriesFigures,
  STORE_NAMES,
  type StoreName,
} from './task.ts'

const GOALS = {
  bytesVsSqlite: 0.05,
  bytesVsDuckdb: 0.2,
  bytesVsParquet: 0.6,
  ingestVsSqlite: 20,
  decimatedMonthWarmMs: 20,
  decimatedMonthColdMs: 100,
  writeAmplification: 4,
  rssBytes: 150_000_000,
}

export interface StoreFigures {
  /** By the name of the series. */
  readonly series: ReadonlyMap<string, SeriesFigures>
  readonly month: MonthFigures
}

/** The same commits of many tags; the other stores say nothing new about them. */
export interface ManyTags {
  readonly genba: ManyTagsFigures
  readonly sqlite: ManyTagsFigures
}

export function toResult(stores: Readonly<Record<StoreName, StoreFigures>>, manyTags: ManyTags): BenchResult {
  const { genba } = stores
  const { decimatedWarmMs: decimatedMonthWarmMs, decimatedColdMs: decimatedMonthColdMs } = genba.month
  const writeAmplification = manyTags.genba.writtenBytes / manyTags.genba.frameBytes
  const rssBytes = rssOf(genba)
  const ratios = {
    bytesVsSqlite: bytesRatio(genba, stores.sqlite),
    bytesVsDuckdb: bytesRatio(genba, stores.duckdb),
    bytesVsParquet: bytesRatio(genba, stores.parquet),
    ingestVsSqlite: ingestOf(genba) / ingestOf(stores.sqlite),
    ingestVsDuckdb: ingestOf(genba) / ingestOf(stores.duckdb),
    ingestOfManyTagsVsSqlite: speedOf([manyTags.genba]) / speedOf([manyTags.sqlite]),
  }
  return {
    figures: {
      ingestPerSecond: ingestOf(genba),
      ingestOfManyTagsPerSecond: speedOf([manyTags.genba]),
      decimatedMonthWarmMs,
      decimatedMonthColdMs,
      writeAmplification,
      writeAmplificationOfSmallCommits: smallCommits(genba),
      rssBytes,
      series: Object.fromEntries(
        [...genba.series.keys()].map((name) => [
          name,
          eachStore(stores, (store) => seriesFigures(store, name)),
        ]),
      ),
      month: eachStore(stores, monthFigures),
      others: {
        sqliteIngestPerSecond: ingestOf(stores.sqlite),
        sqliteIngestOfManyTagsPerSecond: speedOf([manyTags.sqlite]),
        duckdbIngestPerSecond: ingestOf(stores.duckdb),
      },
    },
    ratios,
    goals: {
      bytesVsSqlite: atMost(GOALS.bytesVsSqlite, ratios.bytesVsSqlite),
      bytesVsDuckdb: atMost(GOALS.bytesVsDuckdb, ratios.bytesVsDuckdb),
      bytesVsParquet: atMost(GOALS.bytesVsParquet, ratios.bytesVsParquet),
      ingestVsSqlite: atLeast(GOALS.ingestVsSqlite, ratios.ingestVsSqlite),
      decimatedMonthWarmMs: atMost(GOALS.decimatedMonthWarmMs, decimatedMonthWarmMs),
      decimatedMonthColdMs: atMost(GOALS.decimatedMonthColdMs, decimatedMonthColdMs),
      writeAmplification: atMost(GOALS.writeAmplification, writeAmplification),
      rssBytes: atMost(GOALS.rssBytes, rssBytes),
    },
  }
}

const eachStore = (
  stores: Readonly<Record<StoreName, StoreFigures>>,
  figuresOf: (store: StoreFigures) => Figures,
): Figures => Object.fromEntries(STORE_NAMES.map((name) => [name, figuresOf(stores[name])]))

function seriesFigures({ series }: StoreFigures, name: string): Figures {
  const figures = series.get(name)
  return figures === undefined ? {} : commonFigures(figures)
}

const monthFigures = ({ month }: StoreFigures): Figures => ({
  ...commonFigures(month),
  decimatedColdMs: month.decimatedColdMs,
  decimatedWarmMs: month.decimatedWarmMs,
})

function commonFigures(figures: SeriesFigures): Figures {
  const { sampleCount, bytesOnDisk, appendMs, settleMs, writtenBytes, readColdMs, readWarmMs } = figures
  const parts = Object.entries(figures.bytesByPart ?? {})
  const namedBytes = parts.reduce((sum, [, bytes]) => sum + bytes, 0)
  return {
    bytesPerSample: bytesOnDisk / sampleCount,
    ...(parts.length > 0 && {
      bytesPerSampleByPart: {
        ...Object.fromEntries(parts.map(([part, bytes]) => [part, bytes / sampleCount])),
        // Producers, tags, figures, and what the files take besides.
        rest: (bytesOnDisk - namedBytes) / sampleCount,
      },
    }),
    writtenBytesPerSample: writtenBytes / sampleCount,
    appendPerSecond: (sampleCount / appendMs) * 1000,
    settleMs,
    readColdMs,
    readWarmMs,
  }
}

/** Each series counts the same, however long it is. */
function bytesRatio(ours: StoreFigures, theirs: StoreFigures): number {
  const logs = [...ours.series].map(([name, { bytesOnDisk }]) =>
    Math.log(bytesOnDisk / (theirs.series.get(name)?.bytesOnDisk ?? Number.NaN)),
  )
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length)
}

/**
 * Samples a second over all series and the month, with the work that is left when the last batch is durable: what is
 * put off is not saved.
 */
function ingestOf(store: StoreFigures): number {
  return speedOf(
    allOf(store).map(({ sampleCount, appendMs, settleMs }) => ({ sampleCount, ms: appendMs + settleMs })),
  )
}

function speedOf(all: readonly { readonly sampleCount: number; readonly ms: number }[]): number {
  const ms = all.reduce((sum, each) => sum + each.ms, 0)
  return (all.reduce((sum, each) => sum + each.sampleCount, 0) / ms) * 1000
}

/** Bytes to the disk a byte of frame where each commit is one frame of one tag. */
function smallCommits(store: StoreFigures): number {
  const all = allOf(store)
  const writtenBytes = all.reduce((sum, figures) => sum + figures.writtenBytes, 0)
  return writtenBytes / all.reduce((sum, { frameBytes }) => sum + frameBytes, 0)
}

const rssOf = (store: StoreFigures): number => Math.max(...allOf(store).map(({ rssBytes }) => rssBytes))

const allOf = ({ series, month }: StoreFigures): SeriesFigures[] => [...series.values(), month]
