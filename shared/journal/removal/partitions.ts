import { type PartitionDays, partitionEndUs, partitionStartUs } from '../partition.ts'
import type { JournalState } from '../state.ts'
import type { Tag } from '../tag.ts'
import type { PieceRange } from './pieces.ts'

/** Tags that have pieces in one part of time. */
export interface PartitionTags extends PieceRange {
  readonly tags: readonly string[]
}

/** The earliest first; of those that begin together the shorter. Tags are looked for when it is their turn. */
export function* partitionsOf({ tags }: Pick<JournalState, 'tags'>): Generator<PartitionTags> {
  const days: Record<PartitionDays, Set<number>> = { 1: new Set(), 30: new Set() }
  for (const { partitionDays = 1, partitions } of allOf(tags)) {
    for (const partition of partitions) days[partitionDays].add(partition)
  }
  const found = ([1, 30] as const)
    .flatMap((length) => [...days[length]].map((partition) => ({ partition, length })))
    .sort((left, right) => left.partition - right.partition || left.length - right.length)
  for (const { partition, length } of found) {
    const own = [...allOf(tags)].filter(
      ({ partitionDays = 1, partitions }) => partitionDays === length && partitions.includes(partition),
    )
    yield {
      fromUs: partitionStartUs(partition),
      toUs: partitionEndUs(partition, length) - 1,
      tags: own.map(({ tag }) => tag),
    }
  }
}

function* allOf(tags: JournalState['tags']): Generator<Tag> {
  for (let tag = tags.next(''); tag !== undefined; tag = tags.next(tag.tag)) yield tag
}
