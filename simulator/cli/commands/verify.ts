import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { type JournalVerification, verifyJournal } from '../../../shared/journal/verify/verify.ts'
import { StoreError } from '../../../shared/store/errors.ts'
import { checkLevelFiles, type FileProblem } from '../../../shared/store/level-files/check-files.ts'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import type { KeyValueStore } from '../../../shared/store/store.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { formatCounted } from '../figures.ts'
import { existingState, type StateDirectory } from '../state-directory.ts'
import { createStoreProgress } from '../store-progress.ts'

interface VerifyFlags {
  readonly state?: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba verify
  genba verify --state hall-2 --json

Reads everything that a stopped gateway has stored: each file and each frame and chunk against its checksum, these also
against their leaf of the Merkle log, that log against itself, indexes against what they are made of, and what is there
against what was counted when it came. Nothing is written. Keep the root
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
      const progress = createStoreProgress(output)
      const files = await filesOf(state)
      const store = await openStopped(state)
      try {
        const journal = await verifyJournal(store, (checked) =>
          progress.show(() => `${checked.toLocaleString('en')} frames and chunks checked`),
        )
        const found = withFiles(journal, files)
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

/** Before LevelDB opens the store: it writes into its files, and drops what it cannot read. */
const filesOf = async ({ historianStore }: StateDirectory): Promise<readonly FileProblem[]> =>
  existsSync(historianStore) ? checkLevelFiles(historianStore) : []

const withFiles = (found: JournalVerification, files: readonly FileProblem[]): JournalVerification => ({
  ...found,
  problems: [...files.map(({ file, what }) => ({ where: `file ${file}`, what })), ...found.problems],
  problemCount: found.problemCount + files.length,
})

async function openStopped({ path, historianStore }: StateDirectory): Promise<KeyValueStore> {
  if (!existsSync(historianStore)) {
    throw new CliError('GENBA_STATE_MISSING', 'this gateway has stored nothing yet', { where: path })
  }
  try {
    return await openLevelStore(historianStore)
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'GENBA_STORE_LOCKED')) throw error
    throw new CliError('GENBA_GATEWAY_RUNNING', 'a running gateway owns this store', {
      where: path,
      expected: 'a stopped gateway',
      mend: `stop it with: genba stop --state ${path}`,
      effect: 'nothing was verified',
    })
  }
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
    received: `${problemCount} problems, named above`,
    mend: `genba repair --state ${path} keeps what is good; or restore a backup; everything else can be trusted`,
  })
