import type { Piece } from '../journal/removal/pieces.ts'
import type { RetentionDecision } from '../retention/precedence.ts'
import type { Removal } from './audit-record.ts'
import type { RetentionParts } from './retention-parts.ts'

export interface DuePiece {
  readonly piece: Piece
  readonly decision: RetentionDecision
}

/** Pieces removed in one batch, with one record for each tag; to make rollups of chunks these are decoded. */
export const BATCH_PIECES = { erase: 64, drop: 64, reduce: 16 } as const

/**
 * Takes pieces away in one batch with its record.
 * @param action `reduce`: rollups of chunks stay
 * @throws StoreError; then nothing has changed
 */
export async function removeWithRecord(
  { journal, keeper, who }: Pick<RetentionParts, 'journal' | 'keeper' | 'who'>,
  action: Removal,
  due: readonly DuePiece[],
): Promise<void> {
  if (due.length === 0) return
  const tags = [...new Set(due.map(({ piece }) => piece.tag))]
  const entries = tags.map((tag) =>
    removalEntry(
      who,
      action,
      due.filter(({ piece }) => piece.tag === tag),
    ),
  )
  const pieces = due.map(({ piece }) => piece)
  const options = { keepsRollups: action === 'reduce' }
  await keeper.trail.add(entries, (frames) => journal.removePieces(pieces, frames, options))
}

/** The record of pieces of one tag that go for the same kind of reason. */
function removalEntry(who: string, action: Removal, removed: readonly DuePiece[]) {
  const pieces = removed.map(({ piece }) => piece)
  const [first] = removed
  return {
    action,
    who,
    target: `tag ${first?.piece.tag}`,
    tags: pieces.slice(0, 1).map(({ tag }) => tag),
    result: 'done' as const,
    reason: `${first?.decision.reasons[0]?.rule}: ${first?.decision.reasons[0]?.text}`,
    before: {
      fromUs: Math.min(...pieces.map(({ fromUs }) => fromUs)),
      toUs: Math.max(...pieces.map(({ toUs }) => toUs)),
      samples: pieces.reduce((sum, { form, sampleCount }) => sum + (form === 'raw' ? sampleCount : 0), 0),
      // Their leaves in the Merkle log, which stay.
      leaves: pieces.map(({ place }) => place.chunkId),
    },
    after: action === 'reduce' ? { form: 'rollup' } : null,
  }
}
