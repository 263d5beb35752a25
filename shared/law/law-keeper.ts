import { GenbaError } from '../errors/genba-error.ts'
import type { Journal } from '../journal/journal.ts'
import type { LawState } from '../journal/law-state.ts'
import type { LawConfig } from '../retention/config.ts'
import { requestErasure, withdrawErasure } from '../retention/erasure.ts'
import { type HoldScope, liftHold, placeHold } from '../retention/holds.ts'
import { FORECAST_SAMPLES_MAX } from '../retention/limits.ts'
import { createPolicy, type Policy } from '../retention/policy.ts'
import { foldPolicy } from '../retention/policy-history.ts'
import {
  type ClockReading,
  confirmClock,
  observeClock,
  receiptUs,
  type TrustedTime,
} from '../retention/trusted-time.ts'
import { createSerial } from '../time/serial.ts'
import type { AuditEntry } from './audit-record.ts'
import { AuditTrail } from './audit-trail.ts'
import type { ErasureTask, HoldTask, LiftTask, Person, WithdrawTask } from './tasks.ts'

export interface LawKeeperParts {
  readonly journal: Journal
  readonly readClocks: () => ClockReading
}

/**
 * Keeps the law of a store: takes orders, changes what they change, and records each in the same write, refused ones
 * too. One for each open journal.
 */
export class LawKeeper {
  readonly #journal: Journal
  readonly #readClocks: () => ClockReading
  readonly trail: AuditTrail
  #policy: { readonly history: LawState['history']; readonly policy: Policy } | undefined
  readonly #turns = createSerial()

  constructor({ journal, readClocks }: LawKeeperParts) {
    this.#journal = journal
    this.#readClocks = readClocks
    this.trail = new AuditTrail(journal, readClocks)
  }

  get law(): LawState {
    return this.#journal.law
  }

  get policy(): Policy {
    const { history } = this.law
    if (this.#policy?.history !== history) this.#policy = { history, policy: createPolicy(history) }
    return this.#policy.policy
  }

  /** As of now. */
  get time(): TrustedTime {
    return observeClock(this.#journal.observed.time, this.#readClocks())
  }

  /** To be called now and then: time that nobody has seen pass is believed less. @throws StoreError */
  observeTime(): Promise<void> {
    return this.#journal.observe({ ...this.#journal.observed, time: this.time })
  }

  /** To be called every hour, for the forecast of a full disk. @throws StoreError */
  observeDisk(): Promise<void> {
    const { time } = this
    const sample = { timeUs: time.trustedUs, usedBytes: storedBytes(this.#journal) }
    const disk = [...this.#journal.observed.disk, sample].slice(-FORECAST_SAMPLES_MAX)
    return this.#journal.observe({ time, disk })
  }

  /** @throws GenbaError `GENBA_LAW_VERSIONS`; StoreError */
  setLaw(config: LawConfig, { by, reason }: Person): Promise<void> {
    return this.#change({ action: 'law', who: by, target: 'law', reason }, (law) => {
      // A store that never had a law has none; the first one is the first revision.
      if (law.history.length === 0 && config.lawClasses.length + config.laws.length === 0) return undefined
      const { history, changes } = foldPolicy(law.history, config, receiptUs(this.time))
      if (changes.length === 0 && history === law.history) return undefined
      const revisionOf = (some: LawState['history']) => some.at(-1)?.revision ?? 0
      return {
        law: { ...law, history },
        before: { revision: revisionOf(law.history) },
        after: { revision: revisionOf(history), changes: shortened(changes.map(textOf)) },
      }
    })
  }

  /** @throws GenbaError as `placeHold`; StoreError */
  placeHold({ id, scope, by, reason }: HoldTask): Promise<void> {
    const entry = { action: 'hold-place' as const, who: by, target: `hold ${id}`, reason, tags: scope.tags }
    return this.#change(entry, (law) => {
      const order = { id, scope, reason, placedBy: by, placedAtUs: this.#readClocks().wallUs }
      const holds = placeHold(law.holds, order)
      return { law: { ...law, holds }, before: null, after: toldScope(scope) }
    })
  }

  /** @throws GenbaError as `liftHold`; StoreError */
  liftHold({ id, by, reason }: LiftTask): Promise<void> {
    const { tags } = this.law.holds.find((hold) => hold.id === id)?.scope ?? { tags: [] }
    const entry = { action: 'hold-lift' as const, who: by, target: `hold ${id}`, reason, tags }
    return this.#change(entry, (law) => {
      const lift = { id, liftedBy: by, liftReason: reason, liftedAtUs: this.#readClocks().wallUs }
      const before = law.holds.find((hold) => hold.id === id)
      const holds = liftHold(law.holds, lift)
      return { law: { ...law, holds }, before: { placedBy: before?.placedBy ?? '' }, after: null }
    })
  }

  /** @throws GenbaError as `requestErasure`; StoreError */
  requestErasure({ id, subject, untilUs, by, reason }: ErasureTask): Promise<void> {
    const entry = {
      action: 'erasure-request' as const,
      who: by,
      target: `subject ${subject}`,
      reason,
      tags: [],
    }
    return this.#change(entry, (law) => {
      const requestedAtUs = this.#readClocks().wallUs
      const order = { id, subject, untilUs, reason, requestedBy: by, requestedAtUs }
      const erasures = requestErasure(law.erasures, order)
      return { law: { ...law, erasures }, before: null, after: { id, untilUs } }
    })
  }

  /** @throws GenbaError as `withdrawErasure`; StoreError */
  withdrawErasure({ id, by, reason }: WithdrawTask): Promise<void> {
    const entry = { action: 'erasure-withdraw' as const, who: by, target: `request ${id}`, reason, tags: [] }
    return this.#change(entry, (law) => {
      const withdrawal = {
        id,
        withdrawnBy: by,
        withdrawnAtUs: this.#readClocks().wallUs,
        withdrawReason: reason,
      }
      return {
        law: { ...law, erasures: withdrawErasure(law.erasures, withdrawal) },
        before: { id },
        after: null,
      }
    })
  }

  /** @throws GenbaError `GENBA_CLOCK_CONFIRMATION`; StoreError */
  confirmClock({ by, reason }: Person): Promise<void> {
    return this.#turns(async () => {
      await this.#journal.settle()
      const entry = { action: 'clock-confirm' as const, who: by, target: 'clock', reason }
      const time = await this.#attempt(entry, () =>
        confirmClock(this.#journal.observed.time, this.#readClocks(), { confirmedBy: by, reason }),
      )
      const after = { stepUs: time.confirmation?.stepUs ?? 0 }
      await this.trail.add([{ ...entry, result: 'done', before: null, after }], (frames) =>
        this.#journal.append(frames, { observed: { ...this.#journal.observed, time } }),
      )
    })
  }

  /** Something that changed no law. @throws StoreError */
  record(entry: AuditEntry): Promise<void> {
    return this.trail.add([entry], (frames) => this.#journal.append(frames))
  }

  #change(
    entry: Pick<AuditEntry, 'who' | 'target' | 'reason' | 'action' | 'tags'>,
    make: (law: LawState) => (Pick<AuditEntry, 'before' | 'after'> & { readonly law: LawState }) | undefined,
  ): Promise<void> {
    return this.#turns(async () => {
      await this.#journal.settle()
      const made = await this.#attempt(entry, () => make(this.law))
      if (made === undefined) return
      const { law, before, after } = made
      await this.trail.add([{ ...entry, result: 'done', before, after }], (frames) =>
        this.#journal.append(frames, { law }),
      )
    })
  }

  /** What cannot be done is recorded as refused. */
  async #attempt<T>(
    entry: Pick<AuditEntry, 'who' | 'target' | 'reason' | 'action' | 'tags'>,
    make: () => T,
  ): Promise<T> {
    try {
      return make()
    } catch (error) {
      if (!(error instanceof GenbaError)) throw error
      const told = { ...entry, who: entry.who.slice(0, TOLD_MAX), target: entry.target.slice(0, TOLD_MAX) }
      await this.record({ ...told, result: 'refused', reason: error.message, before: null, after: null })
      throw error
    }
  }
}

/** Of chunks, and of frames that are not sealed yet. */
const storedBytes = ({ totals, sealing }: Pick<Journal, 'totals' | 'sealing'>): number =>
  sealing.chunkBytes + totals.frameBytes - sealing.frameBytes

/** Characters of a name that may be anything, since it was refused. */
const TOLD_MAX = 200

const toldScope = ({ tags, fromUs, toUs }: HoldScope) => ({
  tags: shortened(tags),
  fromUs: fromUs ?? null,
  toUs: toUs ?? null,
})

/** An entry must fit into a frame; the whole is in the law, the hold or the request itself. */
const LISTED_MAX = 16

const shortened = (texts: readonly string[]): string[] =>
  texts.length <= LISTED_MAX
    ? [...texts]
    : [...texts.slice(0, LISTED_MAX), `and ${texts.length - LISTED_MAX} more`]

const textOf = ({
  lawClass,
  text,
  applies,
}: {
  lawClass: string | undefined
  text: string
  applies: string
}): string => `${lawClass ?? 'laws'}: ${text} (${applies})`
