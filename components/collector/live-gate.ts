import { type Column, Quality } from '../../shared/frame/frame.ts'
import { isAheadOfWallClock } from '../../shared/time/lead.ts'

interface LiveBatch {
  readonly columns: readonly Column[]
  readonly completeBeforeUs: number
}

/**
 * What is done to the samples of a source that cannot be read again, between the source and the frames: time stamps
 * too far ahead are quarantined, gaps are marked, and the watermark is kept from going back or being moved by a
 * clock that runs ahead.
 */
export interface LiveGate {
  pass(batch: LiveBatch, wallUs: number): LiveBatch
  /** From here on samples of all tags may be missing. */
  markGap(): void
  /** Samples of these were given up. */
  markShed(columns: readonly Column[]): void
}

/** @param isRestart the source was read by an earlier process, so what came in between is missing */
export function createLiveGate(leadUs: number, isRestart: boolean): LiveGate {
  let completeBeforeUs = -Infinity
  /** Every tag has a gap before its first sample, except those that have been seen since. */
  let isGap = isRestart
  const whole = new Set<string>()
  const shed = new Set<string>()

  function hasGapBefore(tag: string): boolean {
    const wasShed = shed.delete(tag)
    if (!isGap || whole.has(tag)) return wasShed
    whole.add(tag)
    return true
  }

  return {
    pass(batch, wallUs) {
      const limit = batch.completeBeforeUs
      const isBelievable = limit === Infinity || !isAheadOfWallClock(limit, wallUs, leadUs)
      if (isBelievable) completeBeforeUs = Math.max(completeBeforeUs, limit)
      const columns = batch.columns
        .filter(({ timesUs }) => timesUs.length > 0)
        .map((column) => qualify(column, { wallUs, leadUs, hasGap: hasGapBefore(column.tag) }))
      return { columns, completeBeforeUs }
    },
    markGap() {
      isGap = true
      whole.clear()
    },
    markShed(columns) {
      for (const { tag, timesUs } of columns) if (timesUs.length > 0) shed.add(tag)
    },
  }
}

interface Doubts {
  readonly wallUs: number
  readonly leadUs: number
  readonly hasGap: boolean
}

/** The column itself when there is no doubt; otherwise a copy with other qualities. */
function qualify(column: Column, { wallUs, leadUs, hasGap }: Doubts): Column {
  let quality: Uint8Array | undefined
  const add = (index: number, flag: number) => {
    quality ??= column.quality.slice()
    const before = quality[index] ?? 0
    const severity = Math.max(before & Quality.severityMask, Quality.uncertain)
    quality[index] = (before & ~Quality.severityMask) | severity | flag
  }
  if (hasGap) add(0, Quality.gapBefore)
  for (let index = 0; index < column.timesUs.length; index++) {
    if (isAheadOfWallClock(column.timesUs[index] ?? 0, wallUs, leadUs)) add(index, Quality.quarantined)
  }
  return quality === undefined ? column : { ...column, quality }
}
