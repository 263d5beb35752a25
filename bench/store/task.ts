import * as z from 'zod'

export const STORE_NAMES = ['genba', 'sqlite', 'duckdb', 'parquet'] as const
export type StoreName = (typeof STORE_NAMES)[number]

/** What a process of one store is started with, as the text of its only argument. */
export const StoreTask = z.object({
  store: z.enum(STORE_NAMES),
  /** For the files of the store; exists. */
  directory: z.string(),
  /** Of the logged series; none without. */
  dataDirectory: z.string().or(z.undefined()).optional(),
})
export type StoreTask = z.output<typeof StoreTask>

/** Proofs are those of all frames that ever came, the index is that of the frames that are left. */
const BytesByPart = z.object({
  chunks: z.number(),
  rollups: z.number(),
  proofs: z.number(),
  index: z.number(),
  frames: z.number(),
})
export type BytesByPart = z.output<typeof BytesByPart>

export const SeriesFigures = z.object({
  sampleCount: z.number(),
  bytesOnDisk: z.number(),
  /** What is on the disk by what it is for, where a store has more than samples. */
  bytesByPart: BytesByPart.optional(),
  /** Until the last batch was durable. */
  appendMs: z.number(),
  /** From then on until nothing was left to do. */
  settleMs: z.number(),
  writtenBytes: z.number(),
  /** 0 where a store has no frames. */
  frameBytes: z.number(),
  readColdMs: z.number(),
  readWarmMs: z.number(),
  rssBytes: z.number(),
})
export type SeriesFigures = z.output<typeof SeriesFigures>

export const MonthFigures = SeriesFigures.extend({
  decimatedColdMs: z.number(),
  decimatedWarmMs: z.number(),
})
export type MonthFigures = z.output<typeof MonthFigures>

export const ManyTagsFigures = z.object({
  sampleCount: z.number(),
  /** Until nothing was left to do. */
  ms: z.number(),
  writtenBytes: z.number(),
  frameBytes: z.number(),
})
export type ManyTagsFigures = z.output<typeof ManyTagsFigures>

/** One message to the process; it answers with the figures asked for. */
export const Request = z.discriminatedUnion('of', [
  z.object({ of: z.literal('series'), name: z.string() }),
  z.object({ of: z.literal('month') }),
  z.object({ of: z.literal('manyTags'), commitsMax: z.number() }),
])
export type Request = z.output<typeof Request>
