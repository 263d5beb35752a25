import { Command } from 'commander'
import type { Context } from '../context.ts'
import { askRunningGateway } from '../control-client.ts'
import { existingState } from '../state-directory.ts'
import type { StatusReport } from '../status-report.ts'
import { renderStatus } from '../status-text.ts'

const EXAMPLES = `
Examples:
  genba status                      of the gateway that ran last
  genba status --state hall-2 --json

Exit codes: 0 it runs, 1 it does not, 2 wrong usage.`

export function statusCommand({ output }: Context): Command {
  return new Command('status')
    .description('say how a running gateway is: figures, components, queues')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async ({ state, json }: { readonly state?: string; readonly json?: true }) => {
      const status = (await askRunningGateway(existingState(state), 'GET', '/status')) as StatusReport
      await (json ? output.json(status) : output.data(renderStatus(status, output.terminal.colours)))
    })
}
