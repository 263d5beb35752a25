import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { Command } from 'commander'
import type { BackupManifest } from '../../../shared/contract/historian-request.ts'
import { becomeJournal, proveBackup } from '../../../shared/journal/backup/restore.ts'
import { checkLevelFiles } from '../../../shared/store/level-files/check-files.ts'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import { formatTimeUs } from '../../../shared/time/time.ts'
import type { Context } from '../context.ts'
import { CliError } from '../errors.ts'
import { formatCounted } from '../figures.ts'
import { createProgress } from '../progress.ts'
import { type StateDirectory, stateDirectory } from '../state-directory.ts'
import { type BackupDirectory, existingBackup } from '../store/backup-directory.ts'
import { withOwnState } from '../store/owner.ts'

const EXAMPLES = `
Examples:
  genba restore /mnt/usb/hall-2 --state hall-2b
  genba start --state hall-2b

Takes a backup into the directory of a gateway that has stored nothing yet. The copy is proven before it counts: every
file by its checksums, every frame and chunk by its leaf, and the whole by the root that the backup was made with. The
backup is only read, so it may be on a disk that cannot be written. Sources go on after what the backup holds; what came
after it is lost, unless its source can be read again.

Exit codes: 0 restored and proven, 1 the backup is incomplete or damaged (nothing is restored), 2 wrong usage.`

export function restoreCommand({ output }: Context): Command {
  return new Command('restore')
    .description('make the store of a new gateway of a backup, and prove it')
    .argument('<dir>', 'what genba backup has made')
    .requiredOption('--state <dir>', 'a new directory, or that of a gateway that has stored nothing')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: { readonly state: string; readonly json?: true }) => {
      const backup = existingBackup(path)
      const state = stateDirectory(flags.state)
      if (existsSync(state.historianStore)) throw hasStore(state)
      const progress = createProgress(output)
      try {
        const manifest = await withOwnState(state, 'a backup is being restored into it', () =>
          restore(backup, state, (checked) =>
            progress.show(
              () => `restore: ${formatCounted(checked, 'frame or chunk', 'frames and chunks')} proven`,
            ),
          ),
        )
        progress.end()
        await (flags.json
          ? output.json({ v: 1, state: state.path, ...manifest })
          : output.data(textOf(manifest, state)))
      } finally {
        progress.end()
      }
    })
}

async function restore(
  backup: BackupDirectory,
  { historianStore }: StateDirectory,
  onProgress: (checked: number) => void,
): Promise<BackupManifest> {
  const copy = `${historianStore}.restoring`
  mkdirSync(dirname(copy), { recursive: true })
  try {
    rmSync(copy, { recursive: true, force: true })
    cpSync(backup.store, copy, { recursive: true })
    const [problem] = await checkLevelFiles(copy)
    if (problem !== undefined) throw damaged(backup, `${problem.file} ${problem.what}`)
    const manifest = await prove(copy, onProgress)
    renameSync(copy, historianStore)
    return manifest
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

async function prove(copy: string, onProgress: (checked: number) => void): Promise<BackupManifest> {
  const store = await openLevelStore(copy)
  try {
    const manifest = await proveBackup(store, onProgress)
    await becomeJournal(store)
    return manifest
  } finally {
    await store.close()
  }
}

const hasStore = ({ path }: StateDirectory): CliError =>
  new CliError('GENBA_USAGE', 'this gateway has a store already', {
    where: path,
    expected: 'a directory without a store',
    mend: 'name a new directory; a restored store never takes the place of another',
    effect: 'nothing was restored',
  })

const damaged = ({ store }: BackupDirectory, received: string): CliError =>
  new CliError('GENBA_STORE_DAMAGED', 'files of the backup are damaged', {
    where: store,
    received,
    mend: 'take another backup',
    effect: 'nothing was restored',
  })

function textOf(manifest: BackupManifest, { path }: StateDirectory): string {
  const { samples, frames, chunks, leaves, rootHash, log, madeAtUs } = manifest
  const lines = [
    `${formatCounted(samples, 'sample')} in ${formatCounted(frames, 'frame')} of the log and ${formatCounted(chunks, 'chunk')}`,
    `${formatCounted(leaves, 'leaf', 'leaves')}, root ${rootHash}: proven`,
    `restored into ${path}: ${log} as it was at ${formatTimeUs(madeAtUs)}`,
  ]
  return `${lines.join('\n')}\n`
}
