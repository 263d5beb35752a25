import type { AlarmCommand } from '../../shared/alarm/command.ts'
import { GenbaError } from '../../shared/errors/genba-error.ts'
import { ORDERS_MAX } from './limits.ts'

interface Order {
  readonly command: AlarmCommand
  readonly resolve: (isKnown: boolean) => void
}

/**
 * What people ask of alarms, until the processor stands between two frames of the log. An order is part of the state
 * like a change of settings: it is answered once a checkpoint with it is on disk.
 */
export class Orders {
  readonly #waiting: Order[] = []
  readonly #onOrder: () => void

  constructor(onOrder: () => void) {
    this.#onOrder = onOrder
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** @returns whether there is such an alarm; @throws GenbaError `GENBA_PROCESSOR_BUSY` */
  give(command: AlarmCommand): Promise<boolean> {
    if (this.#waiting.length >= ORDERS_MAX) {
      throw new GenbaError('GENBA_PROCESSOR_BUSY', 'too many orders wait for the processor', {
        issues: [{ mend: 'ask again when it has caught up with the log' }],
      })
    }
    return new Promise((resolve) => {
      this.#waiting.push({ command, resolve })
      this.#onOrder()
    })
  }

  /** @returns tells those who asked; to be called when the change is safe */
  carryOut(apply: (command: AlarmCommand) => boolean): () => void {
    const answers = this.#waiting
      .splice(0)
      .map(({ command, resolve }) => ({ resolve, isKnown: apply(command) }))
    return () => {
      for (const { resolve, isKnown } of answers) resolve(isKnown)
    }
  }
}
