import type { SchedulerLike } from 'rxjs'
import { REPLY_BYTES_MAX } from '../../shared/contract/reply.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { BUSY } from '../../shared/reading/errors.ts'
import type { Clock } from '../../shared/time/time.ts'
import { wait } from '../../shared/time/wait.ts'
import type { AnswerPage } from './answer-page.ts'
import { DOCUMENT_KEPT_MS, DOCUMENT_PROGRESS_MS, REPLY_HEAD_BYTES } from './limits.ts'

/** Makes the bytes of a document, and tells how far it is. */
export type MakeDocument = (onProgress: (done: number) => void) => Promise<Uint8Array>

interface Document {
  readonly id: string
  readonly question: string
  done: number
  bytes: Uint8Array | undefined
  error: unknown
  /** Settles when it is made or has failed; never rejects. */
  made: Promise<void>
  usedMs: number
  /** Somebody has got all of it. */
  isGiven: boolean
}

/** Leaves room for the lengths. */
const PAGE_BYTES = REPLY_BYTES_MAX - REPLY_HEAD_BYTES - 200

/**
 * Answers that take long to make and are too large for one message. One is kept at a time, for those who ask the same
 * and for who lost a page; so memory is bounded by the largest.
 */
export class Documents {
  readonly #clock: Clock
  readonly #scheduler: SchedulerLike
  #kept: Document | undefined
  #count = 0

  constructor(parts: { readonly clock: Clock; readonly scheduler: SchedulerLike }) {
    this.#clock = parts.clock
    this.#scheduler = parts.scheduler
  }

  /**
   * Pages from a cursor on, without end: who sends them stops at the credit, or at the end.
   * @param question by which the same is known again
   * @throws GenbaError `GENBA_HISTORIAN_BUSY` while another is given; `GENBA_DOCUMENT_GONE`; whatever `make` throws
   */
  async *pages(question: string, cursor: string, make: MakeDocument): AsyncGenerator<AnswerPage> {
    const document = this.#find(question, cursor, make)
    while (document.bytes === undefined) {
      await Promise.race([document.made, wait(this.#scheduler, DOCUMENT_PROGRESS_MS)])
      if (document.error !== undefined) throw document.error
      document.usedMs = this.#clock.monotonicMs()
      if (document.bytes === undefined) yield page(document, 0, [], { done: document.done })
    }
    const { bytes } = document
    let offset = Number(cursor.split(':')[1] ?? 0)
    do {
      const part = bytes.subarray(offset, offset + PAGE_BYTES)
      offset += part.length
      document.usedMs = this.#clock.monotonicMs()
      document.isGiven ||= offset >= bytes.length
      yield page(document, offset, [part], {})
    } while (offset < bytes.length)
  }

  #find(question: string, cursor: string, make: MakeDocument): Document {
    const kept = this.#current()
    const [id] = cursor.split(':')
    if (
      kept !== undefined &&
      (cursor === '' ? kept.question === question && !kept.isGiven : kept.id === id)
    ) {
      return kept
    }
    if (cursor !== '') throw gone()
    if (kept !== undefined && !kept.isGiven) {
      throw new GenbaError(BUSY, 'the historian gives another document to somebody')
    }
    return this.#begin(question, make)
  }

  #current(): Document | undefined {
    const kept = this.#kept
    if (kept?.bytes === undefined) return kept?.error === undefined ? kept : undefined
    return this.#clock.monotonicMs() - kept.usedMs < DOCUMENT_KEPT_MS ? kept : undefined
  }

  #begin(question: string, make: MakeDocument): Document {
    this.#count += 1
    const document: Document = {
      id: String(this.#count),
      question,
      done: 0,
      bytes: undefined,
      error: undefined,
      made: Promise.resolve(),
      usedMs: this.#clock.monotonicMs(),
      isGiven: false,
    }
    this.#kept = document
    document.made = make((done) => {
      document.done = done
    }).then(
      (bytes) => {
        document.bytes = bytes
      },
      (error: unknown) => {
        document.error = error
      },
    )
    return document
  }
}

function page(
  { id, bytes }: Document,
  offset: number,
  frames: readonly Uint8Array[],
  more: { readonly done?: number },
): AnswerPage {
  return { frames, head: { cursor: `${id}:${offset}`, end: offset === bytes?.length, ...more } }
}

const gone = () =>
  new GenbaError('GENBA_DOCUMENT_GONE', 'the historian does not keep this answer any more', {
    issues: [{ where: 'cursor', mend: 'ask again from the beginning' }],
  })
