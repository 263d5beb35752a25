import type { LawState } from '../journal/law-state.ts'
import type { Piece, PieceRange } from '../journal/removal/pieces.ts'
import { decideRetention } from '../retention/decide.ts'
import type { DiskLevel } from '../retention/disk-level.ts'
import type { Policy } from '../retention/policy.ts'
import type { RetentionDecision, Verdict } from '../retention/precedence.ts'
import { type RetentionClock, retentionClock } from '../retention/trusted-time.ts'
import { TIME_US_MIN } from '../time/time.ts'
import type { LawKeeper } from './law-keeper.ts'
import { runRecordRetention } from './record-run.ts'
import { BATCH_PIECES, type DuePiece, removeWithRecord } from './remove-pieces.ts'
import type { RetentionParts } from './retention-parts.ts'
import { storedDataOf } from './stored-data-of.ts'

/** What one run did, and what it had to leave. */
export interface RetentionReport {
  readonly erased: {
    /** Those that were reduced to rollups are among them, as far as their samples go. */
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
  readonly #due: Record<'erase' | 'reduce', DuePiece[]> = { erase: [], reduce: [] }

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
    await this.#remove('erase')
    await this.#remove('reduce')
    return { erased: this.#erased, kept: this.#kept, keptCount: this.#keptCount }
  }

  async #judgeTag(tag: string): Promise<void> {
    const { journal, keeper, signal } = this.#parts
    const range = this.#rangeOf(tag)
    if (range === undefined) return
    for await (const piece of journal.pieces(tag, range)) {
      if (signal?.aborted) return
      const decision = decideOn(piece, keeper, { clock: this.#clock })
      const action = ACTIONS[decision.verdict]
      if (action === undefined) {
        this.#noteKept(piece, decision)
        continue
      }
      this.#due[action].push({ piece, decision })
      if (this.#due[action].length >= BATCH_PIECES[action]) await this.#remove(action)
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
    const { keepAtMost, keepRawAtMost } = policy.classOf(tag)
    const { isConfirmed, trustedUs } = this.#clock
    for (const limit of [keepAtMost, keepRawAtMost]) {
      if (limit !== undefined && isConfirmed) ends.push(trustedUs - limit)
    }
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

  async #remove(action: 'erase' | 'reduce'): Promise<void> {
    const due = this.#due[action]
    this.#due[action] = []
    await removeWithRecord(this.#parts, action, due)
    for (const { piece } of due) {
      this.#erased.pieces += 1
      this.#erased.samples += piece.form === 'raw' ? piece.sampleCount : 0
      this.#erased.bytes += piece.sizeBytes
    }
  }
}

/** What becomes of a piece at once. */
const ACTIONS: Partial<Record<Verdict, 'erase' | 'reduce'>> = {
  'must-erase': 'erase',
  'must-reduce': 'reduce',
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

export interface Circumstances {
  readonly clock: RetentionClock
  /** `normal` when left out: the disk presses on nothing. */
  readonly diskLevel?: DiskLevel
  /** What it counts as, when not as what it is. */
  readonly form?: Piece['form']
}

export function decideOn(
  piece: Piece,
  { policy, law }: Pick<LawKeeper, 'policy' | 'law'>,
  { clock, diskLevel = 'normal', form = piece.form }: Circumstances,
): RetentionDecision {
  const facts = { data: storedDataOf({ ...piece, form }, policy), erasures: law.erasures, diskLevel }
  return decideRetention(facts, policy, law.holds, clock)
}
