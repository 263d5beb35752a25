import { Command, Option } from 'commander'
import type { Context } from '../context.ts'
import { asCut, askGateway } from '../control-client.ts'
import { formatSamples, type HistoryFormat, historyHeader } from '../history-format.ts'
import { readStoppedHistory } from '../history-read.ts'
import { timeOption } from '../option-values.ts'
import type { Output } from '../output.ts'
import { existingState, type StateDirectory } from '../state-directory.ts'

interface HistoryFlags {
  readonly state?: string
  readonly tag: readonly string[]
  readonly from?: number
  readonly to?: number
  readonly format: HistoryFormat
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba history                                          everything, as CSV
  genba history --tag 'line1/+/temperature' --from 2026-03-01T08:00Z --to 2026-03-01T09:00Z
  genba history --tag 'line1/#' --format jsonl | jq .value

Rows are sorted by tag, then time, then order of arrival. Numbers are exact. Reads the store of a stopped gateway too.`

export function historyCommand({ output }: Context): Command {
  return new Command('history')
    .description('print stored samples: time, tag, value, quality')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--tag <filter>', 'a tag, or a filter with + and #; may be repeated', collect, [])
    .option('--from <time>', 'ISO 8601, inclusive', timeOption('--from'))
    .option('--to <time>', 'ISO 8601, exclusive', timeOption('--to'))
    .addOption(new Option('--format <name>', 'how to print').choices(['csv', 'jsonl']).default('csv'))
    .option('--json', 'the same as --format jsonl')
    .addHelpText('after', EXAMPLES)
    .action((flags: HistoryFlags) => printHistory(output, existingState(flags.state), flags))
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]

async function printHistory(output: Output, state: StateDirectory, flags: HistoryFlags): Promise<void> {
  const { tag: tags, from: fromUs, to: toUs } = flags
  const format = flags.json ? 'jsonl' : flags.format
  const bounds = { fromUs: fromUs?.toString(), toUs: toUs?.toString() }
  const running = await askGateway(state, 'GET', '/history', { tag: tags, ...bounds, format })
  const text = running?.setEncoding('utf8') ?? stoppedHistory(state, { tags, fromUs, toUs }, format)
  try {
    for await (const part of text) {
      await output.data(part)
      if (output.closed.aborted) return
    }
  } catch (error) {
    throw asCut(error, state)
  }
}

async function* stoppedHistory(
  state: StateDirectory,
  query: Parameters<typeof readStoppedHistory>[1],
  format: HistoryFormat,
): AsyncGenerator<string> {
  let text = historyHeader(format)
  for await (const frame of readStoppedHistory(state, query)) {
    yield text
    text = formatSamples(frame, format)
  }
  yield text
}
