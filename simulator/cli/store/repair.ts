import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { rebuildJournal } from '../../../shared/journal/repair/rebuild.ts'
import type { RepairReport } from '../../../shared/journal/repair/report.ts'
import { StoreError } from '../../../shared/store/errors.ts'
import { checkLevelFiles, type FileProblem } from '../../../shared/store/level-files/check-files.ts'
import { openLevelStore } from '../../../shared/store/level-store.ts'
import { repairLevelStore } from '../../../shared/store/repair-level-store.ts'
import { CliError } from '../errors.ts'

export interface StoreRepair extends RepairReport {
  readonly files: readonly FileProblem[]
  /** Whether LevelDB had to make its files readable again before anything could be read. */
  readonly isEngineRepaired: boolean
  /** Where the store as it was is kept; undefined when nothing was exchanged. */
  readonly kept: string | undefined
}

export interface RepairOptions {
  /** Says what would be done, and leaves everything as it is. */
  readonly isDryRun: boolean
  readonly onProgress: (count: number) => void
}

/**
 * Makes a new store beside a damaged one and puts it in its place; the damaged one stays under another name.
 * @throws CliError `GENBA_REPAIR_FAILED` when the new one would not be sound: then all is as it was; StoreError
 */
export async function repairStore(directory: string, options: RepairOptions): Promise<StoreRepair> {
  const [copy, rebuilt] = [`${directory}.reading`, `${directory}.rebuilt`]
  const remove = () => {
    for (const path of [copy, rebuilt]) rmSync(path, { recursive: true, force: true })
  }
  remove()
  try {
    const files = await checkLevelFiles(directory)
    // LevelDB writes into what it opens, so not even a damaged store is opened itself.
    cpSync(directory, copy, { recursive: true })
    const { report, isEngineRepaired } = await rebuild(copy, rebuilt, options.onProgress)
    const [problem] = report.verified.problems
    if (problem !== undefined) throw unsound(directory, problem)
    const isSound = files.length === 0 && report.quarantinedCount === 0 && report.rebuilt.length === 0
    const kept = options.isDryRun || isSound ? undefined : exchange(directory, rebuilt)
    return { ...report, files, isEngineRepaired, kept }
  } finally {
    remove()
  }
}

async function rebuild(copy: string, target: string, onProgress: (count: number) => void) {
  try {
    return { report: await rebuildOnce(copy, target, onProgress), isEngineRepaired: false }
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'GENBA_STORE_CORRUPT')) throw error
    rmSync(target, { recursive: true, force: true })
    await repairLevelStore(copy)
    return { report: await rebuildOnce(copy, target, onProgress), isEngineRepaired: true }
  }
}

async function rebuildOnce(
  copy: string,
  target: string,
  onProgress: (count: number) => void,
): Promise<RepairReport> {
  const source = await openLevelStore(copy)
  try {
    const store = await openLevelStore(target)
    try {
      return await rebuildJournal(source, store, onProgress)
    } finally {
      await store.close()
    }
  } finally {
    await source.close()
  }
}

/** @returns where the damaged store is now */
function exchange(directory: string, rebuilt: string): string {
  let number = 1
  while (existsSync(`${directory}.damaged-${number}`)) number += 1
  const kept = `${directory}.damaged-${number}`
  renameSync(directory, kept)
  renameSync(rebuilt, directory)
  return kept
}

const unsound = (
  directory: string,
  { where, what }: { readonly where: string; readonly what: string },
): CliError =>
  new CliError('GENBA_REPAIR_FAILED', 'what can be read of this store makes no sound one', {
    where: directory,
    received: `${where} ${what}`,
    mend: 'restore a backup: genba restore DIR --state NEW',
    effect: 'nothing was changed',
  })
