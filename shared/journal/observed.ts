import type { DiskSample } from '../retention/forecast.ts'
import type { TrustedTime } from '../retention/trusted-time.ts'
import { decodeChecked, encodeChecked } from './checked-json.ts'

/** What has been seen of the machine's clocks and of the disk: kept over restarts, changed without a record. */
export interface Observed {
  /** Undefined before the first reading. */
  readonly time?: TrustedTime
  /** Of the last days, oldest first. */
  readonly disk: readonly DiskSample[]
}

export const NOTHING_OBSERVED: Observed = { disk: [] }

export const encodeObserved = (observed: Observed): Uint8Array => encodeChecked(observed)

/** Of bytes that `encodeObserved` gave. @throws JournalError `GENBA_JOURNAL_DAMAGED` */
export const decodeObserved = (bytes: Uint8Array): Observed =>
  decodeChecked(bytes, 'what was observed of clocks and disk') as Observed
