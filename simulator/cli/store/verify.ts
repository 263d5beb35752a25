import { createInterface } from 'node:readline'
import type { JournalVerification } from '../../../shared/journal/verify/verification.ts'
import { verifyJournal } from '../../../shared/journal/verify/verify.ts'
import { checkLevelFiles, type FileProblem } from '../../../shared/store/level-files/check-files.ts'
import { asCut, askGateway } from '../control-client.ts'
import { CliError } from '../errors.ts'
import { formatCounted } from '../figures.ts'
import type { Output } from '../output.ts'
import { createProgress } from '../progress.ts'
import type { StateDirectory } from '../state-directory.ts'
import { checkStored, openStoppedStore } from './stopped.ts'

type OnProgress = (checked: number) => void

/** Checks everything that a gateway has stored, running or stopped. @throws CliError `GENBA_STORE_DAMAGED` */
export async function printStoreCheck(
  output: Output,
  state: StateDirectory,
  { json }: { readonly json?: true },
): Promise<void> {
  const progress = createProgress(output)
  const onProgress: OnProgress = (checked) =>
    progress.show(() => `${checked.toLocaleString('en')} frames and chunks checked`)
  try {
    const found = (await verifyRunning(state, onProgress)) ?? (await verifyStopped(state, onProgress))
    progress.end()
    await (json ? output.json({ v: 1, ok: found.problemCount === 0, ...found }) : output.data(textOf(found)))
    if (found.problemCount > 0) throw damagedStore(state, found)
  } finally {
    progress.end()
  }
}

/** Undefined when no gateway runs there. */
async function verifyRunning(
  state: StateDirectory,
  onProgress: OnProgress,
): Promise<JournalVerification | undefined> {
  const response = await askGateway(state, 'GET', '/verification')
  if (response === undefined) return undefined
  try {
    for await (const line of createInterface({ input: response })) {
      const answer = JSON.parse(line) as JournalVerification | { readonly checked: number }
      if (!('checked' in answer)) return answer
      onProgress(answer.checked)
    }
  } catch (error) {
    throw asCut(error, state)
  }
  throw new CliError('GENBA_GATEWAY_BUSY', 'the gateway ended before it had answered', { where: state.path })
}

async function verifyStopped(state: StateDirectory, onProgress: OnProgress): Promise<JournalVerification> {
  checkStored(state)
  // Before LevelDB opens the store: it writes into its files, and drops what it cannot read.
  const files = await checkLevelFiles(state.historianStore)
  const store = await openStoppedStore(state)
  try {
    return withFiles(await verifyJournal(store, onProgress), files)
  } finally {
    await store.close()
  }
}

const withFiles = (found: JournalVerification, files: readonly FileProblem[]): JournalVerification => ({
  ...found,
  problems: [...files.map(({ file, what }) => ({ where: `file ${file}`, what })), ...found.problems],
  problemCount: found.problemCount + files.length,
})

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
