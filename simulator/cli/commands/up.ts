import { Command } from 'commander'
import type { Context } from '../context.ts'
import { runLive } from '../run-live.ts'
import { addGatewayOptions, describeLive, type GatewayFlags, liveGateway } from './gateway-options.ts'

const EXAMPLES = `
Examples:
  genba up                                simulated machines, one line a second
  genba up --state hall-2 --config hall-2.json
  genba up --json | jq .samplesPerSecond

Stop it with Ctrl-C, or with: genba stop`

export function upCommand(context: Context): Command {
  return addGatewayOptions(new Command('up'))
    .description('run a gateway with plain output, for scripts and logs')
    .option('--json', 'print one JSON object a second')
    .addHelpText('after', EXAMPLES)
    .action((flags: GatewayFlags & { readonly json?: true }) =>
      runLive(context, liveGateway(context, flags), flags.json ? 'json' : 'line', describeLive(flags)),
    )
}
