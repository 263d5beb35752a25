import { mkdirSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Command } from 'commander'
import type { BackupProgress, BackupReport } from '../../../shared/contract/historian-request.ts'
import { historianLogOf } from '../../../shared/contract/producers.ts'
import { GenbaError } from '../../../shared/errors/genba-error.ts'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import type { Context } from '../context.ts'
import { asCut, askGateway } from '../control-client.ts'
import { CliError } from '../errors.ts'
import { formatBytes, formatCounted } from '../figures.ts'
import { createProgress } from '../progress.ts'
import { existingState, type StateDirectory } from '../state-directory.ts'
import { type BackupDirectory, targetDirectory } from '../store/backup-directory.ts'
import { directoryBytes } from '../store/directory-size.ts'
import { withOwnState } from '../store/owner.ts'
import { checkStored, withStoppedJournal } from '../store/stopped.ts'

const EXAMPLES = `
Examples:
  genba backup /mnt/usb/hall-2                    of the gateway that ran last, running or not
  genba backup /mnt/usb/hall-2 --state hall-2 --json

The first time everything is written, later what has come since; what was sealed or removed is removed there, too. The
gateway goes on taking and giving data; only sealing waits. The store is checked before, so that nothing damaged reaches
a backup, and the copy is read back and must have the same root. A backup that was broken off says so; run it again.
Two directories by turns leave one that is complete at any time.

Exit codes: 0 the backup is complete and proven, 1 it is not, 2 wrong usage.`

export function backupCommand({ output }: Context): Command {
  return new Command('backup')
    .description('copy what is stored into a directory, and prove the copy')
    .argument('<dir>', 'an earlier backup, or where nothing is yet')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: { readonly state?: string; readonly json?: true }) => {
      const state = existingState(flags.state)
      const target = targetDirectory(path, state)
      const progress = createProgress(output)
      const onProgress = ({ phase, count }: BackupProgress) =>
        progress.show(() => `backup: ${phase}, ${formatCounted(count, WORDS[phase], `${WORDS[phase]}s`)}`)
      try {
        const report =
          (await backUpRunning(state, target, onProgress)) ?? (await backUpStopped(state, target, onProgress))
        writeFileSync(target.manifest, `${JSON.stringify(report, null, 2)}\n`)
        progress.end()
        await (flags.json
          ? output.json({ v: 1, directory: target.path, ...report })
          : output.data(textOf(report, target)))
      } finally {
        progress.end()
      }
    })
}

const WORDS = { checking: 'frame or chunk', copying: 'entry', proving: 'frame or chunk' } as const

type OnProgress = (at: BackupProgress) => void

/** Undefined when the gateway does not run. */
async function backUpRunning(
  state: StateDirectory,
  target: BackupDirectory,
  onProgress: OnProgress,
): Promise<BackupReport | undefined> {
  const answer = await askGateway(state, 'POST', '/backup', { directory: target.store })
  if (answer === undefined) return undefined
  try {
    for await (const line of createInterface({ input: answer })) {
      const told = JSON.parse(line)
      if (told.report) return told.report
      if (told.error) throw new GenbaError(told.error.code, told.error.message)
      onProgress(told)
    }
  } catch (error) {
    throw asCut(error, state)
  }
  throw new CliError('GENBA_GATEWAY_BUSY', 'the gateway ended before the backup was complete', {
    where: state.path,
    mend: 'back up again: it goes on where it was',
  })
}

function backUpStopped(
  state: StateDirectory,
  target: BackupDirectory,
  onProgress: OnProgress,
): Promise<BackupReport> {
  checkStored(state)
  return withOwnState(state, 'it is being backed up', () =>
    withStoppedJournal(state, async (journal) => {
      mkdirSync(target.path, { recursive: true })
      const store = await openLevelStore(target.store)
      try {
        const log = historianLogOf(state.thing)
        return await journal.backup(store, { log, madeAtUs: Date.now() * 1000, onProgress })
      } finally {
        await store.close()
      }
    }),
  )
}

function textOf(report: BackupReport, { path, store }: BackupDirectory): string {
  const { samples, frames, chunks, leaves, rootHash, written, writtenBytes, removed, mended } = report
  const lines = [
    `${formatCounted(samples, 'sample')} in ${formatCounted(frames, 'frame')} of the log and ${formatCounted(chunks, 'chunk')}`,
    `${formatCounted(written, 'entry')} written (${formatBytes(writtenBytes)}), ${formatCounted(removed, 'entry')} removed`,
    ...(mended > 0
      ? [`${formatCounted(mended, 'entry')} of the backup had changed there and is as before`]
      : []),
    `${formatCounted(leaves, 'leaf', 'leaves')}, root ${rootHash}: proven`,
    `the backup is complete: ${path}, ${formatBytes(directoryBytes(store))}`,
  ]
  return `${lines.join('\n')}\n`
}
