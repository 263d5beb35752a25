import type { JournalState } from './state.ts'
import type { TagBounds } from './tag.ts'

/** Tags with what is left of them, in the order of the UTF-8 bytes of their names, after `afterTag`. */
export function listTags(state: JournalState, afterTag: string, countMax: number): readonly TagBounds[] {
  const nameOf = new Map([...state.producers.values()].map(({ id, producer }) => [id, producer]))
  const found: TagBounds[] = []
  let tag = state.tags.next(afterTag)
  while (tag && found.length < countMax) {
    const { tag: name, firstTimeUs, lastTimeUs, sampleCount, removedCount } = tag
    const producers = tag.producers.flatMap((id) => nameOf.get(id) ?? [])
    found.push({ tag: name, producers, firstTimeUs, lastTimeUs, sampleCount: sampleCount - removedCount })
    tag = state.tags.next(name)
  }
  return found
}
