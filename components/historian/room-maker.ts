import type { Log } from '../../shared/component/host.ts'
import type { Journal } from '../../shared/journal/journal.ts'
import type { LawState } from '../../shared/journal/law-state.ts'
import type { LawKeeper } from '../../shared/law/law-keeper.ts'
import type { RetentionReport } from '../../shared/law/retention-run.ts'
import { runThinning } from '../../shared/law/thinning-run.ts'
import { isAtLeast } from '../../shared/retention/disk-level.ts'
import { decideThinning, type Intake, type ThinningCandidate } from '../../shared/retention/thinning.ts'
import type { Clock } from '../../shared/time/time.ts'
import type { HistorianConfig } from './config.ts'
import type { DiskState } from './disk-state.ts'
import { IMPORTANCES } from './intake-gate.ts'
import { ROOM_AGAIN_MS, ROOM_AGAIN_SHARE, ROOM_MARGIN, ROOM_ROUNDS_MAX } from './limits.ts'

export interface RoomMakerParts {
  readonly journal: Journal
  readonly keeper: LawKeeper
  /** Erases what must go. */
  readonly runRetention: () => Promise<RetentionReport>
  readonly clock: Clock
  readonly log: Log
  readonly config: () => HistorianConfig
  readonly signal: AbortSignal
  /** Measures anew. */
  readonly look: () => Promise<DiskState>
}

/** Runs that make room on a disk which fills, as far as somebody has said how much the store may take. */
export class RoomMaker {
  readonly #parts: RoomMakerParts
  /** Of the last run that found nothing to drop. */
  #vain: { readonly atMs: number; readonly usedBytes: number; readonly law: LawState } | undefined
  #isExhausted = false

  constructor(parts: RoomMakerParts) {
    this.#parts = parts
  }

  /** @returns what may come in now @throws StoreError */
  async make(): Promise<Intake> {
    const { look, config, signal } = this.#parts
    let state = await look()
    if (config().diskBytesMax === undefined) return { kind: 'all' }
    for (let round = 0; round < ROOM_ROUNDS_MAX && this.#isDue(state) && !signal.aborted; round += 1) {
      const freedBytes = await this.#run(state)
      state = await look()
      this.#noteRun(freedBytes, state)
    }
    const candidates = this.#isExhausted ? [] : [MORE]
    return decideThinning({ ...state, priorities: IMPORTANCES }, candidates).intake
  }

  #isDue({ level, usedBytes, budgetBytes }: DiskState): boolean {
    if (!isAtLeast(level, 'drop-expired')) return false
    if (this.#vain === undefined) return true
    const { atMs, usedBytes: before, law } = this.#vain
    const { clock, keeper } = this.#parts
    if (keeper.law !== law) return true
    const isLater = clock.monotonicMs() - atMs >= ROOM_AGAIN_MS
    return isLater || usedBytes - before >= ROOM_AGAIN_SHARE * budgetBytes
  }

  async #run(state: DiskState): Promise<number> {
    const { journal, keeper, runRetention, log, signal } = this.#parts
    if (isAtLeast(state.level, 'refuse')) await this.#sealAll()
    const { erased } = await runRetention()
    const use = { ...state, freedBytes: erased.bytes, marginShare: ROOM_MARGIN }
    const report = await journal.undisturbed(() =>
      runThinning({ journal, keeper, who: 'genba.Historian', use, signal }),
    )
    this.#isExhausted = report.isExhausted
    if (report.pieces > 0)
      log.warn({ ...report }, 'data that no law holds was dropped: the disk is nearly full')
    const freedBytes = erased.bytes + report.freedBytes
    // What is left of files is written anew for it, so only where something has gone.
    if (freedBytes > 0) await journal.compact()
    return freedBytes
  }

  /** Frames take several times what their samples take in chunks; who follows the log has to step over them. */
  async #sealAll(): Promise<void> {
    const { journal, signal } = this.#parts
    const { headLsn } = journal
    while (!signal.aborted && (await journal.seal(headLsn)));
  }

  #noteRun(freedBytes: number, { usedBytes }: DiskState): void {
    const { clock, keeper } = this.#parts
    this.#vain = freedBytes > 0 ? undefined : { atMs: clock.monotonicMs(), usedBytes, law: keeper.law }
  }
}

/** Stands for what another run will drop. */
const MORE: ThinningCandidate = {
  id: '',
  decision: {
    verdict: 'may-delete',
    reasons: [],
    isRestricted: false,
    isOverdue: false,
    dropAt: 'drop-expired',
  },
  startUs: 0,
  freesBytes: Number.MAX_SAFE_INTEGER,
}
