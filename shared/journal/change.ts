import type { StoreOperation } from '../store/store.ts'
import { LAW_KEY, OBSERVED_KEY } from './keys.ts'
import { encodeLaw, type LawState } from './law-state.ts'
import { encodeObserved, type Observed } from './observed.ts'
import type { JournalState } from './state.ts'

/** What a batch changes besides the frames that it appends. */
export interface Change {
  readonly operations: readonly StoreOperation[]
  readonly removedSamples: number
  /** Makes it the state; called once the operations are durable. */
  apply(): void
}

export const NO_CHANGE: Change = { operations: [], removedSamples: 0, apply() {} }

export const lawChange = (state: JournalState, law: LawState): Change => ({
  operations: [{ type: 'put', key: LAW_KEY, value: encodeLaw(law) }],
  removedSamples: 0,
  apply() {
    state.law = law
  },
})

export const observedChange = (state: JournalState, observed: Observed): Change => ({
  operations: [{ type: 'put', key: OBSERVED_KEY, value: encodeObserved(observed) }],
  removedSamples: 0,
  apply() {
    state.observed = observed
  },
})
