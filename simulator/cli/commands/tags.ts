import { Command } from 'commander'
import { formatTimeUs } from '../../../shared/time/time.ts'
import type { Context } from '../context.ts'
import { formatCount } from '../figures.ts'
import { parseLines } from '../history/lines.ts'
import { readHistory } from '../history/read.ts'
import { TagRow } from '../history/rows.ts'
import { existingState } from '../state-directory.ts'
import { formatTable } from '../table.ts'
import { stateOption } from './range-options.ts'

const NOTES = `
Examples:
  genba tags
  genba tags 'line1/+/temperature' --json | jq .samples

first and last are times of samples, quarantined ones included; producers are all that have written the tag.`

interface TagsFlags {
  readonly state?: string
  readonly json?: true
}

export function tagsCommand({ output }: Context): Command {
  return new Command('tags')
    .description('list the tags of a store: samples, first, last, producers')
    .argument('[filter]', 'a tag, or a filter with + and #')
    .addOption(stateOption())
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', NOTES)
    .action(async (filter: string | undefined, flags: TagsFlags) => {
      const question = { tags: filter === undefined ? [] : [filter], read: { kind: 'tags' } } as const
      const lines = readHistory(existingState(flags.state), question, 'jsonl')
      if (flags.json) for await (const text of lines) await output.data(text)
      else await output.data(tableOf(await parseLines(lines, TagRow)))
    })
}

function tableOf(rows: readonly TagRow[]): string {
  const time = (timeUs: number | null): string => (timeUs === null ? '' : formatTimeUs(timeUs))
  return formatTable(
    ['tag', 'samples', 'first', 'last', 'producers'],
    rows.map(({ tag, samples, firstUs, lastUs, producers }) => [
      tag,
      formatCount(samples),
      time(firstUs),
      time(lastUs),
      producers.join(', '),
    ]),
  )
}
