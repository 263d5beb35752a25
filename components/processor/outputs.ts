import type { SchedulerLike, Subscription } from 'rxjs'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import type { EncodedContent } from '../../shared/frame/encode.ts'
import type { Sender, SendingProducer } from '../../shared/handoff/sender.ts'
import type { OutputPosition } from '../../shared/processing/application-head.ts'
import type { DerivedBatch } from '../../shared/processing/derived.ts'
import { OUTPUT_AGE_MS } from './limits.ts'
import { OutputFramer, OutputsPosition } from './output-framer.ts'

export interface OutputsParts {
  readonly sender: Sender
  readonly sending: SendingProducer
  readonly scheduler: SchedulerLike
  /** Told when records cannot be handed over at all. */
  readonly onError: (error: unknown) => void
}

/** What one log position gave for the log. */
export interface LogOutputs {
  readonly records: readonly string[]
  readonly derived: readonly DerivedBatch[]
}

/** Hands outputs to the historian, each once: what it already holds of an earlier run is left out. */
export class Outputs {
  /** The newest outputs that the historian held when this run began. */
  readonly held: OutputsPosition
  readonly #parts: OutputsParts
  readonly #framer: OutputFramer
  #timer: Subscription | undefined
  #sends: Promise<void> = Promise.resolve()
  #closedCount = 0
  #sentCount = 0

  constructor(parts: OutputsParts) {
    this.#parts = parts
    this.held = readPosition(parts.sending.resumeAfter)
    this.#framer = new OutputFramer(this.held)
  }

  /** Log position up to which the historian may hold outputs of an earlier run. */
  get heldLsn(): number {
    return Math.max(this.held.lsn, this.held.derived?.lsn ?? 0)
  }

  /** Takes all outputs of one log position. */
  add(lsn: number, { records, derived }: LogOutputs): void {
    for (const [index, batch] of derived.entries()) {
      const position = { lsn, output: index + 1 }
      if (!isHeld(position, this.held.derived)) this.#send(this.#framer.addDerived(batch, position))
    }
    for (const [index, record] of records.entries()) {
      const position = { lsn, output: index + 1 }
      if (!isHeld(position, this.held)) this.#send(this.#framer.addRecord(record, position))
    }
    if (this.#framer.isEmpty || this.#timer !== undefined) return
    this.#timer = this.#parts.scheduler.schedule(() => this.flush(), OUTPUT_AGE_MS)
  }

  /** Closes the open frames. @returns a mark for `isAcknowledged` that covers everything added so far */
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

  #send(contents: readonly EncodedContent[]): void {
    for (const content of contents) {
      this.#closedCount++
      this.#sends = this.#sends
        .then(() => this.#parts.sending.send(content))
        .then(() => {
          this.#sentCount++
        }, this.#parts.onError)
    }
  }
}

/** Whether an output is at or before the newest one that the historian holds. */
function isHeld({ lsn, output }: OutputPosition, held: OutputPosition | undefined): boolean {
  return held !== undefined && (lsn < held.lsn || (lsn === held.lsn && output <= held.output))
}

/** @throws GenbaError `GENBA_PROCESSOR_POSITION` for a position that this component did not write */
function readPosition(text: string): OutputsPosition {
  if (text === '') return { lsn: 0, output: 0 }
  const parsed = attemptJson(text)
  const position = OutputsPosition.safeParse(parsed)
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
