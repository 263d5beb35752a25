import { Command } from 'commander'
import { readCases } from '../conform/case-file.ts'
import { describeReport } from '../conform/report-text.ts'
import { runCases } from '../conform/run-cases.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import type { Output } from '../output.ts'

/** Whoever waits longer than this wants to see that something happens. */
const QUIET_MS = 2000
const PROGRESS_EVERY_MS = 1000

const EXAMPLES = `
Each line is one case: { "id", "kind", …, "expect" }; a line without a kind is iot-sql.

Examples:
  genba conform window-cases.jsonl
  genba conform iot-sql-cases.jsonl --json | jq '.failures[].id'

Exit codes: 0 all passed, 1 some failed or the file cannot be used, 2 wrong usage.`

export function conformCommand({ output }: Context): Command {
  return new Command('conform')
    .description('run the cases of a file and compare the answers')
    .argument('<file>', 'JSON lines, one case each')
    .option('--json', '{ passed, failed, failures: [{ id, expected, actual }] }')
    .addHelpText('after', EXAMPLES)
    .action((file: string, flags: { readonly json?: true }) => conform(output, file, flags.json === true))
}

async function conform(output: Output, file: string, asJson: boolean): Promise<void> {
  const cases = readCases(file)
  const report = runCases(cases, createProgress(output, cases.length))
  if (asJson) await output.json(report)
  else await output.data(`${describeReport(report, output.terminal)}\n`)
  if (report.failed > 0) {
    throw new CliError('GENBA_CASES_FAILED', `${report.failed} of ${cases.length} cases failed`)
  }
}

function createProgress(output: Output, total: number): (done: number) => void {
  let nextMs = performance.now() + QUIET_MS
  return (done) => {
    const nowMs = performance.now()
    if (nowMs < nextMs) return
    nextMs = nowMs + PROGRESS_EVERY_MS
    output.note(`${done} of ${total} cases`)
  }
}
