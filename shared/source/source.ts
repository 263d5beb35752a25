import type { SchedulerLike } from 'rxjs'
import type { Files, Log } from '../component/host.ts'
import type { Column } from '../frame/frame.ts'
import type { Clock } from '../time/time.ts'

/** What a source gives at once: some samples, how far they are complete, and where to resume after them. */
export interface SourceBatch {
  readonly columns: readonly Column[]
  /** Exclusive watermark after this batch; see `FrameHeader.completeBeforeUs`. It must not go back. */
  readonly completeBeforeUs: number
  /** JSON text; '' for a source that cannot be read again. */
  readonly position: string
  /** Samples refused before this batch that the source could not turn into data (cumulative, for the report). */
  readonly rejected?: number
}

/** What a source may use. */
export interface SourceContext {
  readonly clock: Clock
  readonly scheduler: SchedulerLike
  readonly files: Files
  readonly log: Log
  /** Aborted when the collector stops or drops the source. */
  readonly signal: AbortSignal
  /** The last position that is safe downstream; '' at the first start. */
  readonly resumeAfter: string
}

/**
 * A machine, a file, a bus: anything that gives samples. The collector pulls: it asks for the next batch only
 * when it has room, so a slow historian slows a file down and lets a live source buffer or shed by its policy.
 */
export interface Source {
  /** True when batches carry positions from which the source can be read again. */
  readonly replayable: boolean
  /** A finite source ends after a batch with `completeBeforeUs: Infinity`; a live one runs until the signal. */
  read(context: SourceContext): AsyncIterable<SourceBatch>
}

/** What a plug-in module exports under the name `createSource`. */
export type SourceFactory = (options: unknown) => Source
