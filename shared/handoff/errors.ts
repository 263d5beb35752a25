import { GenbaError, type Issue } from '../errors/genba-error.ts'

export type HandoffErrorCode =
  /** The sender was drained: it takes no more frames. */
  | 'GENBA_HANDOFF_CLOSED'
  /** The name of a producer cannot stand in a topic or in a frame. */
  | 'GENBA_HANDOFF_PRODUCER'

/** What sending can fail with; everything else is waited for or tried again. */
export class HandoffError extends GenbaError {
  declare readonly code: HandoffErrorCode

  constructor(code: HandoffErrorCode, message: string, issue: Issue) {
    super(code, message, { issues: [issue] })
    this.name = 'HandoffError'
  }
}

export const closedSender = (): HandoffError =>
  new HandoffError('GENBA_HANDOFF_CLOSED', 'the sender is closed', {
    mend: 'stop the source before the sender is drained',
  })
