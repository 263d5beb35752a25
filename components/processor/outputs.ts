import type { SchedulerLike, Subscription } from 'rxjs'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import type { EncodedContent } from '../../shared/frame/encode.ts'
import type { Sender, SendingProducer } from '../../shared/handoff/sender.ts'
import { OutputPosition } from '../../shared/processing/application.ts'
import { OUTPUT_AGE_MS } from './limits.ts'
import { RecordFramer } from './record-framer.ts'

export interface OutputsParts {
  readonly sender: Sender
  readonly sending: SendingProducer
  readonly scheduler: SchedulerLike
  /** Told when records cannot be handed over at all. */
  readonly onError: (error: unknown) => void
}

/** Hands records to the historian, each once: what it already holds of an earlier run is left out. */
export class Outputs {
  /** The newest output that the historian held when this run began. */
  readonly held: OutputPosition
  readonly #parts: OutputsParts
  readonly #framer = new RecordFramer()
  #timer: Subscription | undefined
  #sends: Promise<void> = Promise.resolve()
  #closedCount = 0
  #sentCount = 0

  constructor(parts: OutputsParts) {
    this.#parts = parts
    this.held = readPosition(parts.sending.resumeAfter)
  }

  /** Takes all outputs of one log position. */
  add(lsn: number, records: readonly string[]): void {
    for (const [index, record] of records.entries()) {
      const output = index + 1
      if (lsn < this.held.lsn || (lsn === this.held.lsn && output <= this.held.output)) continue
      this.#send(this.#framer.add(record, { lsn, output }))
    }
    if (this.#framer.isEmpty || this.#timer !== undefined) return
    this.#timer = this.#parts.scheduler.schedule(() => this.flush(), OUTPUT_AGE_MS)
  }

  /** Closes the open frame. @returns a mark for `isAcknowledged` that covers everything added so far */
  flush(): number {
    this.#timer?.unsubscribe()
    this.#timer = undefined
    this.#send(this.#framer.close())
    return this.#closedCount
  }

  /** The outbox is first in, first out, and holds nothing else: what is not in it any more has been acknowledged. */
  isAcknowledged(mark: number): boolean {
    return this.#sentCount - this.#parts.sender.figures().depth >= mark
  }

  /**
   * Resolves when the outbox has taken all frames closed so far: the input waits for this while it is full.
   *
   * @throws the signal's reason once it is aborted
   */
  room(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onAbort = () => reject(signal.reason)
      signal.addEventListener('abort', onAbort, { once: true })
      if (signal.aborted) onAbort()
      void this.#sends.then(() => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      })
    })
  }

  #send(content: EncodedContent | undefined): void {
    if (content === undefined) return
    this.#closedCount++
    this.#sends = this.#sends
      .then(() => this.#parts.sending.send(content))
      .then(() => {
        this.#sentCount++
      }, this.#parts.onError)
  }
}

/** @throws GenbaError `GENBA_PROCESSOR_POSITION` for a position that this component did not write */
function readPosition(text: string): OutputPosition {
  if (text === '') return { lsn: 0, output: 0 }
  const parsed = attemptJson(text)
  const position = OutputPosition.safeParse(parsed)
  if (position.success) return position.data
  throw new GenbaError('GENBA_PROCESSOR_POSITION', 'the historian holds a position that cannot be read', {
    issues: [{ expected: '{"lsn":…,"output":…}', received: text, mend: 'update this component' }],
  })
}

function attemptJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The schema refuses it with the text in the error.
    return undefined
  }
}
