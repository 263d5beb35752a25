/**
 * Quality of one sample, one byte: the low two bits are the OPC UA severity, the others say why.
 * Flags never make a sample better than its severity.
 */
export const Quality = {
  good: 0,
  uncertain: 1,
  bad: 2,
  severityMask: 0b11,
  /** Samples before this one may be missing: the source restarted, or intake was shed. */
  gapBefore: 1 << 2,
  /** The time stamp lies too far ahead to be believed: stored, counted, in no window. */
  quarantined: 1 << 3,
} as const

export type Severity = 'good' | 'uncertain' | 'bad'

/** The values of one column; a tag whose type changes gets a second column. */
export type ColumnValues =
  | { readonly kind: 'number'; readonly values: Float64Array }
  /** One byte a sample, 0 or 1. */
  | { readonly kind: 'boolean'; readonly values: Uint8Array }
  | { readonly kind: 'text'; readonly values: readonly string[] }

/** Samples of one tag in order of arrival; times need not ascend and may repeat. All arrays have one length. */
export interface Column {
  readonly tag: string
  readonly timesUs: Float64Array
  readonly quality: Uint8Array
  readonly data: ColumnValues
}

export interface FrameHeader {
  /** Who numbers these frames, such as `genba.Collector/press-line`. */
  readonly producer: string
  /** One process start of the producer; later starts have higher epochs. */
  readonly epoch: number
  /** 0, 1, 2 … within the epoch. (producer, epoch, sequence) is the frame's identity. */
  readonly sequence: number
  /**
   * The producer's watermark, exclusive: all of its samples earlier than this are in frames up to this one.
   * -Infinity while nothing is known, Infinity once a finite source has ended.
   */
  readonly completeBeforeUs: number
  /** Where a source that can be read again resumes after this frame; JSON text, '' when it cannot. */
  readonly position: string
}

export interface SampleFrame {
  readonly body: 'samples'
  readonly header: FrameHeader
  readonly columns: readonly Column[]
}

/** Records (summaries, alarms) travel by the same hand-off as samples; each is one JSON text. */
export interface RecordFrame {
  readonly body: 'records'
  readonly header: FrameHeader
  readonly records: readonly string[]
}

export type Frame = SampleFrame | RecordFrame

/** The part of a frame that exists before the hand-off gives it its identity. */
export type FrameContent =
  | (Pick<SampleFrame, 'body' | 'columns'> & Pick<FrameHeader, 'completeBeforeUs' | 'position'>)
  | (Pick<RecordFrame, 'body' | 'records'> & Pick<FrameHeader, 'completeBeforeUs' | 'position'>)

/** What a store needs to know of a column without decoding its values. */
export interface ColumnSummary {
  readonly tag: string
  readonly kind: ColumnValues['kind']
  readonly sampleCount: number
  readonly minTimeUs: number
  readonly maxTimeUs: number
}
