import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Request, StoreTask } from './task.ts'

/** Benchmarks run from dist/bench. */
const MODULE = fileURLToPath(new URL('store-way.mjs', import.meta.url))

/** A process with one store. */
export interface StoreProcess {
  /** @throws Error when the process has ended, which has said why on its error output */
  ask(request: Request): Promise<unknown>
  stop(): void
}

export function startStore(task: StoreTask): StoreProcess {
  const child = fork(MODULE, [JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process of ${task.store} ended with ${code}`)
  })
  // Looked at by whoever waits for figures; nobody waits once it is stopped.
  ended.catch(() => undefined)
  return {
    async ask(request) {
      const answered = once(child, 'message')
      child.send(request)
      const [figures] = await Promise.race([answered, ended])
      return figures
    },
    stop: () => {
      if (child.connected) child.disconnect()
    },
  }
}
