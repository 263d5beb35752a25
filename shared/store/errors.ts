import { GenbaError, type Issue } from '../errors/genba-error.ts'

export type StoreErrorCode =
  /** No space left: nothing of the batch was applied; works again once there is space. */
  | 'GENBA_STORE_FULL'
  /** The disk or file system refused; a later call may succeed. */
  | 'GENBA_STORE_IO'
  /** Files of the store are damaged: it cannot be opened, or not be read there. */
  | 'GENBA_STORE_CORRUPT'
  /** Another process has the directory open. */
  | 'GENBA_STORE_LOCKED'
  /** The store was closed, or its process has died (in the simulator). */
  | 'GENBA_STORE_CLOSED'

/** What every implementation of `KeyValueStore` raises. */
export class StoreError extends GenbaError {
  declare readonly code: StoreErrorCode

  constructor(
    code: StoreErrorCode,
    message: string,
    options: { issues?: readonly Issue[]; cause?: unknown } = {},
  ) {
    super(code, message, options)
    this.name = 'StoreError'
  }
}

export const closedStore = (): StoreError =>
  new StoreError('GENBA_STORE_CLOSED', 'the store is closed', {
    issues: [{ mend: 'open the store again; nothing that was confirmed is lost' }],
  })
