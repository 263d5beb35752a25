import type { CrashWorld } from './crash-world.ts'
import { retain } from './retention.ts'

export interface Activity {
  readonly name: string
  /** How often, beside the others. */
  readonly weight: number
  readonly run: (world: CrashWorld) => Promise<void>
}

/** What a historian does beside taking frames, each of which may be killed at any instruction. */
export const ACTIVITIES: readonly Activity[] = [
  {
    name: 'sealing',
    weight: 6,
    run: async ({ journal }) => void (await journal.seal(journal.headLsn)),
  },
  { name: 'retention', weight: 2, run: retain },
  { name: 'compaction', weight: 1, run: ({ journal }) => journal.compact() },
  {
    name: 'backup',
    weight: 2,
    async run({ journal, openBackup, wallUs }) {
      if (journal.headLsn === 0) return
      const target = await openBackup()
      try {
        await journal.backup(target, { log: 'crash/historian', madeAtUs: wallUs() })
      } finally {
        await target.close()
      }
    },
  },
]
