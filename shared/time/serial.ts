/** Runs tasks one after another in the order in which they were given; a failed task does not stop the next. */
export type Serial = <T>(task: () => Promise<T>) => Promise<T>

export function createSerial(): Serial {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const run = last.then(task, task)
    // The failure belongs to whoever gave the task; here it only ends its turn.
    last = run.catch(() => undefined)
    return run
  }
}
