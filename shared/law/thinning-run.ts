import type { Piece, PieceRange } from '../journal/removal/pieces.ts'
import { type DiskLevel, shareOf } from '../retention/disk-level.ts'
import { termStartUs } from '../retention/stored-data.ts'
import { type DiskUse, type Drop, decideThinning, type ThinningCandidate } from '../retention/thinning.ts'
import { retentionClock } from '../retention/trusted-time.ts'
import { BATCH_PIECES, type DuePiece, removeWithRecord } from './remove-pieces.ts'
import type { RetentionParts } from './retention-parts.ts'
import { decideOn } from './retention-run.ts'

export interface ThinningReport {
  readonly pieces: number
  readonly samples: number
  /** By what the pieces took; of those that were reduced, less what is left of them. */
  readonly freedBytes: number
  /** More had to go, and nothing is left that may. */
  readonly isExhausted: boolean
}

export interface ThinningParts extends Omit<RetentionParts, 'isWithRecords'> {
  readonly use: DiskUse
}

/** Levels at which data is dropped, in the order in which it goes; what has to go anyway goes with a retention run. */
const DROP_LEVELS = ['drop-expired', 'thin', 'refuse'] as const

/** Pieces that are decided on together: so many are known beyond what is needed. */
const CANDIDATES_MAX = 256

/** What a rollup may take of its chunk: beyond, to reduce it frees too little. */
const REDUCED_SHARE_MAX = 0.5

/**
 * Drops data that nothing holds, as far as `decideThinning` says: level by level, the oldest parts of time first, so that
 * only what may go is looked for, and no more of it than has to. Each batch is written with its record.
 *
 * @throws StoreError; what was dropped until then is recorded, and another run goes on
 */
export async function runThinning(parts: ThinningParts): Promise<ThinningReport> {
  return new ThinningRun(parts).run()
}

class ThinningRun {
  readonly #parts: ThinningParts
  readonly #report = { pieces: 0, samples: 0, freedBytes: 0 }
  #isEnough = false

  constructor(parts: ThinningParts) {
    this.#parts = parts
  }

  async run(): Promise<ThinningReport> {
    for (const level of DROP_LEVELS) {
      this.#isEnough = false
      let found: Found[] = []
      for await (const each of this.#candidates(level)) {
        found.push(each)
        if (found.length < CANDIDATES_MAX) continue
        await this.#drop(level, found)
        found = []
        if (this.#isDone) break
      }
      await this.#drop(level, found)
    }
    const { usedBytes, budgetBytes } = this.#parts.use
    const isExhausted = usedBytes - this.#report.freedBytes >= shareOf('refuse') * budgetBytes
    return { ...this.#report, isExhausted }
  }

  get #isDone(): boolean {
    return this.#isEnough || this.#parts.signal?.aborted === true
  }

  /** Of one level, by parts of time. */
  async *#candidates(level: DiskLevel): AsyncGenerator<Found> {
    // Nothing is looked for at a level that the disk has not reached.
    if (decideThinning(this.#use, [probeOf(level)]).drops.length === 0) return
    const form = level === 'thin' ? 'raw' : undefined
    for (const { tag, range } of this.#places(level)) {
      for await (const piece of this.#parts.journal.pieces(tag, range, form)) {
        const found = await this.#candidate(piece, level)
        if (found !== undefined) yield found
        if (this.#isDone) return
      }
    }
  }

  /** Where something may lie that goes at a level. */
  *#places(level: DiskLevel): Generator<{ readonly tag: string; readonly range: PieceRange }> {
    const { journal } = this.#parts
    for (const { fromUs, toUs, tags } of journal.partitions()) {
      for (const tag of tags) {
        if (this.#isDone) return
        const endUs = Math.min(toUs, this.#dutyEndUs(tag))
        if (endUs < fromUs || (level === 'drop-expired' && !this.#hasDuty(tag))) continue
        yield { tag, range: { fromUs, toUs: endUs } }
      }
    }
  }

  /** Whether anything of the tag may ever have had one. */
  #hasDuty(tag: string): boolean {
    return this.#parts.keeper.policy.termsOf(tag, 0).keepAtLeastUs > 0
  }

  /** What came later is held by the duty of its tag's class, whatever else may hold it. */
  #dutyEndUs(tag: string): number {
    const { policy, time } = this.#parts.keeper
    const { keepAtLeast } = policy.classOf(tag)
    const { isConfirmed, provenUs } = retentionClock(time)
    if (keepAtLeast === 0) return Number.POSITIVE_INFINITY
    return isConfirmed ? provenUs - keepAtLeast : Number.NEGATIVE_INFINITY
  }

  async #candidate(piece: Piece, level: DiskLevel): Promise<Found | undefined> {
    const { keeper, journal } = this.#parts
    const clock = retentionClock(keeper.time)
    const first = decideOn(piece, keeper, { clock, diskLevel: level })
    if (first.dropAt === undefined || first.verdict === 'must-erase' || first.verdict === 'must-reduce')
      return
    if (first.dropAt !== 'thin' || level === 'drop-expired')
      return first.dropAt === level ? foundOf(piece, first, piece.sizeBytes) : undefined
    // Raw: what would be left of it decides when it is its turn.
    const leftBytes = await journal.reducedBytes(piece)
    const isReducible = leftBytes > 0 && leftBytes <= REDUCED_SHARE_MAX * piece.sizeBytes
    const decision = isReducible
      ? first
      : decideOn(piece, keeper, { clock, diskLevel: level, form: 'rollup' })
    if (decision.dropAt !== level) return undefined
    return foundOf(piece, decision, piece.sizeBytes - (isReducible ? leftBytes : 0))
  }

  async #drop(level: DiskLevel, found: readonly Found[]): Promise<void> {
    if (found.length === 0) return
    const { drops } = decideThinning(this.#use, found)
    this.#isEnough = drops.length < found.length
    const byId = new Map(found.map((each) => [each.id, each]))
    for (const [action, own] of groupsOf(drops.filter((drop) => drop.level === level))) {
      const due = own.flatMap(({ id }) => byId.get(id) ?? [])
      for (let start = 0; start < due.length && this.#parts.signal?.aborted !== true; ) {
        const batch = due.slice(start, start + BATCH_PIECES[action])
        await removeWithRecord(this.#parts, action, batch)
        for (const { piece, freesBytes } of batch) {
          this.#report.pieces += 1
          this.#report.samples += piece.form === 'raw' ? piece.sampleCount : 0
          this.#report.freedBytes += freesBytes
        }
        start += batch.length
      }
    }
  }

  get #use(): DiskUse {
    const { use } = this.#parts
    return { ...use, freedBytes: this.#report.freedBytes }
  }
}

interface Found extends ThinningCandidate, DuePiece {}

const foundOf = (piece: Piece, decision: Found['decision'], freesBytes: number): Found => ({
  id: `${piece.form} ${piece.place.chunkId}`,
  piece,
  decision,
  startUs: termStartUs({ eventToUs: piece.toUs, ingestToUs: piece.receipt.toUs }),
  freesBytes,
})

/** Would be dropped at a level if anything were. */
const probeOf = (dropAt: DiskLevel): ThinningCandidate => ({
  id: '',
  decision: { verdict: 'may-delete', reasons: [], isRestricted: false, isOverdue: false, dropAt },
  startUs: 0,
  freesBytes: 1,
})

function groupsOf(drops: readonly Drop[]): Map<'drop' | 'reduce', Drop[]> {
  const groups = new Map<'drop' | 'reduce', Drop[]>()
  for (const drop of drops) {
    const action = drop.action === 'roll-up' ? 'reduce' : 'drop'
    groups.set(action, [...(groups.get(action) ?? []), drop])
  }
  return groups
}
