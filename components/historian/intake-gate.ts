import type { IntakeRefusal } from '../../shared/contract/commit.ts'
import type { Intake as IntakeDecision } from '../../shared/retention/thinning.ts'
import type { StoreError } from '../../shared/store/errors.ts'
import { REFUSAL_REASON_MAX } from './limits.ts'

/** Of the collector's sources: 0 is the most important. */
const PRIORITY_MAX = 9

/** As `decideThinning` has them: a larger number is more important. */
export const IMPORTANCES: readonly number[] = Array.from({ length: PRIORITY_MAX + 1 }, (_, at) => at)

/** Whether frames are taken, by the budget of the disk and by the disk itself. */
export class IntakeGate {
  readonly #onChange: (refusal: IntakeRefusal | undefined) => void
  #byBudget: IntakeRefusal | undefined
  #byDisk: IntakeRefusal | undefined

  /** @param onChange called with what holds from now on */
  constructor(onChange: (refusal: IntakeRefusal | undefined) => void) {
    this.#onChange = onChange
  }

  /** Why frames are refused; undefined while they are taken. */
  get refusal(): IntakeRefusal | undefined {
    return this.#byDisk ?? this.#byBudget
  }

  /** Frames that come now are not even kept in memory. A disk that is full may have room again with the next write. */
  get isShut(): boolean {
    return this.#byBudget?.of === 'all'
  }

  /** What the budget lets in. */
  decide(intake: IntakeDecision): void {
    this.#change(() => {
      this.#byBudget = refusalOf(intake)
    })
  }

  /** The outcome of a write. */
  noteWrite(error: StoreError | undefined): void {
    if (error === undefined && this.#byDisk === undefined) return
    this.#change(() => {
      const isFull = error?.code === 'GENBA_STORE_FULL'
      this.#byDisk = isFull ? refuseAll(`the disk is full: ${error.message}`) : undefined
    })
  }

  #change(make: () => void): void {
    const before = this.refusal
    make()
    const { of, abovePriority } = this.refusal ?? {}
    // How full it is stands in the reason, and changes all the time.
    if (of !== before?.of || abovePriority !== before?.abovePriority) this.#onChange(this.refusal)
  }
}

const refuseAll = (reason: string): IntakeRefusal => ({
  of: 'all',
  reason: reason.slice(0, REFUSAL_REASON_MAX),
})

function refusalOf(intake: IntakeDecision): IntakeRefusal | undefined {
  switch (intake.kind) {
    case 'all':
      return undefined
    case 'stop-intake':
      return refuseAll(intake.reason)
    case 'by-priority':
      return {
        of: 'priorities',
        abovePriority: PRIORITY_MAX - intake.refuseBelow,
        reason: 'the disk budget is nearly used up, and room is being made',
      }
  }
}
