import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { GenbaError } from '../../../shared/errors/genba-error.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { formatCounted } from '../figures.ts'
import { type ReadFlags, readOf, readOptions } from '../history/options.ts'
import { writeOutFile } from '../history/out-file.ts'
import type { HistoryFormat, HistoryQuestion } from '../history/question.ts'
import { readHistory, readHistoryFrames } from '../history/read.ts'
import { recordExport } from '../law/record-export.ts'
import type { Output } from '../output.ts'
import { writeParquet } from '../parquet/export.ts'
import { existingState, type StateDirectory } from '../state-directory.ts'
import { type RangeFlags, rangeOptions } from './range-options.ts'

interface HistoryFlags extends RangeFlags, ReadFlags {
  readonly format: HistoryFormat | 'parquet'
  readonly out?: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba history                                          everything, as CSV
  genba history --tag 'line1/+/temperature' --from 2026-03-01T08:00Z --to 2026-03-01T09:00Z
  genba history --tag 'line1/#' --format jsonl | jq .value
  genba history --tag line1/press1/force --resolution 10m     a row for each ten minutes
  genba history --tag line1/press1/force --points 1000        what a display of 250 columns shows
  genba history --last                                   the newest sample of each tag
  genba history --gaps 10s                               when nothing came for longer than that
  genba history --reduced                                of what only rollups are left
  genba history --format parquet --out line1.parquet     for DuckDB, pandas and others

Rows are sorted by tag, then time, then order of arrival. Numbers are exact. Reads the store of a stopped gateway too.
Rows of --resolution, --points and --gaps come from rollups where these are fine enough; texts and quarantined samples
are in none of the first two, quarantined ones end no gap. --from and --to bound gaps, too.`

export function historyCommand({ output }: Context): Command {
  const command = new Command('history').description('print stored samples: time, tag, value, quality')
  for (const option of [...rangeOptions(), ...readOptions()]) command.addOption(option)
  return command
    .addOption(
      new Option('--format <name>', 'how to print').choices(['csv', 'jsonl', 'parquet']).default('csv'),
    )
    .option('--out <file>', 'write to a file, which is there once it is complete')
    .option('--json', 'the same as --format jsonl')
    .addHelpText('after', EXAMPLES)
    .action((flags: HistoryFlags) => printHistory(output, flags))
}

async function printHistory(output: Output, flags: HistoryFlags): Promise<void> {
  const { tag: tags, from: fromUs, to: toUs } = flags
  const question: HistoryQuestion = { tags, fromUs, toUs, read: readOf(flags) }
  const format = flags.json ? 'jsonl' : flags.format
  const out = flags.out === undefined ? undefined : resolve(flags.out)
  const state = existingState(flags.state)
  if (format === 'parquet') {
    const path = parquetPath(question, out)
    const rows = await writeParquet(path, readHistoryFrames(state, question))
    await recordExport(state, { target: 'history', tags: tagsOf(question), path })
    output.note(`${formatCounted(rows, 'sample')} written to ${path}`)
    return
  }
  if (out === undefined) return printTo(output, state, question, format)
  await writeOutFile(out, async (file) => {
    for await (const text of readHistory(state, question, format)) await file.write(text)
  })
  await recordExport(state, { target: 'history', tags: tagsOf(question), path: out })
  output.note(`written to ${out}`)
}

const tagsOf = ({ tags }: HistoryQuestion): readonly string[] => (tags.length === 0 ? ['#'] : tags)

async function printTo(
  output: Output,
  state: StateDirectory,
  question: HistoryQuestion,
  format: HistoryFormat,
): Promise<void> {
  for await (const text of readHistory(state, question, format)) {
    await output.data(text)
    if (output.closed.aborted) return
  }
  await noteReduced(output, state, question)
}

/** Samples that are gone are not in the rows, and nobody shall believe that none came. */
async function noteReduced(output: Output, state: StateDirectory, question: HistoryQuestion): Promise<void> {
  if (question.read.kind === 'reduced') return
  let stretches = 0
  try {
    const asked = { ...question, read: { kind: 'reduced' } as const }
    for await (const text of readHistory(state, asked, 'jsonl')) stretches += text.split('\n').length - 1
  } catch (error) {
    // A historian of before there were any.
    if (error instanceof GenbaError && error.code === 'GENBA_HISTORIAN_TOO_OLD') return
    throw error
  }
  if (stretches > 0) {
    output.note(
      `of ${formatCounted(stretches, 'stretch', 'stretches')} samples are gone and rollups are left: --reduced names them`,
    )
  }
}

/** @throws CliError `GENBA_USAGE` */
function parquetPath({ read }: HistoryQuestion, out: string | undefined): string {
  if (out === undefined) {
    throw new CliError('GENBA_USAGE', 'Parquet goes to a file', {
      where: '--format parquet',
      mend: 'say which: --out history.parquet',
    })
  }
  if (read.kind === 'samples' || read.kind === 'last') return out
  throw new CliError('GENBA_USAGE', 'only samples are written as Parquet', {
    where: '--format parquet',
    expected: 'neither --resolution, --points nor --gaps',
    mend: 'write these as csv or jsonl',
  })
}
