import type { ReplyHead } from '../../shared/contract/historian-request.ts'

/** One page of an answer; number, id and head position are added when it is sent. */
export interface AnswerPage {
  readonly frames: readonly Uint8Array[]
  readonly head: Pick<
    ReplyHead,
    | 'end'
    | 'cursor'
    | 'lsns'
    | 'sealedLsn'
    | 'producers'
    | 'tags'
    | 'statistics'
    | 'cells'
    | 'gaps'
    | 'reduced'
    | 'done'
    | 'backup'
  >
}
