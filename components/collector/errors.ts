import { GenbaError, type Issue } from '../../shared/errors/genba-error.ts'

export type SourceErrorCode =
  /** The module of a plug-in cannot be loaded, or exports no `createSource`. */
  | 'GENBA_SOURCE_PLUGIN'
  /** The machine has no GPIO, or no driver for it. */
  | 'GENBA_GPIO_UNAVAILABLE'
  /** A line does not exist, is taken, or may not be used by this user. */
  | 'GENBA_GPIO_LINE'

/** A source that cannot work; the others go on. */
export class SourceError extends GenbaError {
  declare readonly code: SourceErrorCode

  constructor(code: SourceErrorCode, message: string, issue: Issue, cause?: unknown) {
    super(code, message, { issues: [issue], cause })
    this.name = 'SourceError'
  }
}
