import { GenbaError, type Issue } from '../errors/genba-error.ts'

export type RollupErrorCode =
  /** The bytes are of a later format than this program knows. */
  | 'GENBA_ROLLUP_VERSION'
  /** The bytes are no rollup, or no longer the rollup they were. */
  | 'GENBA_ROLLUP_CORRUPT'

/** Every error that decoding of rollups raises on purpose. */
export class RollupError extends GenbaError {
  declare readonly code: RollupErrorCode

  constructor(code: RollupErrorCode, message: string, issue?: Issue) {
    super(code, message, issue === undefined ? {} : { issues: [issue] })
    this.name = 'RollupError'
  }
}

/** For `ByteReader`: its reasons continue the sentence "the rollup …". */
export const corruptRollup = (reason: string): RollupError =>
  new RollupError('GENBA_ROLLUP_CORRUPT', `the rollup ${reason}`)
