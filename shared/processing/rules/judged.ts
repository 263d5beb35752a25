import type { Column } from '../../frame/frame.ts'
import type { SqlEnvironment, SqlMessage } from '../../sql/function.ts'

/** One sample of a column, with the identity of its frame. */
export interface Judged {
  readonly column: Column
  readonly index: number
  /** `sampleMessage` of the two. */
  readonly message: SqlMessage
  readonly environment: SqlEnvironment
  /** Identity of the frame. */
  readonly frame: string
  readonly origin: string
}
