/** Runs what it is given one after the other, whatever becomes of it. */
export class OneByOne {
  #last: Promise<unknown> = Promise.resolve()

  run<T>(task: () => Promise<T>): Promise<T> {
    const running = this.#last.then(task)
    this.#last = running.catch(() => undefined)
    return running
  }
}
