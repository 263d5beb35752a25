import { Command } from 'commander'
import type { Context } from '../context.ts'
import { runLive } from '../run-live.ts'
import { addGatewayOptions, describeLive, type GatewayFlags, liveGateway } from './gateway-options.ts'

const EXAMPLES = `
Examples:
  genba up                                simulated machines, one line a second
  genba up --state hall-2 --config hall-2.json
  genba up --json | jq .samplesPerSecond
  genba up --no-genba --flavour java --root /tmp/core   a bare core device; see genba deploy

Stop it with Ctrl-C, or with: genba stop`

interface UpFlags extends GatewayFlags {
  readonly genba: boolean
  readonly json?: true
}

export function upCommand(context: Context): Command {
  return addGatewayOptions(new Command('up'))
    .description('run a gateway with plain output, for scripts and logs')
    .option('--no-genba', 'start a core device without any component, to deploy others to it')
    .option('--json', 'print one JSON object a second')
    .addHelpText('after', EXAMPLES)
    .action(({ genba: hasComponents, json, ...flags }: UpFlags) => {
      const options = { ...liveGateway(context, flags), hasComponents }
      const about = hasComponents ? describeLive(flags) : [`no components, nucleus ${flags.flavour}`]
      return runLive(context, options, json ? 'json' : 'line', about)
    })
}
