import { decideRetention } from '../../../shared/retention/decide.ts'
import { diskLevelOf } from '../../../shared/retention/disk-level.ts'
import { type ErasureRequest, requestErasure } from '../../../shared/retention/erasure.ts'
import { type LegalHold, liftHold, placeHold } from '../../../shared/retention/holds.ts'
import type { PolicyHistory } from '../../../shared/retention/law-version.ts'
import { createPolicy, type Policy } from '../../../shared/retention/policy.ts'
import { foldPolicy } from '../../../shared/retention/policy-history.ts'
import type { StoredData } from '../../../shared/retention/stored-data.ts'
import {
  type ClockReading,
  confirmClock,
  observeClock,
  receiptUs,
  retentionClock,
  type TrustedTime,
} from '../../../shared/retention/trusted-time.ts'
import { Diary, type ModelLaw, type ModelPiece, TAGS } from './model.ts'
import { DAY_US, day, law } from './run.ts'

/** A site with its store, which decides by the real functions, and its diary, which knows the true time. */
export class Site {
  readonly diary = new Diary()
  readonly pieces = new Map<string, StoredData>()
  /** Pieces whose receipt was stamped in good order, so that the diary says exactly when they go. */
  readonly wellStamped = new Set<string>()
  today = 0
  diskShare = 50
  #wallAhead = 0
  #monotonic = 0
  #boot = 0
  #count = 0
  #history: PolicyHistory = []
  #policy: Policy = createPolicy([])
  #holds: LegalHold[] = []
  #erasures: ErasureRequest[] = []
  #time: TrustedTime = observeClock(undefined, this.#reading())

  #reading(): ClockReading {
    const wallUs = day(this.today + this.#wallAhead)
    return { wallUs, monotonicUs: this.#monotonic * DAY_US, bootId: `boot ${this.#boot}` }
  }

  run(days: number): void {
    this.today += days
    this.#monotonic += days
    this.#time = observeClock(this.#time, this.#reading())
  }

  /** Off for some days; the clock may come back wrong by more. */
  reboot(daysOff: number): void {
    this.today += daysOff
    this.#monotonic = 0
    this.#boot += 1
    this.#time = observeClock(this.#time, this.#reading())
  }

  setWallAhead(days: number): void {
    this.#wallAhead = days
    this.#time = observeClock(this.#time, this.#reading())
  }

  /** People set the clock right before they vouch for it. */
  confirm(): void {
    this.#wallAhead = 0
    const word = { confirmedBy: 'mari', reason: 'radio clock' }
    this.#time = confirmClock(this.#time, this.#reading(), word)
  }

  /** Neither clock has reached the true time. */
  get isBehind(): boolean {
    return this.#wallAhead < 0 && this.#time.trustedUs < day(this.today)
  }

  receive(received: Omit<ModelPiece, 'stampDay'>): void {
    const id = `piece ${this.#count++}`
    const ingestUs = receiptUs(this.#time)
    const stampDay = (ingestUs - day(0)) / DAY_US
    this.diary.entries.push({ kind: 'came', id, day: this.today, piece: { ...received, stampDay } })
    const { tag, subject, form, eventDay } = received
    this.pieces.set(id, {
      tag,
      subject,
      form,
      eventFromUs: day(eventDay),
      eventToUs: day(eventDay),
      ingestFromUs: ingestUs,
      ingestToUs: ingestUs,
      lawRevision: this.#history.at(-1)?.revision ?? 0,
    })
    if (ingestUs === day(this.today)) this.wellStamped.add(id)
  }

  legislate(next: ModelLaw): void {
    this.diary.entries.push({ kind: 'law', law: next })
    const classes = TAGS.map((tag) => {
      const { keepAtLeast, keepAtMost, worm } = next[tag]
      const limit = keepAtMost === undefined ? {} : { keepAtMost: `${keepAtMost}d` }
      return { name: tag, keepAtLeast: `${keepAtLeast}d`, ...limit, worm }
    })
    const written = law(
      classes,
      TAGS.map((tag) => ({ tags: [tag], class: tag })),
    )
    this.#history = foldPolicy(this.#history, written, receiptUs(this.#time)).history
    this.#policy = createPolicy(this.#history)
  }

  hold(tags: readonly (typeof TAGS)[number][], from: number, to: number): void {
    const id = `hold ${this.#holds.length}`
    this.diary.entries.push({ kind: 'hold', id, tags, from, to })
    const scope = { tags, fromUs: day(from), toUs: day(to) }
    const order = { id, scope, reason: 'claim', placedBy: 'mari', placedAtUs: day(this.today) }
    this.#holds = placeHold(this.#holds, order)
  }

  lift(which: number): void {
    const active = this.#holds.filter(({ liftedBy }) => liftedBy === undefined)
    const { id } = active[which % active.length] ?? {}
    if (id === undefined) return
    this.diary.entries.push({ kind: 'lift', id })
    const lift = { id, liftedBy: 'kenji', liftedAtUs: day(this.today), liftReason: 'settled' }
    this.#holds = liftHold(this.#holds, lift)
  }

  get hasHolds(): boolean {
    return this.#holds.some(({ liftedBy }) => liftedBy === undefined)
  }

  askErasure(subject: string): void {
    this.diary.entries.push({ kind: 'erasure', subject, day: this.today })
    const untilUs = day(this.today)
    const request = { id: `request ${this.#erasures.length}`, subject, untilUs, requestedAtUs: untilUs }
    this.#erasures = requestErasure(this.#erasures, { ...request, reason: 'asked', requestedBy: subject })
  }

  decide(data: StoredData) {
    const diskLevel = diskLevelOf(this.diskShare / 100)
    const facts = { data, erasures: this.#erasures, diskLevel }
    return decideRetention(facts, this.#policy, this.#holds, retentionClock(this.#time))
  }
}
