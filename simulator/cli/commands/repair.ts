import { Command } from 'commander'
import type { TagLoss } from '../../../shared/journal/repair/report.ts'
import { formatTimeUs } from '../../../shared/time/time.ts'
import type { Context } from '../context.ts'
import { formatCounted } from '../figures.ts'
import { createProgress } from '../progress.ts'
import { existingState } from '../state-directory.ts'
import { withOwnState } from '../store/owner.ts'
import { repairStore, type StoreRepair } from '../store/repair.ts'
import { checkStored } from '../store/stopped.ts'

interface RepairFlags {
  readonly state?: string
  readonly dryRun?: true
  readonly json?: true
}

const EXAMPLES = `
Examples:
  genba repair --state hall-2 --dry-run       say what would be lost, and change nothing
  genba repair --state hall-2

Makes a new store of everything in the damaged one that is what its checksum and its leaf of the Merkle log say: indexes,
figures, tags, rollups and hashes are made anew, damaged frames and chunks are put aside inside it. The new store is
verified before it takes the place of the old one, which is kept beside it. It needs as much room as the store twice
over. With a backup at hand, compare what either would lose.

Exit codes: 0 the store is sound (read what was lost), 1 it could not be made so and is as before, 2 wrong usage.`

export function repairCommand({ output }: Context): Command {
  return new Command('repair')
    .description('make a sound store of a damaged one, and say what is lost')
    .option('--state <dir>', "the gateway's directory (default: the last run's)")
    .option('--dry-run', 'change nothing')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (flags: RepairFlags) => {
      const state = existingState(flags.state)
      checkStored(state)
      const isDryRun = flags.dryRun === true
      const progress = createProgress(output)
      const onProgress = (count: number) =>
        progress.show(() => `repair: ${formatCounted(count, 'frame or chunk', 'frames and chunks')} read`)
      try {
        const done = await withOwnState(state, 'it is being repaired', () =>
          repairStore(state.historianStore, { isDryRun, onProgress }),
        )
        progress.end()
        await (flags.json ? output.json({ v: 1, ...done }) : output.data(textOf(done, isDryRun)))
      } finally {
        progress.end()
      }
    })
}

function textOf(done: StoreRepair, isDryRun: boolean): string {
  const { verified, files, quarantined, quarantinedCount, losses, rebuilt, proof, kept } = done
  const { samples, frames, chunks, leaves, rootHash } = verified
  const lines = [
    ...files.map(({ file, what }) => `file ${file} ${what}`),
    ...quarantined.map(({ where, what }) => `put aside: ${where} ${what}`),
    ...(quarantinedCount > quarantined.length ? [`and ${quarantinedCount - quarantined.length} more`] : []),
    ...rebuilt.map((what) => `made anew: ${what}`),
    ...losses.map(textOfLoss),
    `${formatCounted(samples, 'sample')} in ${formatCounted(frames, 'frame')} of the log and ${formatCounted(chunks, 'chunk')} are good`,
    `${formatCounted(leaves, 'leaf', 'leaves')}, root ${rootHash}: ${textOfProof(proof)}`,
  ]
  if (kept !== undefined) lines.push(`the store as it was is kept: ${kept}`)
  else lines.push(isDryRun ? 'nothing was changed' : 'nothing is wrong, and nothing was changed')
  return `${lines.join('\n')}\n`
}

function textOfLoss({ tag, fromUs, toUs, samples }: TagLoss): string {
  const count = samples === undefined ? 'some samples' : formatCounted(samples, 'sample')
  const from = fromUs === undefined ? '' : ` from ${formatTimeUs(fromUs)}`
  return `lost: ${count} of ${tag}${from}${toUs === undefined ? '' : ` to ${formatTimeUs(toUs)}`}`
}

function textOfProof({ isProven, restored, lost, rootHashBefore }: StoreRepair['proof']): string {
  if (isProven) return 'the one that was stored, so everything that is good is what came'
  const parts = [
    ...(restored > 0 ? [`${formatCounted(restored, 'leaf', 'leaves')} restored from the data`] : []),
    ...(lost > 0 ? [`${formatCounted(lost, 'leaf', 'leaves')} lost`] : []),
    rootHashBefore === '' ? 'the stored root is lost' : `before ${rootHashBefore}`,
  ]
  return `not the one that was stored (${parts.join(', ')}); compare it with a head that was kept elsewhere`
}
