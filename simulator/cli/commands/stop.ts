import { setTimeout as pause } from 'node:timers/promises'
import { Command } from 'commander'
import type { Context } from '../context.ts'
import { askGateway, askRunningGateway } from '../control-client.ts'
import { CliError } from '../errors.ts'
import { existingState, type StateDirectory } from '../state-directory.ts'

const EXAMPLES = `
Examples:
  genba stop                     the gateway that ran last
  genba stop --state hall-2`

const POLL_MS = 100
/** Components drain for some seconds each before they are killed. */
const STOP_MS_MAX = 120_000

export function stopCommand({ output }: Context): Command {
  return new Command('stop')
    .description('stop a running gateway in order, and wait until it has')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async ({ state: option, json }: { readonly state?: string; readonly json?: true }) => {
      const state = existingState(option)
      await askRunningGateway(state, 'POST', '/stop')
      await untilStopped(state)
      await (json
        ? output.json({ stopped: state.path })
        : output.data(`stopped; what it stored is in ${state.path}: genba history\n`))
    })
}

async function untilStopped(state: StateDirectory): Promise<void> {
  for (let waitedMs = 0; waitedMs < STOP_MS_MAX; waitedMs += POLL_MS) {
    if (!(await isThere(state))) return
    await pause(POLL_MS)
  }
  throw new CliError('GENBA_GATEWAY_BUSY', 'the gateway has not stopped', { where: state.path })
}

async function isThere(state: StateDirectory): Promise<boolean> {
  try {
    const response = await askGateway(state, 'GET', '/status')
    response?.resume()
    return response !== undefined
  } catch (error) {
    // It is just ending, and nearly gone.
    if (error instanceof CliError && error.code === 'GENBA_GATEWAY_BUSY') return true
    throw error
  }
}
