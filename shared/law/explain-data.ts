import type { Journal } from '../journal/journal.ts'
import type { Piece } from '../journal/removal/pieces.ts'
import type { DiskLevel } from '../retention/disk-level.ts'
import { explainRetention } from '../retention/explain.ts'
import { retentionClock } from '../retention/trusted-time.ts'
import type { LawKeeper } from './law-keeper.ts'
import { decideOn } from './retention-run.ts'

export interface ExplainParts {
  readonly journal: Journal
  readonly keeper: LawKeeper
  /** How full the disk was when it was looked at last; left out where nobody looks. */
  readonly diskLevel?: () => DiskLevel
}

/** What becomes of the data of a tag at an instant, and why. */
export async function explainData({ journal, keeper, diskLevel }: ExplainParts, tag: string, atUs: number) {
  const stored = await pieceAt(journal, tag, atUs)
  const piece = stored ?? imagined(tag, atUs, keeper)
  const { policy } = keeper
  const { lawRevision } = piece.receipt
  const { lawClass, keepAtLeastUs, keepAtMostUs, dutyOf } = policy.termsOf(tag, lawRevision)
  const clock = retentionClock(keeper.time)
  const decision = decideOn(piece, keeper, { clock, ...(diskLevel && { diskLevel: diskLevel() }) })
  return {
    tag,
    atUs,
    /** `rollup`: its samples are gone. `none`: nothing sealed is there; then it is said of data that would have come just when it happened. */
    stored: stored === undefined ? 'none' : stored.form === 'raw' ? 'chunk' : 'rollup',
    piece: {
      fromUs: piece.fromUs,
      toUs: piece.toUs,
      receivedFromUs: piece.receipt.fromUs,
      receivedToUs: piece.receipt.toUs,
      lawRevision,
      samples: piece.sampleCount,
    },
    class: { ...lawClass, keepAtLeastUs, keepAtMostUs: keepAtMostUs ?? null, dutyOf },
    subject: policy.subjectOf(tag, lawRevision) ?? null,
    decision,
    text: explainRetention(decision),
  }
}

async function pieceAt(journal: Journal, tag: string, atUs: number): Promise<Piece | undefined> {
  for await (const piece of journal.pieces(tag, { fromUs: atUs, toUs: atUs })) return piece
  return undefined
}

function imagined(tag: string, atUs: number, { law }: LawKeeper): Piece {
  const lawRevision = law.history.at(-1)?.revision ?? 0
  const place = { partition: 0, tagId: 0, minTimeUs: atUs, chunkId: 0 }
  const receipt = { fromUs: atUs, toUs: atUs, lawRevision }
  return { tag, form: 'raw', place, fromUs: atUs, toUs: atUs, receipt, sampleCount: 0, sizeBytes: 0 }
}
