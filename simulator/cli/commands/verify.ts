import { Command } from 'commander'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import type { Output } from '../output.ts'
import { printEvidenceCheck } from '../proof/verify-evidence.ts'
import { printHeadCheck } from '../proof/verify-head.ts'
import { existingState } from '../state-directory.ts'
import { printStoreCheck } from '../store/verify.ts'

interface VerifyFlags {
  readonly state?: string
  readonly evidence?: string
  readonly head?: string
  readonly key?: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba verify                                           everything that the gateway of the last run has stored
  genba verify --state hall-2 --json
  genba verify --evidence press3.evidence --key key.pem  a file of genba prove; needs no gateway
  genba verify --head head-2026-03.json                  does the store still have what this head was signed over?

Without --evidence and --head everything that is stored is read: each frame and chunk against its checksum and its leaf of
the Merkle log, that log against itself, indexes against what they are made of, and what is there against what was counted
when it came; of a stopped gateway each file against its checksums, too. A gateway that runs goes on meanwhile, and is
checked up to where it was. Nothing is written. Keep what genba head prints somewhere else: whoever has an earlier head
can be shown that nothing before it was changed.

Exit codes: 0 nothing is wrong, 1 something is (each problem is named), 2 wrong usage.`

export function verifyCommand({ output }: Context): Command {
  return new Command('verify')
    .description('prove that what is stored, or in an evidence file, is what came')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--evidence <file>', 'check a file of genba prove instead')
    .option(
      '--head <file>',
      'check that the store continues an earlier head, as genba head --json printed it',
    )
    .option('--key <file>', "with --evidence or --head: the gateway's public key, PEM")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action((flags: VerifyFlags) => runVerify(output, flags))
}

function runVerify(output: Output, { state, evidence, head, key, json }: VerifyFlags): Promise<void> {
  const options = { ...(key === undefined ? {} : { key }), ...(json && { json }) }
  if (evidence !== undefined && (head !== undefined || state !== undefined)) {
    throw wrongTogether('--evidence goes with --key and --json alone: it needs no gateway')
  }
  if (evidence !== undefined) return printEvidenceCheck(output, evidence, options)
  if (head !== undefined) return printHeadCheck(output, existingState(state), { head, ...options })
  if (key !== undefined) throw wrongTogether('--key goes with --evidence or --head')
  return printStoreCheck(output, existingState(state), options)
}

const wrongTogether = (mend: string): CliError =>
  new CliError('GENBA_USAGE', 'these options do not go together', { mend })
