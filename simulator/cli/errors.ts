import { GenbaError, type Issue } from '../../shared/errors/genba-error.ts'

export type CliErrorCode =
  /** The command was called in a way it does not understand. */
  | 'GENBA_USAGE'
  /** A file that an option names cannot be read. */
  | 'GENBA_INPUT_UNREADABLE'
  /** No component of this name is part of the gateway. */
  | 'GENBA_COMPONENT_UNKNOWN'
  /** No gateway has been started here, or not with this state directory. */
  | 'GENBA_STATE_MISSING'
  | 'GENBA_GATEWAY_STOPPED'
  | 'GENBA_GATEWAY_RUNNING'
  /** The gateway is about to start or to stop. */
  | 'GENBA_GATEWAY_BUSY'
  /** A component ends again and again before it works. */
  | 'GENBA_COMPONENT_FAILS'
  /** A file given as an argument is missing, no file, or too large. */
  | 'GENBA_FILE_UNREADABLE'
  /** A file to write cannot be written. */
  | 'GENBA_FILE_UNWRITABLE'
  /** A file is neither YAML nor JSON. */
  | 'GENBA_FILE_INVALID'
  /** A line of such a file is not what it should be. */
  | 'GENBA_LINE_INVALID'
  /** Some cases gave other answers than they expect. */
  | 'GENBA_CASES_FAILED'
  /** Something in the store is not what it was. */
  | 'GENBA_STORE_DAMAGED'
  /** An evidence file does not prove what it says. */
  | 'GENBA_EVIDENCE_INVALID'
  /** A signed head is not one, or the store is no continuation of it. */
  | 'GENBA_HEAD_INVALID'
  /** Nothing sound can be made of what is left of a store. */
  | 'GENBA_REPAIR_FAILED'
  /** What was read by position in the log was sealed meanwhile. */
  | 'GENBA_LOG_SEALED'
  /** No deployment has this id. */
  | 'GENBA_DEPLOYMENT_UNKNOWN'
  /** It is too late to cancel it. */
  | 'GENBA_DEPLOYMENT_FIXED'
  /** A deployment did not do what it should, on one device at least. */
  | 'GENBA_DEPLOYMENT_FAILED'
  /** It has not ended in the time that one waits for it. */
  | 'GENBA_DEPLOYMENT_PENDING'
  /** The cloud does not answer, or refuses. */
  | 'GENBA_CLOUD_REFUSED'
  /** The components have not been built. */
  | 'GENBA_PACKAGES_MISSING'
  /** What was published under this version is something else. */
  | 'GENBA_VERSION_TAKEN'
  /** The signal that ended a replay, or what it found missing. */
  | 'GENBA_REPLAY_INCOMPLETE'

/** What the user of the command can mend. */
export class CliError extends GenbaError {
  constructor(code: CliErrorCode, message: string, ...issues: readonly Issue[]) {
    super(code, message, { issues })
    this.name = 'CliError'
  }
}

const USAGE_CODES: ReadonlySet<string> = new Set<CliErrorCode>([
  'GENBA_USAGE',
  'GENBA_INPUT_UNREADABLE',
  'GENBA_COMPONENT_UNKNOWN',
])

/** 2 for wrong usage, 1 for everything else that failed. */
export const exitCodeOf = (error: unknown): 1 | 2 =>
  error instanceof GenbaError && USAGE_CODES.has(error.code) ? 2 : 1
