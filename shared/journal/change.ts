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

/** What the frames of a batch are the record of. */
export interface RecordedChange {
  readonly law?: LawState
  readonly observed?: Observed
}

export const recordedChange = (state: JournalState, { law, observed }: RecordedChange): Change => ({
  operations: [
    ...(law === undefined ? [] : [put(LAW_KEY, encodeLaw(law))]),
    ...(observed === undefined ? [] : [put(OBSERVED_KEY, encodeObserved(observed))]),
  ],
  removedSamples: 0,
  apply() {
    state.law = law ?? state.law
    state.observed = observed ?? state.observed
  },
})

const put = (key: Uint8Array, value: Uint8Array): StoreOperation => ({ type: 'put', key, value })
