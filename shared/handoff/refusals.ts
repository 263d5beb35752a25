import type { Log } from '../component/host.ts'
import type { IntakeRefusal } from '../contract/commit.ts'
import type { Courier } from './courier.ts'
import type { Outbox } from './outbox.ts'

interface RefusalsParts {
  readonly log: Log
  readonly outbox: Pick<Outbox, 'depth'>
  readonly courier: Pick<Courier, 'hold' | 'release'>
}

/** What the historian says of frames that it has no room for: they are kept, and hardly asked for until it takes them. */
export class Refusals {
  readonly #parts: RefusalsParts
  #current: IntakeRefusal | undefined

  constructor(parts: RefusalsParts) {
    this.#parts = parts
  }

  get current(): IntakeRefusal | undefined {
    return this.#current
  }

  /** Of a commit message: each says whether frames are taken. */
  note(refusal: IntakeRefusal | undefined): void {
    const { log, outbox, courier } = this.#parts
    const before = this.#current
    this.#current = refusal
    if (refusal !== undefined && refusal.of !== before?.of) {
      log.warn({ ...refusal, frames: outbox.depth }, 'the historian does not take frames; they are kept')
    }
    if (refusal === undefined && before !== undefined) log.info({}, 'the historian takes frames again')
    if (refusal?.of === 'all') courier.hold()
    else if (before?.of === 'all') courier.release()
  }
}
