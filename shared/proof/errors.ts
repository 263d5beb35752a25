import { GenbaError, type Issue } from '../errors/genba-error.ts'

export type ProofErrorCode =
  /** The key that signs tree heads cannot be used as it is. */
  | 'GENBA_PROOF_KEY'
  /** A size or an index that the log does not have. */
  | 'GENBA_PROOF_RANGE'
  /** A hash that the log has written is missing in its store, or is no hash. */
  | 'GENBA_PROOF_DAMAGED'
  /** A text that is no signed tree head, or a head that cannot be signed. */
  | 'GENBA_PROOF_HEAD'

/** What the proof log, its key and its heads raise on purpose. Verification raises nothing: it answers. */
export class ProofError extends GenbaError {
  declare readonly code: ProofErrorCode

  constructor(
    code: ProofErrorCode,
    message: string,
    options: { issues?: readonly Issue[]; cause?: unknown } = {},
  ) {
    super(code, message, options)
    this.name = 'ProofError'
  }
}
