import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import type { Context } from '../context.ts'
import { askGateway } from '../control-client.ts'
import { existingState } from '../state-directory.ts'
import { readStoppedStats, renderStats, type StoreStats } from '../store/stats.ts'

const NOTES = `
Examples:
  genba store stats                           of the gateway that ran last
  genba store stats --state hall-2 --json | jq .bytesPerSample

bytesOnDisk is what the directory of the store takes, with indexes and what is not cleaned up yet. Samples come into
the journal and are sealed into chunks later. Of a running gateway the bytes of the journal are estimated from its
share of the samples. forecast is unknown until the historian has measured for a day.`

export function storeStatsCommand({ output }: Context): Command {
  return new Command('stats')
    .description('say how much is stored, how old it is, and what it takes')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', NOTES)
    .action(async (flags: { readonly state?: string; readonly json?: true }) => {
      const state = existingState(flags.state)
      const running = await askGateway(state, 'GET', '/store')
      const stats =
        running === undefined
          ? await readStoppedStats(state)
          : (JSON.parse(await text(running)) as StoreStats)
      await (flags.json ? output.json(stats) : output.data(renderStats(stats)))
    })
}
