import type { DiskSample } from '../retention/forecast.ts'
import type { TrustedTime } from '../retention/trusted-time.ts'

/** What has been seen of the machine's clocks and of the disk: kept over restarts, changed without a record. */
export interface Observed {
  /** Undefined before the first reading. */
  readonly time?: TrustedTime
  /** Of the last days, oldest first. */
  readonly disk: readonly DiskSample[]
}

export const NOTHING_OBSERVED: Observed = { disk: [] }

export const encodeObserved = (observed: Observed): Uint8Array => Buffer.from(JSON.stringify(observed))

/** Of bytes that `encodeObserved` gave. */
export const decodeObserved = (bytes: Uint8Array): Observed => JSON.parse(Buffer.from(bytes).toString())
