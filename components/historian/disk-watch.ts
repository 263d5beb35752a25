import type { SchedulerLike, Subscription } from 'rxjs'
import type { StoreSpace } from '../../shared/component/host.ts'
import type { IntakeRefusal } from '../../shared/contract/commit.ts'
import { describeError } from '../../shared/errors/genba-error.ts'
import type { AuditEntry } from '../../shared/law/audit-record.ts'
import { StoreError } from '../../shared/store/errors.ts'
import type { DiskAlarm } from './disk-alarm.ts'
import { type DiskState, diskStateOf } from './disk-state.ts'
import type { IntakeGate } from './intake-gate.ts'
import { ENTRIES_WAITING_MAX, REFUSAL_TOLD_MS, SPACE_EVERY_MS } from './limits.ts'
import { RoomMaker, type RoomMakerParts } from './room-maker.ts'

export interface DiskWatchParts extends Omit<RoomMakerParts, 'signal' | 'look'> {
  readonly gate: IntakeGate
  readonly alarm: DiskAlarm
  readonly measure: () => Promise<StoreSpace>
  /** Tells all who send whether frames are taken. */
  readonly announceIntake: () => Promise<void>
  readonly scheduler: SchedulerLike
  /** An error that is none of the disk's: the component cannot go on. */
  readonly fail: (error: unknown) => void
}

/** Looks how full the disk is, makes room as the law lets it, and stops the intake where it does not. */
export class DiskWatch {
  readonly #parts: DiskWatchParts
  readonly #stopped = new AbortController()
  readonly #rooms: RoomMaker
  #state: DiskState | undefined
  #timer: Subscription | undefined
  #telling: Subscription | undefined
  #working: Promise<unknown> = Promise.resolve()
  /** Entries of the audit trail that could not be written yet. */
  #waiting: AuditEntry[] = []

  constructor(parts: DiskWatchParts) {
    this.#parts = parts
    const { signal } = this.#stopped
    this.#rooms = new RoomMaker({ ...parts, signal, look: () => this.#look() })
  }

  /** As it was looked at last; undefined before. */
  get state(): DiskState | undefined {
    return this.#state
  }

  start(): void {
    this.#working = this.#work()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#timer?.unsubscribe()
    this.#telling?.unsubscribe()
    await this.#working
  }

  /** To be called when it has changed whether frames are taken. */
  noteGate(refusal: IntakeRefusal | undefined): void {
    const { log, keeper } = this.#parts
    const reason = refusal?.reason ?? 'there is room again'
    if (refusal === undefined) log.info({}, 'frames are taken again')
    else log.error({ ...refusal }, 'frames are not taken: the disk has no room for them')
    if (this.#waiting.length < ENTRIES_WAITING_MAX) {
      this.#waiting.push({
        action: refusal === undefined ? 'intake-go-on' : 'intake-stop',
        who: 'genba.Historian',
        target:
          refusal?.of === 'priorities' ? `intake of a priority above ${refusal.abovePriority}` : 'intake',
        tags: [],
        result: 'done',
        reason,
        before: null,
        after: { sinceUs: keeper.time.trustedUs },
      })
    }
    this.#tell()
  }

  #tell(): void {
    const { scheduler, gate, announceIntake, fail } = this.#parts
    this.#telling?.unsubscribe()
    this.#telling = undefined
    if (this.#stopped.signal.aborted) return
    void announceIntake().catch(fail)
    if (gate.refusal === undefined) return
    this.#telling = scheduler.schedule(() => this.#tell(), REFUSAL_TOLD_MS)
  }

  async #work(): Promise<void> {
    try {
      this.#parts.gate.decide(await this.#rooms.make())
      await this.#record()
    } catch (error) {
      if (!(error instanceof StoreError)) return this.#parts.fail(error)
      this.#parts.log.warn({ error: describeError(error) }, 'the disk cannot be looked after for now')
    }
    if (this.#stopped.signal.aborted) return
    this.#timer = this.#parts.scheduler.schedule(() => {
      this.#working = this.#work()
    }, SPACE_EVERY_MS)
  }

  async #look(): Promise<DiskState> {
    const { measure, config, journal } = this.#parts
    const state = diskStateOf(await measure(), config(), journal.observed.disk)
    this.#state = state
    return state
  }

  /** What a disk refuses now is written with a later look. */
  async #record(): Promise<void> {
    const { alarm, gate, keeper } = this.#parts
    if (this.#state !== undefined) await alarm.note(this.#state, gate.refusal !== undefined)
    for (let entry = this.#waiting[0]; entry !== undefined; entry = this.#waiting[0]) {
      await keeper.record(entry)
      this.#waiting.shift()
    }
  }
}
