import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import type { Configurations } from '../../simulator/cli/deployments.ts'
import type { Gateway } from '../../simulator/cli/gateway.ts'
import { COMMAND } from './gateway.ts'

/** What `nice` adds by itself: somebody who tries a configuration on a running gateway is not in a hurry. */
const NICE = 10

/**
 * Where Linux groups processes by session it weighs sessions first: so the child has one of its own, with the same
 * niceness (sched(7), "The autogroup feature").
 */
function giveWay(pid: number): void {
  setPriority(pid, NICE)
  const session = `/proc/${pid}/autogroup`
  if (existsSync(session)) writeFileSync(session, String(NICE))
}

export interface Backtests {
  /** Ends the one that runs. @returns how many ran to their end */
  stop(): Promise<number>
}

/**
 * `genba backtest` over the growing store, again and again, each in a process of its own.
 * @throws Error from `stop` when one has failed
 */
export function runBacktests({ state }: Gateway, configuration: Configurations[string]): Backtests {
  const config = join(state.path, 'backtest.json')
  writeFileSync(config, JSON.stringify(configuration))
  let child: ChildProcess | undefined
  let isStopping = false
  const runAll = async (): Promise<number> => {
    for (let done = 0; ; done++) {
      if (isStopping) return done
      child = spawn(
        process.execPath,
        [COMMAND, 'backtest', '--state', state.path, '--config', config, '--json'],
        { stdio: ['ignore', 'ignore', 'inherit'], detached: true },
      )
      if (child.pid !== undefined) giveWay(child.pid)
      const [code] = await once(child, 'close')
      if (code !== 0 && !isStopping) throw new Error(`genba backtest ended with ${code}`)
    }
  }
  // Looked at in `stop`; a failure before it is kept until then.
  const running = runAll().then(
    (done) => () => done,
    (error: unknown) => () => {
      throw error
    },
  )
  return {
    async stop() {
      isStopping = true
      child?.kill()
      return (await running)()
    },
  }
}
