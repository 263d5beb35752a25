import { Command } from 'commander'
import type { Context } from '../context.ts'
import type { GatewayOptions } from '../gateway.ts'
import { durationOption, speedOption } from '../option-values.ts'
import { collectorReplay, type ReplaySource, replaySources } from '../replay-sources.ts'
import { runLive } from '../run-live.ts'
import { runReplay } from '../run-replay.ts'
import { freshState } from '../state-directory.ts'
import {
  addGatewayOptions,
  describeLive,
  type GatewayFlags,
  liveGateway,
  stateOf,
  withConfigFile,
} from './gateway-options.ts'

interface StartFlags extends GatewayFlags {
  readonly replay?: readonly string[]
  readonly speed: 'max' | number
  readonly window: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  npm start                                             simulated machines until Ctrl-C
  npm start -- --machines 5 --seed 42                   more of them
  npm start -- --replay data.csv                        one file through the whole gateway, then a report
  npm start -- --replay a.csv b.csv --speed 60 --json   two files, a minute each second

Exit codes: 0 done, 1 failed or samples lost, 2 wrong usage.`

export function startCommand(context: Context): Command {
  return addGatewayOptions(new Command('start'))
    .description('run a gateway with a status view, or replay files through one and report')
    .option('--replay <file...>', 'CSV files to run through the gateway instead of simulated machines')
    .option('--speed <max|n>', 'of a replay: n seconds of the file in one', speedOption, 'max')
    .option('--window <duration>', 'of a replay: size of the windows', durationOption('--window'), '1h')
    .option('--json', 'print JSON: one object a second, or one report')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: StartFlags) => {
      if (flags.replay === undefined) {
        const form = flags.json ? 'json' : 'text'
        return runLive(context, liveGateway(context, flags), form, describeLive(flags))
      }
      const sources = replaySources(flags.replay)
      return runReplay(context, replayGateway(context, flags, sources), sources, flags.json === true)
    })
}

function replayGateway(
  context: Context,
  flags: StartFlags,
  sources: readonly ReplaySource[],
): GatewayOptions {
  const configurations = {
    'genba.Collector': collectorReplay(sources, flags.speed),
    'genba.Processor': { windows: [{ tags: ['#'], size: flags.window }] },
  }
  return {
    installation: context.installation,
    state: stateOf(flags, freshState(new Date()).path),
    flavour: flags.flavour,
    region: flags.region,
    account: flags.account,
    configurations: withConfigFile(configurations, flags, context),
  }
}
