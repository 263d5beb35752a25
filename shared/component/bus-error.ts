import { GenbaError } from '../errors/genba-error.ts'

export type BusErrorCode =
  /** The message would exceed the frame limit of nucleus lite; nothing was sent. */
  | 'GENBA_BUS_TOO_LARGE'
  /** The nucleus did not answer in time: the message may or may not have been delivered. */
  | 'GENBA_BUS_TIMEOUT'
  /** The recipe's accessControl does not allow the operation on this topic. */
  | 'GENBA_BUS_UNAUTHORIZED'
  /** The nucleus answered with an error, such as PublishToIoTCore while the link is down. */
  | 'GENBA_BUS_REFUSED'
  /** There is no connection to the nucleus at present. */
  | 'GENBA_BUS_DISCONNECTED'

/** What a bus call can fail with; `code` tells which, and whether trying again can help. */
export class BusError extends GenbaError {
  override readonly code: BusErrorCode

  constructor(
    code: BusErrorCode,
    message: string,
    options: ConstructorParameters<typeof GenbaError>[2] = {},
  ) {
    super(code, message, options)
    this.name = 'BusError'
    this.code = code
  }
}
