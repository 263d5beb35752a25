import { NOTHING_SEALED, type Sealing } from '../sealing.ts'
import type { Producer } from '../state.ts'
import { type JournalTotals, NO_TOTALS } from '../totals.ts'
import type { ChunkFigures } from './chunks.ts'
import type { FrameFigures } from './frames.ts'
import type { Repair } from './parts.ts'

export interface Found {
  readonly chunks: ChunkFigures
  readonly frames: FrameFigures
  readonly sealedLsn: number
  readonly headLsn: number
}

/** Figures that agree with one another: those that were stored, and where they are lost, those that follow. */
export function figuresOf({ remains, catalogue, leaves }: Repair, found: Found) {
  const { chunks, frames, sealedLsn, headLsn } = found
  const frameLeaves = headLsn - remains.proofStartLsn + 1
  const before = remains.sealing ?? {
    ...NOTHING_SEALED,
    sealedLsn,
    chunkLeaves: Math.max(0, leaves.size - frameLeaves),
    frameBytes: Math.max(0, (remains.totals?.frameBytes ?? 0) - frames.unsealedBytes),
  }
  const sealing: Sealing = {
    ...before,
    chunks: chunks.chunks,
    samples: chunks.samples,
    chunkBytes: chunks.chunkBytes,
  }
  const producers = [...catalogue.producers.values()]
  const totals: JournalTotals = remains.totals ?? {
    ...NO_TOTALS,
    frames: headLsn,
    frameBytes: sealing.frameBytes + frames.unsealedBytes,
    samples: sum(producers, 'sampleCount'),
    records: sum(producers, 'recordCount'),
    summaries: frames.summaries,
  }
  return { totals, sealing, producers: accounted(producers, catalogue.uncounted, totals) }
}

/** What the totals have more than all producers together came from one whose counts are lost. */
function accounted(
  producers: readonly Producer[],
  name: string | undefined,
  totals: JournalTotals,
): readonly Producer[] {
  return producers.map((producer) =>
    producer.producer !== name
      ? producer
      : {
          ...producer,
          frameCount: producer.frameCount + totals.frames - sum(producers, 'frameCount'),
          sampleCount: producer.sampleCount + totals.samples - sum(producers, 'sampleCount'),
          recordCount: producer.recordCount + totals.records - sum(producers, 'recordCount'),
        },
  )
}

const sum = (producers: readonly Producer[], count: 'frameCount' | 'sampleCount' | 'recordCount'): number =>
  producers.reduce((total, producer) => total + producer[count], 0)
