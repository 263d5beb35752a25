import { receiptOfFrames } from '../receipts.ts'
import { SampleBlock } from '../sample/sample-block.ts'
import { gatherFrames } from './gather.ts'
import type { SealSource } from './seal-source.ts'
import { type SealedTag, sealTag } from './seal-tag.ts'

/** Chunks that one run will write; nothing is written yet. */
export interface SealPlan {
  readonly untilLsn: number
  readonly frameBytes: number
  readonly tags: readonly SealedTag[]
}

/**
 * Makes chunks of the frames that follow what is sealed. Reads only what never changes while appends go on: frames,
 * and chunks, which nothing but sealing writes.
 *
 * @param untilLsn no frame after it is sealed
 */
export async function planSeal(
  { store, damage, state, limits }: SealSource,
  untilLsn: number,
): Promise<SealPlan | undefined> {
  const { sealedLsn } = state.sealing
  if (untilLsn <= sealedLsn) return undefined
  const gathered = await gatherFrames({ store, damage, limits }, sealedLsn, untilLsn)
  const context = {
    store,
    damage,
    limits,
    fromLsn: sealedLsn + 1,
    toLsn: gathered.untilLsn,
    receipt: await receiptOfFrames(store, sealedLsn + 1, gathered.untilLsn),
    block: new SampleBlock(limits.blockSamples),
  }
  const tags: SealedTag[] = []
  for (const [name, parts] of gathered.partsByTag) {
    const tag = state.tags.get(name)
    if (tag !== undefined) tags.push(await sealTag(context, tag, parts))
  }
  const { untilLsn: sealedUntil, frameBytes } = gathered
  return { untilLsn: sealedUntil, frameBytes, tags }
}
