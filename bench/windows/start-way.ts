import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Round, type WayTask } from './round.ts'
import type { WayName } from './way-name.ts'

/** Benchmarks run from dist/bench. */
const MODULE = fileURLToPath(new URL('windows-way.mjs', import.meta.url))

/** A process that computes in one way. */
export interface Way {
  /** @throws Error when the process has ended, which has said why on its error output */
  run(): Promise<Round>
  stop(): void
}

export function startWay(way: WayName, size: Omit<WayTask, 'way'>): Way {
  const task: WayTask = { way, ...size }
  const child = fork(MODULE, [JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the process of ${way} ended with ${code}`)
  })
  // Looked at by whoever waits for a round; nobody waits once it is stopped.
  ended.catch(() => undefined)
  return {
    async run() {
      const answered = once(child, 'message')
      child.send('round')
      const [answer] = await Promise.race([answered, ended])
      return Round.parse(answer)
    },
    stop: () => child.disconnect(),
  }
}
