import type { ErasureRequest } from '../retention/erasure.ts'
import type { LegalHold } from '../retention/holds.ts'
import type { PolicyHistory } from '../retention/law-version.ts'
import { decodeChecked, encodeChecked } from './checked-json.ts'

/** What people have ordered for the data of a store: kept in it, changed in one batch with the record of the change. */
export interface LawState {
  readonly history: PolicyHistory
  readonly holds: readonly LegalHold[]
  readonly erasures: readonly ErasureRequest[]
}

export const NO_LAW: LawState = { history: [], holds: [], erasures: [] }

export const encodeLaw = (law: LawState): Uint8Array => encodeChecked(law)

/** Of bytes that `encodeLaw` gave. @throws JournalError `GENBA_JOURNAL_DAMAGED` */
export const decodeLaw = (bytes: Uint8Array): LawState => decodeChecked(bytes, 'the law') as LawState
