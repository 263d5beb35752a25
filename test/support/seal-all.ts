import type { Journal } from '../../shared/journal/journal.ts'

/** Seals up to a position, in as many runs as it takes. */
export async function sealAll(
  journal: Pick<Journal, 'seal' | 'headLsn'>,
  untilLsn: number = journal.headLsn,
): Promise<void> {
  let isMore = true
  while (isMore) isMore = await journal.seal(untilLsn)
}
