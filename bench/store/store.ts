import type { CurvePoint } from '../../shared/aggregate/downsample/m4.ts'
import type { Batch, Kind, Samples, TimeRange } from './series.ts'
import type { BytesByPart } from './task.ts'

/** What every store is asked to do here; each keeps its files in a folder of its own. */
export interface BenchStore {
  /** Of all frames appended since it was opened, where there are frames. */
  readonly frameBytes?: number
  /** One commit: durable when it resolves, where the store can do that. */
  append(batches: readonly Batch[]): Promise<void>
  /** Resolves when what is written has its final form and no work is left in the background. */
  settle(): Promise<void>
  /** By time; samples of one time in order of arrival. */
  read(tag: string, range: TimeRange): Promise<Samples>
  /** A picture of at most `POINTS_MAX` points of all samples in the range. */
  decimate(tag: string, range: Required<TimeRange>): Promise<Picture>
  /** What it keeps, by what it is for, where that is more than samples. */
  bytesByPart?(): Promise<BytesByPart>
  close(): Promise<void>
}

export const POINTS_MAX = 1_000

export type Picture =
  /** Samples of the series. */
  | { readonly of: 'samples'; readonly points: readonly CurvePoint[] }
  /** Extremes of equal spans of time, by their number from the beginning of the range; empty ones are left out. */
  | { readonly of: 'spans'; readonly spanUs: number; readonly spans: readonly Span[] }

export interface Span {
  readonly number: number
  readonly min: number
  readonly max: number
}

/** @param kind of the values of all tags */
export type OpenStore = (directory: string, kind: Kind) => Promise<BenchStore>

/** Width of the spans that give two points each. */
export const spanUsOf = (fromUs: number, toUs: number): number =>
  Math.ceil((toUs - fromUs) / (POINTS_MAX / 2))
