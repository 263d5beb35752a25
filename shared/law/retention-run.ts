import type { LawState } from '../journal/law-state.ts'
import type { Piece, PieceRange } from '../journal/removal/pieces.ts'
import { decideRetention } from '../retention/decide.ts'
import type { Policy } from '../retention/policy.ts'
import type { RetentionDecision } from '../retention/precedence.ts'
import { type RetentionClock, retentionClock } from '../retention/trusted-time.ts'
import { TIME_US_MIN } from '../time/time.ts'
import type { LawKeeper } from './law-keeper.ts'
import { runRecordRetention } from './record-run.ts'
import type { RetentionParts } from './retention-parts.ts'
import { storedDataOf } from './stored-data-of.ts'

/** What one run did, and what it had to leave. */
export interface RetentionReport {
  readonly erased: {
    readonly pieces: number
    readonly samples: number
    readonly bytes: number
    readonly records: number
  }
  /** Would have to go, but a duty or a hold keeps it. */
  readonly kept: readonly KeptPiece[]
  readonly keptCount: number
}

export interface KeptPiece {
  readonly tag: string
  readonly fromUs: number
  readonly toUs: number
  readonly reason: string
  readonly untilUs: number | null
}

/** Named in a report; the others are counted. */
const KEPT_NAMED_MAX = 100

/** Pieces removed in one batch, with one record. */
const BATCH_PIECES = 64

/**
 * Erases what must go: what has reached its limit, and what its subject has asked for. Every piece is decided on anew just
 * before it goes, and each batch is written with its record. Looks only at chunks that may have to go, so that a run costs
 * little where nothing is due.
 *
 * @throws StoreError; what was erased until then is recorded, and another run goes on
 */
export async function runRetention(parts: RetentionParts): Promise<RetentionReport> {
  const report = await new RetentionRun(parts).run()
  if (!parts.isWithRecords || !canAskForErasure(parts.keeper)) return report
  return { ...report, erased: { ...report.erased, records: await runRecordRetention(parts) } }
}

class RetentionRun {
  readonly #parts: RetentionParts
  readonly #kept: KeptPiece[] = []
  readonly #erased = { pieces: 0, samples: 0, bytes: 0, records: 0 }
  #keptCount = 0
  readonly #erasedUntilUs: ReadonlyMap<string, number>
  #due: { readonly piece: Piece; readonly decision: RetentionDecision }[] = []

  constructor(parts: RetentionParts) {
    this.#parts = parts
    this.#erasedUntilUs = openRequests(parts.keeper.law)
  }

  async run(): Promise<RetentionReport> {
    const { journal, signal } = this.#parts
    for (let tag = journal.tags('', 1)[0]?.tag; tag !== undefined; tag = journal.tags(tag, 1)[0]?.tag) {
      await this.#judgeTag(tag)
      if (signal?.aborted) break
    }
    await this.#erase()
    return { erased: this.#erased, kept: this.#kept, keptCount: this.#keptCount }
  }

  async #judgeTag(tag: string): Promise<void> {
    const { journal, keeper, signal } = this.#parts
    const range = this.#rangeOf(tag)
    if (range === undefined) return
    for await (const piece of journal.pieces(tag, range)) {
      if (signal?.aborted) return
      const decision = decideOn(piece, keeper, this.#clock)
      if (decision.verdict === 'must-erase') this.#due.push({ piece, decision })
      else this.#noteKept(piece, decision)
      if (this.#due.length >= BATCH_PIECES) await this.#erase()
    }
  }

  get #clock(): RetentionClock {
    return retentionClock(this.#parts.keeper.time)
  }

  /** Where pieces that must go may lie; undefined where none can. */
  #rangeOf(tag: string): PieceRange | undefined {
    const { policy, law } = this.#parts.keeper
    const ends = [...subjectsOf(tag, policy, law)].flatMap(
      (subject) => this.#erasedUntilUs.get(subject) ?? [],
    )
    const { keepAtMost } = policy.classOf(tag)
    const { isConfirmed, trustedUs } = this.#clock
    if (keepAtMost !== undefined && isConfirmed) ends.push(trustedUs - keepAtMost)
    return ends.length === 0 ? undefined : { fromUs: TIME_US_MIN, toUs: Math.max(...ends) }
  }

  #noteKept(
    { tag, fromUs, toUs }: Piece,
    { isRestricted, isOverdue, reasons, untilUs }: RetentionDecision,
  ): void {
    if (!isRestricted && !isOverdue) return
    this.#keptCount += 1
    if (this.#kept.length >= KEPT_NAMED_MAX) return
    const reason = reasons[0]?.text ?? ''
    this.#kept.push({ tag, fromUs, toUs, reason, untilUs: untilUs ?? null })
  }

  async #erase(): Promise<void> {
    const { journal, keeper, who } = this.#parts
    const due = this.#due
    this.#due = []
    if (due.length === 0) return
    const pieces = due.map(({ piece }) => piece)
    const entries = [...new Set(pieces.map(({ tag }) => tag))].map((tag) => {
      const own = due.filter(({ piece }) => piece.tag === tag)
      return removalEntry(who, own)
    })
    await keeper.trail.add(entries, (frames) => journal.removePieces(pieces, frames))
    for (const { sampleCount, sizeBytes } of pieces) {
      this.#erased.pieces += 1
      this.#erased.samples += sampleCount
      this.#erased.bytes += sizeBytes
    }
  }
}

/** Whether anything of the law could make any record go. */
const canAskForErasure = ({ law }: LawKeeper): boolean =>
  openRequests(law).size > 0 ||
  (law.history.at(-1)?.law.lawClasses.some(({ keepAtMost }) => keepAtMost !== undefined) ?? false)

/** Whom data of a tag, whenever it came, may be about. */
function subjectsOf(tag: string, policy: Policy, { history }: LawState): Set<string> {
  const revisions = [0, ...history.map(({ revision }) => revision)]
  return new Set(revisions.flatMap((revision) => policy.subjectOf(tag, revision) ?? []))
}

/** Of each subject the latest time that an open request means. */
function openRequests({ erasures }: LawState): Map<string, number> {
  const untilUs = new Map<string, number>()
  for (const request of erasures) {
    if (request.withdrawnBy !== undefined) continue
    untilUs.set(request.subject, Math.max(request.untilUs, untilUs.get(request.subject) ?? -Infinity))
  }
  return untilUs
}

/** Nobody measures the disk against a budget yet, so it presses on nothing. */
export function decideOn(
  piece: Piece,
  { policy, law }: Pick<LawKeeper, 'policy' | 'law'>,
  clock: RetentionClock,
): RetentionDecision {
  const facts = { data: storedDataOf(piece, policy), erasures: law.erasures, diskLevel: 'normal' as const }
  return decideRetention(facts, policy, law.holds, clock)
}

/** The record of pieces of one tag that go for the same kind of reason. */
function removalEntry(
  who: string,
  removed: readonly { readonly piece: Piece; readonly decision: RetentionDecision }[],
) {
  const pieces = removed.map(({ piece }) => piece)
  const [first] = removed
  return {
    action: 'erase' as const,
    who,
    target: `tag ${first?.piece.tag}`,
    tags: pieces.slice(0, 1).map(({ tag }) => tag),
    result: 'done' as const,
    reason: `${first?.decision.reasons[0]?.rule}: ${first?.decision.reasons[0]?.text}`,
    before: {
      fromUs: Math.min(...pieces.map(({ fromUs }) => fromUs)),
      toUs: Math.max(...pieces.map(({ toUs }) => toUs)),
      samples: pieces.reduce((sum, { sampleCount }) => sum + sampleCount, 0),
      // Their leaves in the Merkle log, which stay.
      leaves: pieces.map(({ place }) => place.chunkId),
    },
    after: null,
  }
}
