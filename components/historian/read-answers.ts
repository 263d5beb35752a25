import type { HistorianRequest, ReplyHead } from '../../shared/contract/historian-request.ts'
import { REPLY_BYTES_MAX } from '../../shared/contract/reply.ts'
import type { JournalReads, Outcome } from '../../shared/journal/read/reads.ts'
import type { AnswerPage } from './answer-page.ts'
import { REPLY_HEAD_BYTES } from './limits.ts'

type ReadRequest = Extract<HistorianRequest, { op: keyof JournalReads }>

const READS: ReadonlySet<string> = new Set<keyof JournalReads>([
  'statistics',
  'cells',
  'gaps',
  'reduced',
  'last',
  'picture',
])

export const isRead = (request: HistorianRequest): request is ReadRequest => READS.has(request.op)

/** @throws JournalError for a filter or cursor that is none; StoreError */
export function answerRead(reads: JournalReads, request: ReadRequest): AsyncGenerator<AnswerPage> {
  if (request.op === 'statistics') {
    return pagesOf(
      reads.statistics(request),
      request,
      listed((statistics) => ({ statistics })),
    )
  }
  if (request.op === 'cells')
    return pagesOf(
      reads.cells(request),
      request,
      listed((cells) => ({ cells })),
    )
  if (request.op === 'gaps')
    return pagesOf(
      reads.gaps(request),
      request,
      listed((gaps) => ({ gaps })),
    )
  if (request.op === 'reduced')
    return pagesOf(
      reads.reduced(request),
      request,
      listed((reduced) => ({ reduced })),
    )
  const frames = request.op === 'last' ? reads.last(request) : reads.picture(request)
  return pagesOf(frames, request, FRAMES)
}

/** How outcomes stand in a reply. */
interface Form<T> {
  readonly sizeOf: (value: T) => number
  readonly page: (values: readonly T[]) => {
    readonly head: Partial<ReplyHead>
    readonly frames: Uint8Array[]
  }
}

const listed = <T>(headOf: (values: T[]) => Partial<ReplyHead>): Form<T> => ({
  sizeOf: (value) => Buffer.byteLength(JSON.stringify(value)) + 1,
  page: (values) => ({ head: headOf([...values]), frames: [] }),
})

const FRAMES: Form<Uint8Array> = {
  sizeOf: ({ length }) => length + 2,
  page: (values) => ({ head: {}, frames: [...values] }),
}

/** Pages as full as they may be, at most as many as the credit; the last knows whether anything is left. */
async function* pagesOf<T>(
  outcomes: AsyncGenerator<Outcome<T>>,
  { cursor: begin, credit }: Pick<ReadRequest, 'cursor' | 'credit'>,
  { sizeOf, page }: Form<T>,
): AsyncGenerator<AnswerPage> {
  let values: T[] = []
  let sizeBytes = 0
  let cursor = begin
  let pageCount = 0
  const filled = (end: boolean): AnswerPage => {
    const { head, frames } = page(values)
    return { frames, head: { ...head, cursor, end } }
  }
  for await (const outcome of outcomes) {
    const ownBytes = sizeOf(outcome.value)
    const roomBytes = ROOM_BYTES - Buffer.byteLength(JSON.stringify(outcome.cursor))
    if (values.length > 0 && sizeBytes + ownBytes > roomBytes) {
      yield filled(false)
      pageCount += 1
      if (pageCount === credit) return
      values = []
      sizeBytes = 0
    }
    values.push(outcome.value)
    sizeBytes += ownBytes
    cursor = outcome.cursor
  }
  yield filled(true)
}

const ROOM_BYTES = REPLY_BYTES_MAX - REPLY_HEAD_BYTES
