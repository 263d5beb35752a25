import { Command } from 'commander'
import { TagStatistics } from '../../../shared/contract/read-reply.ts'
import type { Context } from '../context.ts'
import { parseLines } from '../history/lines.ts'
import { readHistory } from '../history/read.ts'
import { statisticsTable } from '../history/statistics-table.ts'
import { existingState } from '../state-directory.ts'
import { type RangeFlags, rangeOptions } from './range-options.ts'

interface StatsFlags extends RangeFlags {
  readonly everySample?: true
  readonly json?: true
}

const NOTES = `
Examples:
  genba stats                                            of every tag, over all time
  genba stats --tag 'line1/#' --from 2026-03-01 --to 2026-04-01
  genba stats --tag line1/press1/force --every-sample --json | jq .everySample.standardDeviation

Of numbers and booleans (as 0 and 1): count, mean and extremes of the good and uncertain ones; bad ones, NaN and
infinities are counted. Texts and quarantined samples are left out. A month is read from rollups in milliseconds;
--every-sample reads all samples for what rollups do not keep: uncertain ones and the standard deviation (divided by
the count). A mean weighted by time is not among the figures: rollups do not keep how long a value was held.`

export function statsCommand({ output }: Context): Command {
  const command = new Command('stats').description('count, mean and extremes of tags over a range of time')
  for (const option of rangeOptions()) command.addOption(option)
  return command
    .option('--every-sample', 'read every sample, for the standard deviation, too')
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', NOTES)
    .action(async (flags: StatsFlags) => {
      const { state, tag: tags, from: fromUs, to: toUs, everySample = false } = flags
      const question = { tags, fromUs, toUs, read: { kind: 'statistics', everySample } } as const
      const lines = readHistory(existingState(state), question, 'jsonl')
      if (flags.json) for await (const text of lines) await output.data(text)
      else await output.data(statisticsTable(await parseLines(lines, TagStatistics), everySample))
    })
}
