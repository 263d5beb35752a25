import { Command } from 'commander'
import { EVIDENCE_BYTES_MAX } from '../../../shared/evidence/limits.ts'
import { verifyEvidence } from '../../../shared/evidence/verify.ts'
import type { Context } from '../context.ts'
import { formatBytes, formatCounted } from '../figures.ts'
import { recordExport } from '../law/record-export.ts'
import { timeOption } from '../option-values.ts'
import type { Output } from '../output.ts'
import { countOf, evidenceJson } from '../proof/evidence-text.ts'
import { writeEvidence } from '../proof/prove.ts'
import { readWholeFile } from '../read-file.ts'
import { existingState } from '../state-directory.ts'

interface ProveFlags {
  readonly state?: string
  readonly tag: string
  readonly from?: number
  readonly to?: number
  readonly out: string
  readonly seal?: true
  readonly json?: true
}

const NOTES = `
Examples:
  genba prove --tag line1/press3/temperature --from 2026-03-01 --to 2026-03-02 --out press3.evidence
  genba verify --evidence press3.evidence --key gateway.pem       anywhere, with nothing but this command

The file holds the frames and chunks with the samples, the way of each to a tree head that the gateway signs, the law
class of the tag, and the entries of the audit trail on it; docs/evidence.md has the format. Frames as they came hold
other tags as well, and give them away; chunks hold one tag alone. What is older than the configured sealAfter is in
chunks. --seal puts everything that a stopped gateway has stored into chunks first: what its processor has not processed
then gets no windows and alarms.`

export function proveCommand({ output }: Context): Command {
  return new Command('prove')
    .description('write an evidence file: samples of a tag with the proof that they are what came')
    .requiredOption('--tag <name>', 'the whole name of a tag')
    .option('--from <time>', 'ISO 8601, inclusive', timeOption('--from'))
    .option('--to <time>', 'ISO 8601, exclusive', timeOption('--to'))
    .requiredOption('--out <file>', 'where to write it')
    .option('--seal', 'of a stopped gateway: seal everything first')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', NOTES)
    .action((flags: ProveFlags) => runProve(output, flags))
}

async function runProve(output: Output, flags: ProveFlags): Promise<void> {
  const { tag, from = null, to = null, out, seal = false, json } = flags
  const state = existingState(flags.state)
  await writeEvidence(state, { tag, fromUs: from, toUs: to }, out, { seal })
  await recordExport(state, { target: `evidence of ${tag}`, tags: [tag], path: out })
  const bytes = readWholeFile(out, EVIDENCE_BYTES_MAX)
  const report = verifyEvidence(bytes)
  if (!report.ok)
    throw new Error(`${out} does not verify: ${report.checks.flatMap(({ reasons }) => reasons).join('; ')}`)
  if (json) return output.json({ file: out, bytes: bytes.length, ...evidenceJson(report) })
  const samples = formatCounted(countOf(report), 'sample')
  const leaves = formatCounted(report.head?.size ?? 0, 'leaf', 'leaves')
  return output.data(
    `${out}: ${samples} in ${formatBytes(bytes.length)}, proven against a head of ${leaves} by key ${report.keyId}\n`,
  )
}
