import { Command } from 'commander'
import { type JournalVerification, verifyJournal } from '../../../shared/journal/verify/verify.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { formatCount, formatCounted } from '../figures.ts'
import { createProgress } from '../progress.ts'
import { existingState, type StateDirectory } from '../state-directory.ts'
import { openStoppedStore } from '../stopped-store.ts'

interface VerifyFlags {
  readonly state?: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba verify
  genba verify --state hall-2 --json

Reads everything that a stopped gateway has stored: each frame and chunk against its checksum and its leaf of the Merkle
log, that log against itself, and what is there against what was counted when it came. Nothing is written. Keep the root
hash: whoever has an earlier one can be shown that nothing before it was changed.

Exit codes: 0 nothing is wrong, 1 something is (each problem is named), 2 wrong usage.`

export function verifyCommand({ output }: Context): Command {
  return new Command('verify')
    .description('prove that what is stored is what came')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: VerifyFlags) => {
      const state = existingState(flags.state)
      const progress = createProgress(output)
      const store = await openStoppedStore(state)
      try {
        const found = await verifyJournal(store, (checked) =>
          progress.show(() => `verify: ${formatCount(checked)} frames and chunks checked`),
        )
        progress.end()
        await (flags.json
          ? output.json({ v: 1, ok: found.problemCount === 0, ...found })
          : output.data(textOf(found)))
        if (found.problemCount > 0) throw damagedStore(state, found)
      } finally {
        progress.end()
        await store.close()
      }
    })
}

function textOf(found: JournalVerification): string {
  const { frames, chunks, samples, leaves, rootHash, unproven, problems, problemCount } = found
  const lines = [
    `${formatCounted(samples, 'sample')} in ${formatCounted(frames, 'frame')} of the log and ${formatCounted(chunks, 'chunk')}`,
    `${formatCounted(leaves, 'leaf', 'leaves')}, root ${rootHash}`,
  ]
  if (unproven > 0) lines.push(`${formatCounted(unproven, 'frame')} from before there were proofs`)
  for (const { where, what } of problems) lines.push(`${where}: ${what}`)
  if (problemCount > problems.length) lines.push(`and ${problemCount - problems.length} more`)
  if (problemCount === 0) lines.push('nothing is wrong')
  return `${lines.join('\n')}\n`
}

const damagedStore = ({ path }: StateDirectory, { problemCount }: JournalVerification): CliError =>
  new CliError('GENBA_STORE_DAMAGED', 'what is stored is not what came', {
    where: path,
    received: `${formatCounted(problemCount, 'problem')}, named above`,
    mend: 'take what is named from a copy made before; everything else can be trusted',
  })
