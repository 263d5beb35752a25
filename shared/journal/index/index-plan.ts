import type { ColumnSummary } from '../../frame/frame.ts'
import { TAG_INDEXED_COLUMNS_MAX } from '../limits.ts'
import { union } from '../union.ts'

/** What a frame holds of one tag. */
export interface TagColumn extends Omit<ColumnSummary, 'kind'> {
  readonly kinds: readonly ColumnSummary['kind'][]
}

/** How a frame is entered in the time indexes. */
export interface IndexPlan {
  readonly columns: readonly TagColumn[]
  /** Bounds of the frame where it has one entry for its producer instead of one for each tag. */
  readonly wide: { readonly minTimeUs: number; readonly maxTimeUs: number } | undefined
}

export function indexPlanOf(frameColumns: readonly ColumnSummary[]): IndexPlan {
  const columns = mergeByTag(frameColumns)
  if (columns.length <= TAG_INDEXED_COLUMNS_MAX) return { columns, wide: undefined }
  let minTimeUs = Number.POSITIVE_INFINITY
  let maxTimeUs = Number.NEGATIVE_INFINITY
  for (const column of columns) {
    minTimeUs = Math.min(minTimeUs, column.minTimeUs)
    maxTimeUs = Math.max(maxTimeUs, column.maxTimeUs)
  }
  return { columns, wide: { minTimeUs, maxTimeUs } }
}

/** One entry a tag: a tag whose type changes within a frame has two columns. Columns without samples are nothing. */
function mergeByTag(columns: readonly ColumnSummary[]): readonly TagColumn[] {
  const merged = new Map<string, TagColumn>()
  for (const { tag, kind, sampleCount, minTimeUs, maxTimeUs } of columns) {
    if (sampleCount === 0) continue
    const other = merged.get(tag)
    merged.set(tag, {
      tag,
      kinds: union(other?.kinds ?? [], [kind]),
      sampleCount: sampleCount + (other?.sampleCount ?? 0),
      minTimeUs: Math.min(minTimeUs, other?.minTimeUs ?? minTimeUs),
      maxTimeUs: Math.max(maxTimeUs, other?.maxTimeUs ?? maxTimeUs),
    })
  }
  return [...merged.values()]
}
