import type { Journal } from '../../../shared/journal/journal.ts'

/**
 * Puts all samples of a store into chunks and gives back the space of the frames. The store has to be opened anew after
 * these were written: LevelDB then has them in a table from which a compaction takes them. What is written and removed
 * in one opening goes into one table, which no compaction of that opening touches.
 *
 * @throws StoreError
 */
export async function sealStore(
  journal: Pick<Journal, 'seal' | 'compact' | 'headLsn' | 'sealing'>,
  onProgress: (samplesSealed: number) => void,
): Promise<void> {
  let isSealed = false
  while (await journal.seal(journal.headLsn)) {
    isSealed = true
    onProgress(journal.sealing.samples)
  }
  if (isSealed) await journal.compact()
}
