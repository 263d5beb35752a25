import { BusError } from '../component/bus-error.ts'
import type { IpcCall } from './ipc-error.ts'

/** Runs tasks in the order of asking, so many at once and no more. */
export class InFlight {
  readonly #limit: number
  readonly #waitingMax: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(limit: number, waitingMax: number) {
    this.#limit = limit
    this.#waitingMax = waitingMax
  }

  /** @throws BusError `GENBA_BUS_REFUSED` when too many wait already; the task was not begun */
  async run<T>(call: IpcCall, task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit) await this.#waitTurn(call)
    else this.#running++
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }

  #waitTurn({ operation, resource }: IpcCall): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) {
      throw new BusError('GENBA_BUS_REFUSED', 'too many messages wait for the nucleus', {
        issues: [
          {
            where: `${operation} ${resource}`,
            expected: `at most ${this.#waitingMax} waiting`,
            mend: 'wait for earlier ones',
          },
        ],
      })
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }
}
